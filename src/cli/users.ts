/** `mien users`: what the operator may see of accounts, and do to them: list, show, switch off and on, erase. */
import { parseArgs } from 'node:util'
import type { Store } from '../store/open-store.ts'
import type { Subject } from '../store/subjects.ts'
import { withStore } from './house.ts'
import { enqueueLogouts } from './logouts.ts'
import { UsageError, processTerminal, readArguments, type Terminal } from './terminal.ts'

export interface UsersDependencies {
  readonly terminal: Terminal
  readonly withStore: <T>(use: (store: Store) => Promise<T>) => Promise<T>
}

const ownDependencies: UsersDependencies = { terminal: processTerminal, withStore }

interface Call {
  readonly store: Store
  readonly terminal: Terminal
  readonly who: string
  readonly json: boolean
  readonly yes: boolean
  readonly limit: number
  readonly after: string | undefined
}

type Action = (call: Call) => Promise<number>

const actions: Readonly<Record<string, Action>> = { list, show, disable, enable, erase }

/** @returns the exit code: 1 where there is no such account. */
export async function users(
  args: readonly string[],
  { terminal, withStore: open }: UsersDependencies = ownDependencies,
): Promise<number> {
  const { values, positionals } = readArguments(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        yes: { type: 'boolean', default: false },
        limit: { type: 'string', default: '100' },
        after: { type: 'string' },
      },
    }),
  )
  const [verb = '', who = '', ...others] = positionals
  const action = Object.hasOwn(actions, verb) ? actions[verb] : undefined
  if (action === undefined) {
    throw new UsageError(`\`mien users\` wants one of ${Object.keys(actions).join(', ')}, not \`${verb}\``)
  }
  if ((verb === 'list') !== (who === '') || others.length > 0) {
    const wanted = verb === 'list' ? 'no account' : 'one account, by e-mail address or id'
    throw new UsageError(`\`mien users ${verb}\` wants ${wanted}`)
  }
  if (verb === 'erase' && !values.yes) {
    throw new UsageError('`mien users erase` cannot be undone; add `--yes` to do it')
  }
  const limit = Number(values.limit)
  if (!(Number.isInteger(limit) && limit >= 1 && limit <= 10_000)) {
    throw new UsageError(`\`--limit\` wants a whole number from 1 to 10000, not \`${values.limit}\``)
  }
  const { json, yes, after } = values
  return open((store) => action({ store, terminal, who, json, yes, limit, after }))
}

async function list({ store, terminal, json, limit, after }: Call): Promise<number> {
  const subjects = await store.subjects.list({ limit, afterId: after })
  if (json) terminal.print(JSON.stringify(subjects.map(lineOf), null, 2))
  for (const subject of json ? [] : subjects) {
    const state = subject.disabledAt === undefined ? '' : '  switched off'
    terminal.print(`${subject.id}  ${JSON.stringify(subject.email)}${state}`)
  }
  return 0
}

/** What is kept, in numbers; of a face, how many templates there are and nothing else. */
async function show({ store, terminal, who, json }: Call): Promise<number> {
  const subject = await store.subjects.findAny(who)
  if (subject === undefined) return tellNobody(terminal, who)
  const { id } = subject
  const face = await store.templates.summarise(id)
  const facts = {
    ...lineOf(subject),
    templates: face?.count ?? 0,
    faceLastUsedAt: face?.lastUsedAt?.toISOString() ?? null,
    passkeys: (await store.passkeys.list(id)).length,
    authenticatorApp: (await store.totpSeeds.summarise(id)) !== undefined,
    recoveryCodes: (await store.recoveryCodes.summarise(id))?.left ?? 0,
    trustedDevices: (await store.deviceKeys.list(id)).length,
    sessions: (await store.oidc.listOf('Session', id)).length,
    hasConsent: (await store.consents.find(id)) !== undefined,
  }
  if (json) terminal.print(JSON.stringify(facts, null, 2))
  for (const [name, value] of json ? [] : Object.entries(facts)) {
    terminal.print(`${name.padEnd(18)} ${JSON.stringify(value)}`)
  }
  return 0
}

/** Sessions, grants and tokens go at once: whoever is in is out with the next request, and the server tells the apps. */
async function disable({ store, terminal, who, json }: Call): Promise<number> {
  const subject = await store.subjects.findAny(who)
  if (subject === undefined) return tellNobody(terminal, who)
  await store.subjects.setDisabled(subject.id, true)
  await enqueueLogouts(store, subject.id)
  await store.oidc.destroyOf(subject.id)
  return tell({ terminal, json, subject, outcome: 'disabled' })
}

async function enable({ store, terminal, who, json }: Call): Promise<number> {
  const subject = await store.subjects.findAny(who)
  if (subject === undefined) return tellNobody(terminal, who)
  await store.subjects.setDisabled(subject.id, false)
  return tell({ terminal, json, subject, outcome: 'enabled' })
}

async function erase({ store, terminal, who, json }: Call): Promise<number> {
  const subject = await store.subjects.findAny(who)
  if (subject === undefined) return tellNobody(terminal, who)
  await enqueueLogouts(store, subject.id)
  await store.subjects.erase(subject.id)
  return tell({ terminal, json, subject, outcome: 'erased' })
}

interface Outcome {
  readonly terminal: Terminal
  readonly json: boolean
  readonly subject: Subject
  readonly outcome: string
}

function tell({ terminal, json, subject, outcome }: Outcome): number {
  terminal.print(json ? JSON.stringify({ id: subject.id, outcome }, null, 2) : `${subject.id}: ${outcome}`)
  return 0
}

function tellNobody(terminal: Terminal, who: string): number {
  terminal.warn(`mien: there is no account ${JSON.stringify(who)}`)
  return 1
}

function lineOf({ id, email, emailVerified, createdAt, disabledAt }: Subject) {
  return {
    id,
    email,
    emailVerified,
    createdAt: createdAt.toISOString(),
    disabledAt: disabledAt?.toISOString() ?? null,
  }
}
