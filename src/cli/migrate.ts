/** `mien migrate`: how the tables stand to this version, what an upgrade would do, and the upgrade itself. */
import { parseArgs } from 'node:util'
import { backUpBefore } from '../backup/before-migration.ts'
import { readConfig } from '../config.ts'
import { schemaNumber } from '../store/schema/plan.ts'
import { dryRun, upgrade } from '../store/schema/look.ts'
import { locationOf } from '../store/place.ts'
import { requireDatabase } from './house.ts'
import { processTerminal, readArguments, type Terminal } from './terminal.ts'

export async function migrate(args: readonly string[], terminal: Terminal = processTerminal): Promise<void> {
  const { values } = readArguments(() =>
    parseArgs({
      args: [...args],
      options: {
        'dry-run': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    }),
  )
  const config = readConfig()
  requireDatabase(config)
  const location = locationOf(config)
  const notices: string[] = []
  const note = (says: string): void => {
    notices.push(says)
  }
  const isTrial = values['dry-run']
  const result = isTrial
    ? await dryRun(location)
    : {
        ...(await upgrade(
          location,
          backUpBefore(config, () => new Date(), { info: note, warn: note }),
        )),
        statements: [],
      }
  const { applied, pending, statements } = result
  if (values.json) {
    return terminal.print(
      JSON.stringify(
        { isDryRun: isTrial, schema: schemaNumber(applied), applied, pending, statements, notices },
        null,
        2,
      ),
    )
  }
  if (pending.length === 0)
    return terminal.print(`The tables are up to date: schema ${schemaNumber(applied)}.`)
  for (const notice of notices) terminal.print(notice)
  terminal.print(`${isTrial ? 'To be done' : 'Done'}: ${pending.join(', ')}`)
  for (const statement of statements) terminal.print(`  ${statement};`)
  if (isTrial) terminal.print('Tried on these very tables and taken back: nothing has changed.')
}
