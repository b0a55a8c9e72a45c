/** `mien clients`: the apps that may sign people in, wherever they are kept: listed, made, changed, and given new secrets. */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { parseDocument, stringify } from 'yaml'
import { rawEntryOf, type RawEntry } from '../provider/client-entries.ts'
import { digestLine } from '../provider/client-metadata.ts'
import type { SecretShown } from '../provider/client-operations.ts'
import type { ClientView } from '../provider/client-views.ts'
import { EntryFault } from '../provider/entry-fault.ts'
import { tellFault, withClients, type ClientHouse } from './client-house.ts'
import { UsageError, processTerminal, readArguments, type Terminal } from './terminal.ts'

export interface ClientsDependencies {
  readonly terminal: Terminal
  readonly withClients: <T>(use: (house: ClientHouse) => Promise<T>) => Promise<T>
}

const ownDependencies: ClientsDependencies = { terminal: processTerminal, withClients }

type Values = ReturnType<typeof readValues>['values']

interface Call {
  readonly house: ClientHouse
  readonly terminal: Terminal
  readonly id: string
  readonly values: Values
}

type Action = (call: Call) => Promise<number>

const actions: Readonly<Record<string, Action>> = {
  list,
  show,
  add,
  edit,
  remove,
  'rotate-secret': rotateSecret,
  'retire-secret': retireSecret,
}

/** @returns the exit code: 1 where it cannot be done. */
export async function clients(
  args: readonly string[],
  { terminal, withClients: open }: ClientsDependencies = ownDependencies,
): Promise<number> {
  const { values, positionals } = readValues(args)
  const [verb = '', id = '', ...others] = positionals
  if (verb === 'secret' && positionals.length === 1) return makeSecret(terminal, values.json)
  const action = Object.hasOwn(actions, verb) ? actions[verb] : undefined
  if (action === undefined) {
    const known = [...Object.keys(actions), 'secret'].join(', ')
    throw new UsageError(`\`mien clients\` wants one of ${known}, not \`${positionals.join(' ')}\``)
  }
  const needsId = verb !== 'list' && !(verb === 'add' && values.file !== undefined)
  if (others.length > 0 || (needsId && id === '') || (verb === 'list' && id !== '')) {
    throw new UsageError(`\`mien clients ${verb}\` wants ${verb === 'list' ? 'no client' : 'one client_id'}`)
  }
  if (verb === 'remove' && !values.yes) {
    throw new UsageError('`mien clients remove` ends all that the client was given; add `--yes` to do it')
  }
  try {
    return await open((house) => action({ house, terminal, id, values }))
  } catch (error) {
    if (!(error instanceof EntryFault)) throw error
    return tellFault(error, terminal, values.json)
  }
}

function readValues(args: readonly string[]) {
  return readArguments(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        now: { type: 'boolean', default: false },
        days: { type: 'string' },
        limit: { type: 'string', default: '1000' },
        search: { type: 'string' },
        file: { type: 'string' },
        set: { type: 'string', multiple: true, default: [] },
        unset: { type: 'string', multiple: true, default: [] },
      },
    }),
  )
}

/** Shows a new secret once; the file keeps its digest alone. */
function makeSecret(terminal: Terminal, json: boolean): number {
  const secret = randomBytes(32).toString('base64url')
  const digest = digestLine(secret)
  if (json) terminal.print(JSON.stringify({ secret, digest }, null, 2))
  else
    terminal.print(`For the app, shown this once:

  ${secret}

For the client in clients.yaml, in place of secret; the line of the old one stays beside it until the app has changed over:

  secret_digests:
    - ${digest}`)
  return 0
}

async function list({ house, terminal, values }: Call): Promise<number> {
  const limit = wholeNumber(values.limit, 'limit', 10_000)
  const { clients: found } = await house.clientOperations.list({ limit, search: values.search })
  if (values.json) terminal.print(JSON.stringify(found.map(factsOf), null, 2))
  const widest = Math.max(0, ...found.map(({ id }) => id.length))
  for (const { id, source, name, problems, isShadowed } of values.json ? [] : found) {
    const notes = [
      ...(problems.length > 0 ? ['cannot be used'] : []),
      ...(isShadowed ? ['clients.yaml has another of this name, which counts'] : []),
    ]
    const line = `${id.padEnd(widest)}  ${source.padEnd(10)}  ${JSON.stringify(name)}`
    terminal.print([line, ...notes].join('  '))
  }
  return 0
}

/** The entry is printed as YAML, which `edit --file` takes back. */
async function show({ house, terminal, id, values }: Call): Promise<number> {
  const view = await house.clientOperations.show(id)
  if (view === undefined) throw new EntryFault('entry_not_found', `there is no client ${id}`)
  terminal.print(values.json ? JSON.stringify(factsOf(view), null, 2) : textOf(view))
  return 0
}

async function add({ house, terminal, id, values }: Call): Promise<number> {
  const given = values.file === undefined ? { client_id: id } : readEntry(values.file)
  const entry = changed(given, values)
  const made = await house.clientOperations.create(entry, house.author)
  return tellSecret(terminal, made, values.json)
}

async function edit({ house, terminal, id, values }: Call): Promise<number> {
  const view = await house.clientOperations.show(id)
  if (view === undefined) throw new EntryFault('entry_not_found', `there is no client ${id}`)
  const { version } = view
  const entry = changed(values.file === undefined ? view.entry : readEntry(values.file), values)
  const after = await house.clientOperations.change(id, { entry, version }, house.author)
  const outcome = after.version === version ? 'no changes' : 'changed'
  terminal.print(values.json ? JSON.stringify({ outcome, ...factsOf(after) }, null, 2) : `${id}: ${outcome}`)
  return 0
}

async function remove({ house, terminal, id, values }: Call): Promise<number> {
  await house.clientOperations.remove(id, house.author)
  terminal.print(values.json ? JSON.stringify({ id, outcome: 'removed' }, null, 2) : `${id}: removed`)
  return 0
}

async function rotateSecret({ house, terminal, id, values }: Call): Promise<number> {
  if (values.now && values.days !== undefined) throw new UsageError('`--now` and `--days` exclude each other')
  const days = values.now ? 0 : wholeNumber(values.days ?? '7', 'days', 365)
  const until = new Date(Date.now() + days * 86_400_000)
  const turned = await house.clientOperations.rotateSecret(id, { until }, house.author)
  return tellSecret(terminal, turned, values.json)
}

async function retireSecret({ house, terminal, id, values }: Call): Promise<number> {
  const view = await house.clientOperations.retireSecret(id, house.author)
  const outcome = 'only the newest secret is taken'
  terminal.print(values.json ? JSON.stringify({ outcome, ...factsOf(view) }, null, 2) : `${id}: ${outcome}`)
  return 0
}

function tellSecret(terminal: Terminal, { client, secret }: SecretShown, json: boolean): number {
  if (json) {
    terminal.print(JSON.stringify({ ...factsOf(client), secret: secret ?? null }, null, 2))
    return 0
  }
  terminal.print(textOf(client))
  if (secret !== undefined) terminal.print(`\n# Its secret, shown this once:\n#   ${secret}`)
  return 0
}

function changed(entry: RawEntry, { set, unset }: Values): RawEntry {
  const pairs = set.map((each): readonly [string, unknown] => {
    const at = each.indexOf('=')
    if (at < 1) throw new UsageError(`\`--set\` wants NAME=VALUE, not \`${each}\``)
    return [each.slice(0, at), parseYaml(each.slice(at + 1), `--set ${each}`)]
  })
  const kept = Object.entries(entry).filter(([name]) => !unset.includes(name))
  return { ...Object.fromEntries(kept), ...Object.fromEntries(pairs) }
}

/** @param path of a file; `-` is what the command is given */
function readEntry(path: string): RawEntry {
  const entry = rawEntryOf(parseYaml(readFileSync(path === '-' ? 0 : path, 'utf8'), path))
  if (Object.keys(entry).length === 0) throw new UsageError(`${path} is not the entry of one client`)
  return entry
}

function parseYaml(text: string, place: string): unknown {
  const document = parseDocument(text, { prettyErrors: false })
  const [fault] = document.errors
  if (fault !== undefined) throw new UsageError(`${place}: ${fault.message}`)
  const value: unknown = document.toJS({ maxAliasCount: 0 })
  return value
}

function wholeNumber(given: string, name: string, most: number): number {
  const number = Number(given)
  if (Number.isInteger(number) && number >= 1 && number <= most) return number
  throw new UsageError(`\`--${name}\` wants a whole number from 1 to ${most}, not \`${given}\``)
}

function factsOf({ created, changed: last, ...view }: ClientView) {
  const authorship = (each: ClientView['created']) =>
    each === undefined ? null : { at: each.at.toISOString(), by: each.by }
  const secrets = view.secrets.map(({ digest, until }) => ({ digest, until: until ?? null }))
  return { ...view, secrets, created: authorship(created), changed: authorship(last) }
}

function textOf({ source, version, entry, problems, changed: last }: ClientView): string {
  const whose = last === undefined ? '' : `, version ${version}, by ${last.by} on ${last.at.toISOString()}`
  const faults = problems.map(({ path, message }) => `# It cannot be used: ${`${path} ${message}`.trim()}\n`)
  return `# ${sources[source]}${whose}\n${faults.join('')}${stringify(entry).trimEnd()}`
}

const sources: Readonly<Record<ClientView['source'], string>> = {
  file: 'From clients.yaml, where it is changed',
  managed: 'Managed here',
  registered: 'It registered itself, and looks after its entry itself',
}
