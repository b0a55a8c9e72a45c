/** `mien users`: what the operator may see of accounts, and do to them: list, show, sign out, switch off and on, erase. */
import { parseArgs } from 'node:util'
import { resettableFactors, type ResettableFactor } from '../admin/subject-services.ts'
import type { Config } from '../config.ts'
import { Fault } from '../errors.ts'
import { resetFactor } from '../factor-resets.ts'
import type { Store } from '../store/open-store.ts'
import type { Subject } from '../store/subjects.ts'
import { operatorName } from './client-house.ts'
import { withStore } from './house.ts'
import { enqueueLogouts } from './logouts.ts'
import { openOwnerEvents, type OwnerEvents } from './owner-events.ts'
import { UsageError, processTerminal, readArguments, type Terminal } from './terminal.ts'

export interface UsersDependencies {
  readonly terminal: Terminal
  readonly withStore: <T>(use: (store: Store, config: Pick<Config, 'issuer'>) => Promise<T>) => Promise<T>
}

const ownDependencies: UsersDependencies = { terminal: processTerminal, withStore }

interface Call {
  readonly store: Store
  /** Into the audit trail, and to the owner. */
  readonly events: OwnerEvents
  readonly terminal: Terminal
  readonly who: string
  /** To be reset. */
  readonly factor: ResettableFactor | undefined
  readonly json: boolean
  readonly yes: boolean
  /** Also where no owner is left. */
  readonly force: boolean
  readonly limit: number
  readonly after: string | undefined
}

type Action = (call: Call) => Promise<number>

const actions: Readonly<Record<string, Action>> = {
  list,
  show,
  sessions,
  'end-sessions': endSessions,
  reset,
  disable,
  enable,
  erase,
}

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
        force: { type: 'boolean', default: false },
        limit: { type: 'string', default: '100' },
        after: { type: 'string' },
      },
    }),
  )
  const [verb = '', who = '', ...rest] = positionals
  const [factor, ...others] = verb === 'reset' ? readFactor(rest) : [undefined, ...rest]
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
  if (values.force && verb !== 'disable' && verb !== 'erase') {
    throw new UsageError(`\`mien users ${verb}\` knows no \`--force\``)
  }
  const { json, yes, force, after } = values
  return open(async (store, config) => {
    const events = openOwnerEvents(store, config, terminal.warn)
    const call = { store, events, terminal, who, factor, json, yes, force, limit, after }
    const code = await action(call).catch((error: unknown) => tellLastOwner(call, error))
    await events.settle()
    return code
  })
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

/** Where the account is signed in, as its owner sees it under “Sessions”. */
async function sessions({ store, terminal, who, json }: Call): Promise<number> {
  const subject = await store.subjects.findAny(who)
  if (subject === undefined) return tellNobody(terminal, who)
  const open = await openUids(store, subject.id)
  const rows = (await store.browserSessions.list(subject.id)).filter(({ uid }) => open.has(uid))
  const lines = rows.map(({ id, family, acr, createdAt, lastSeenAt }) => ({
    id,
    browser: family,
    acr: acr ?? null,
    createdAt: createdAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
  }))
  if (json) terminal.print(JSON.stringify(lines, null, 2))
  for (const { id, browser, acr, lastSeenAt } of json ? [] : lines) {
    terminal.print(`${id}  last seen ${lastSeenAt}  ${acr ?? ''}  ${JSON.stringify(browser)}`)
  }
  return 0
}

async function openUids({ oidc }: Store, subjectId: string): Promise<ReadonlySet<string>> {
  const payloads = await oidc.listOf('Session', subjectId)
  return new Set(payloads.flatMap(({ uid }) => (typeof uid === 'string' ? [uid] : [])))
}

/** Whoever is in is out with the next request, with all that apps were given; the server tells the apps. */
async function endSessions({ store, events, terminal, who, json }: Call): Promise<number> {
  const subject = await store.subjects.findAny(who)
  if (subject === undefined) return tellNobody(terminal, who)
  const { id } = subject
  const uids = await openUids(store, id)
  await enqueueLogouts(store, id)
  await store.oidc.destroyOf(id)
  await store.browserSessions.remove([...uids])
  const count = uids.size
  await events.happened({ type: 'sessions_ended', subjectId: id, detail: { count, by: operatorName() } })
  const text = `${id}: ${count} session${count === 1 ? '' : 's'} ended`
  terminal.print(json ? JSON.stringify({ id, outcome: 'sessions_ended', count }, null, 2) : text)
  return 0
}

function readFactor([given = '', ...others]: readonly string[]): [ResettableFactor, ...string[]] {
  const name = given.replaceAll('-', '_')
  const factor = resettableFactors.find((each) => each === name)
  if (factor !== undefined) return [factor, ...others]
  const known = resettableFactors.map((each) => each.replaceAll('_', '-')).join(', ')
  throw new UsageError(`\`mien users reset\` wants an account and one of ${known}, not \`${given}\``)
}

/** Takes the factor away; what comes in its place is the owner's own choice. */
async function reset({ store, events, terminal, who, factor, json }: Call): Promise<number> {
  const subject = await store.subjects.findAny(who)
  if (subject === undefined || factor === undefined) return tellNobody(terminal, who)
  const wasThere = await resetFactor({ store, events }, subject.id, { factor, by: operatorName() })
  return tell({ terminal, json, subject, outcome: wasThere ? 'reset' : 'nothing to reset' })
}

/** Sessions, grants and tokens go at once: whoever is in is out with the next request, and the server tells the apps. */
async function disable({ store, terminal, who, json, force: isForced }: Call): Promise<number> {
  const subject = await store.subjects.findAny(who)
  if (subject === undefined) return tellNobody(terminal, who)
  await store.subjects.setDisabled(subject.id, true, { by: operatorName(), isForced })
  await enqueueLogouts(store, subject.id)
  await store.oidc.destroyOf(subject.id)
  return tell({ terminal, json, subject, outcome: 'disabled' })
}

async function enable({ store, terminal, who, json }: Call): Promise<number> {
  const subject = await store.subjects.findAny(who)
  if (subject === undefined) return tellNobody(terminal, who)
  await store.subjects.setDisabled(subject.id, false, { by: operatorName() })
  return tell({ terminal, json, subject, outcome: 'enabled' })
}

async function erase({ store, events, terminal, who, json, force: isForced }: Call): Promise<number> {
  const subject = await store.subjects.findAny(who)
  if (subject === undefined) return tellNobody(terminal, who)
  const by = operatorName()
  if (!isForced) await store.administrators.requireOwnerBeside(subject.id)
  // While there is still an address to send the farewell to.
  await events.happened({ type: 'account_closed', subjectId: subject.id, detail: { by } })
  await enqueueLogouts(store, subject.id)
  await store.subjects.erase(subject.id, { by, isForced })
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

/** Nothing was done; with what to do instead. */
function tellLastOwner({ terminal, who }: Call, error: unknown): number {
  if (!(error instanceof Fault) || error.code !== 'admin_last_owner') throw error
  terminal.warn(
    `mien: ${JSON.stringify(who)} is the last owner, and was left as it is. Make another owner first (\`mien admin token\`), or add \`--force\`: then nobody owns this provider until somebody opens such an address.`,
  )
  return 1
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
