#!/usr/bin/env node
/** `npm run keep-schema`: hands over to test/store/schemas/keep.ts on Node 24; needs PostgreSQL with `pg_dump`. */
import { join } from 'node:path'
import { nodeEnvironment, requireNode } from './lib/node24.mjs'
import { become } from './lib/run.mjs'
import { root } from './lib/root.mjs'

try {
  const main = join(root, 'test', 'store', 'schemas', 'keep.ts')
  process.exitCode = await become(requireNode(root), [main, ...process.argv.slice(2)], {
    cwd: root,
    env: nodeEnvironment(process.env),
  })
} catch (error) {
  console.error(`mien: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
