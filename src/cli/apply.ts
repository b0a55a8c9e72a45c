/** `mien apply`: makes the clients, APIs and administrators of the house what a document says. */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Fault } from '../errors.ts'
import { EntryFault } from '../provider/entry-fault.ts'
import { carryOut } from './apply/carry-out.ts'
import { DocumentError, readDocument, type ReadDocument } from './apply/document.ts'
import { planChanges, type Plan } from './apply/plan.ts'
import { compareSettings, strangeSettings, type SettingDifference } from './apply/settings.ts'
import { factsOfPlan, linesOfPlan, linesOfSettings } from './apply/show-plan.ts'
import { withClients } from './client-house.ts'
import { UsageError, processTerminal, readArguments, type Terminal } from './terminal.ts'

/** With `--dry-run`, where something would be changed. */
const wouldChange = 2

/** @returns the exit code: 0 done, or nothing to do; 1 refused; with `--dry-run` 2 where something would be changed */
export async function apply(args: readonly string[], terminal: Terminal = processTerminal): Promise<number> {
  const { values, positionals } = readArguments(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        prune: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
      },
    }),
  )
  const [file, ...others] = positionals
  if (file === undefined || others.length > 0)
    throw new UsageError('`mien apply` wants one file, or - for its input')
  const isDry = values['dry-run']
  try {
    const read = readDocument(file, readFileSync(file === '-' ? 0 : file, 'utf8'))
    const settings = checkSettings(file, read)
    const plan = await withClients(async (house) => {
      const made = await planChanges(house, read, { file, prune: values.prune })
      if (!isDry && sizeOf(made) > 0) await carryOut(house, made)
      return made
    })
    tell(terminal, { plan, settings, isDry, json: values.json })
    return isDry && sizeOf(plan) > 0 ? wouldChange : 0
  } catch (error) {
    return refuse(error, terminal, values.json)
  }
}

function checkSettings(file: string, { document, lineOf }: ReadDocument): SettingDifference[] {
  const wanted = document.settings ?? {}
  const strange = strangeSettings(wanted)
  if (strange.length === 0) return compareSettings(wanted)
  throw new DocumentError(
    file,
    strange.map(
      (name) =>
        `line ${lineOf(['settings', name])}: ${name} is a secret, is of one machine alone, or is no setting at all`,
    ),
  )
}

interface Result {
  readonly plan: Plan
  readonly settings: readonly SettingDifference[]
  readonly isDry: boolean
  readonly json: boolean
}

function tell(terminal: Terminal, { plan, settings, isDry, json }: Result): void {
  const count = sizeOf(plan)
  if (json) {
    const outcome = count === 0 ? 'unchanged' : isDry ? 'would_change' : 'changed'
    terminal.print(JSON.stringify({ outcome, changes: factsOfPlan(plan), settings }, null, 2))
    return
  }
  for (const line of linesOfPlan(plan)) terminal.print(line)
  for (const line of linesOfSettings(settings)) terminal.warn(line)
  const changes = `${count} change${count === 1 ? '' : 's'}`
  terminal.print(count === 0 ? 'No changes.' : isDry ? `${changes} to be made.` : `${changes} made.`)
}

function sizeOf({ entries, roles }: Plan): number {
  return entries.length + roles.length
}

/** What the document or the house does not allow; anything else is a bug. */
function refuse(error: unknown, terminal: Terminal, json: boolean): number {
  if (error instanceof DocumentError && json) {
    terminal.print(JSON.stringify({ outcome: 'refused', problems: error.problems }, null, 2))
    return 1
  }
  if (error instanceof DocumentError || error instanceof EntryFault || error instanceof Fault) {
    const { message } = error
    if (json) terminal.print(JSON.stringify({ outcome: 'refused', problems: [message] }, null, 2))
    else terminal.warn(`mien: ${message}`)
    return 1
  }
  throw error
}
