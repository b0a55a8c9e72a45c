#!/usr/bin/env node
/** `npm run mien -- …` and `npx mien …`: hands the command to src/cli/mien.ts on Node 24. */
import { join } from 'node:path'
import { nodeEnvironment, requireNode } from './lib/node24.mjs'
import { become } from './lib/run.mjs'
import { root } from './lib/root.mjs'

try {
  const command = join(root, 'src', 'cli', 'mien.ts')
  process.exitCode = await become(requireNode(root), [command, ...process.argv.slice(2)], {
    env: nodeEnvironment(process.env),
  })
} catch (error) {
  console.error(`mien: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
