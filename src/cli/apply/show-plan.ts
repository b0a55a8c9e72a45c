/** A plan as people read it: entry by entry, with what goes and what comes. */
import { diffLines } from 'diff'
import { stringify } from 'yaml'
import type { EntryPlan, Plan } from './plan.ts'
import type { RoleChange } from './roles.ts'
import type { SettingDifference } from './settings.ts'

export function linesOfPlan({ entries, roles }: Plan): string[] {
  return [...entries.flatMap(linesOfEntry), ...roles.map(lineOfRole)]
}

function linesOfEntry({ kind, id, before, after }: EntryPlan): string[] {
  const verb = before === undefined ? 'create' : after === undefined ? 'remove' : 'change'
  const parts = diffLines(textOf(before), textOf(after))
  const lines = parts.flatMap(({ value, added, removed }) => {
    const mark = added ? '+' : removed ? '-' : ' '
    return value
      .trimEnd()
      .split('\n')
      .map((line) => `  ${mark} ${line}`)
  })
  return [`${verb} ${kind === 'resource' ? 'API' : kind} ${id}`, ...lines, '']
}

function textOf(entry: object | undefined): string {
  return entry === undefined ? '' : stringify(entry, { lineWidth: 0 })
}

function lineOfRole({ email, before, after }: RoleChange): string {
  if (before === undefined) return `make ${email} an administrator: ${after ?? ''}`
  if (after === undefined) return `${email} administers no more (was ${before})`
  return `change ${email} from ${before} to ${after}`
}

export function linesOfSettings(differences: readonly SettingDifference[]): string[] {
  return differences.map(({ name, wanted, here }) => {
    const now = here === null ? 'is not set here' : `is ${here} here`
    return `setting ${name} should be ${wanted} and ${now}: change it in the environment of each node`
  })
}

export function factsOfPlan({ entries, roles }: Plan) {
  return [
    ...entries.map(({ kind, id, before, after, fields }) => ({
      kind,
      id,
      action: before === undefined ? 'create' : after === undefined ? 'remove' : 'change',
      fields: before === undefined || after === undefined ? [] : fields,
    })),
    ...roles.map(({ email, before, after }) => ({
      kind: 'administrator',
      id: email,
      action: before === undefined ? 'create' : after === undefined ? 'remove' : 'change',
      fields: ['role'],
    })),
  ]
}
