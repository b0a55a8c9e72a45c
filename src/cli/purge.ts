/** `mien purge`: throws away now what has expired, or tells how much that is; a running server does it by itself. */
import { parseArgs } from 'node:util'
import type { Purged } from '../store/purge.ts'
import { withStore } from './house.ts'
import { processTerminal, readArguments, type Terminal } from './terminal.ts'

/** Rows of one statement: a running server has its turn in between. */
const rowsAtOnce = 500

export async function purge(args: readonly string[], terminal: Terminal = processTerminal): Promise<void> {
  const { values } = readArguments(() =>
    parseArgs({
      args: [...args],
      options: {
        'dry-run': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    }),
  )
  const isTrial = values['dry-run']
  const purged = await withStore(async (store, { retention }) =>
    isTrial
      ? await store.purge.count(retention)
      : await untilDone(() => store.purge.run(retention, rowsAtOnce)),
  )
  const rows = purged.reduce((sum, each) => sum + each.rows, 0)
  if (values.json) return terminal.print(JSON.stringify({ isDryRun: isTrial, rows, tables: purged }, null, 2))
  for (const { table, rows: count, says } of purged) {
    if (count > 0) terminal.print(`${String(count).padStart(9)}  ${table}: ${says}`)
  }
  const verb = isTrial ? 'would go' : 'are gone'
  terminal.print(rows === 0 ? 'Nothing is over.' : `${rows} row${rows === 1 ? '' : 's'} ${verb}.`)
}

async function untilDone(round: () => Promise<readonly Purged[]>): Promise<readonly Purged[]> {
  let sum = await round()
  for (let last = sum; last.some(({ rows }) => rows >= rowsAtOnce);) {
    last = await round()
    const more = last
    sum = sum.map((each, at) => ({ ...each, rows: each.rows + (more[at]?.rows ?? 0) }))
  }
  return sum
}
