#!/usr/bin/env node
/** `npm run bench` and `npm run bench:growth`: hand over to bench/main.ts or bench/growth/main.ts on Node 24. */
import { join } from 'node:path'
import { nodeEnvironment, requireNode } from './lib/node24.mjs'
import { become } from './lib/run.mjs'
import { root } from './lib/root.mjs'

try {
  const [first, ...others] = process.argv.slice(2)
  const isGrowth = first === 'growth'
  const main = join(root, 'bench', ...(isGrowth ? ['growth'] : []), 'main.ts')
  // Memory is read from /proc per process; what the server is started with, its bench is started with too.
  process.exitCode = await become(requireNode(root), [main, ...(isGrowth ? others : process.argv.slice(2))], {
    cwd: root,
    env: nodeEnvironment(process.env),
  })
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
