/** `npm start`: brings what is missing, then runs the server on Node 24. Plain JavaScript without dependencies, for any Node from 20 on. */
import { join } from 'node:path'
import { ensureInstalled } from './lib/install.mjs'
import { missingModels } from './lib/models.mjs'
import { nodeEnvironment, requireNode } from './lib/node24.mjs'
import { restoreBinding } from './lib/opencv-cache.mjs'
import { become, run } from './lib/run.mjs'
import { root } from './lib/root.mjs'

/** The young generation otherwise grows by 16 MB while the modules load, and keeps them. */
const memorySavers = ['--max-semi-space-size=2']

async function start() {
  await ensureInstalled(root, { development: false })
  const node = requireNode(root)
  const env = nodeEnvironment(process.env)
  restoreBinding(root, node)
  if (missingModels(root, process.env).length > 0) {
    console.log('mien: fetching the networks that read faces (once) …')
    const code = await run(node, [join(root, 'src', 'cli', 'mien.ts'), 'models', 'pull', '--required'], {
      cwd: root,
      env,
    })
    if (code !== 0) return code
  }
  return become(node, [...memorySavers, join(root, 'src', 'main.ts'), ...process.argv.slice(2)], {
    cwd: root,
    // Kept compiled between starts, main.ts too: Node's type stripper, once loaded, stays in memory with 15 MB.
    env: { NODE_COMPILE_CACHE: join(root, 'node_modules', '.cache', 'mien'), ...env },
  })
}

try {
  process.exitCode = await start()
} catch (error) {
  console.error(`mien: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
