/** The settings of an app that have no field of their own, as one text in the words of `clients.yaml`. */
import { parse, stringify } from 'yaml'
import type { ClientFields, ClientProblem } from './client-services.ts'
import { clientGroups } from './console-client-settings.ts'

/** Of the form, and of a setting that is told of as wrong. */
export const othersName = 'others'

const withField: ReadonlySet<string> = new Set([
  ...clientGroups.flatMap(({ texts, choices, boxes }) => [
    ...[...texts, ...choices].map(({ name }) => name),
    ...boxes.map(({ name, list }) => list ?? name),
  ]),
  'client_id',
])

export function othersOf(fields: ClientFields): ClientFields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !withField.has(name)))
}

/** Empty where there are none. */
export function writeOthers(fields: ClientFields): string {
  const others = othersOf(fields)
  return Object.keys(others).length === 0 ? '' : stringify(others, { lineWidth: 0 }).trimEnd()
}

export type Others =
  | { readonly isWhole: true; readonly fields: ClientFields }
  | { readonly isWhole: false; readonly problem: ClientProblem }

export function readOthers(text: string): Others {
  if (text.trim() === '') return { isWhole: true, fields: {} }
  const read = parseYaml(text)
  if (read === undefined || typeof read !== 'object' || read === null || Array.isArray(read)) {
    return wrong('are not lines of “name: value”, as in clients.yaml')
  }
  const fields: ClientFields = { ...read }
  const doubled = Object.keys(fields).find((name) => withField.has(name))
  return doubled === undefined
    ? { isWhole: true, fields }
    : wrong(`name ${doubled}, which has a field of its own`)
}

function wrong(message: string): Others {
  return { isWhole: false, problem: { path: 'other settings', message } }
}

/** Without aliases: a few lines cannot stand for millions. */
function parseYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 0 })
  } catch {
    return undefined
  }
}
