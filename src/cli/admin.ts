/** `mien admin`: for whoever has the machine itself: the first owner, and the way back in where every owner is lost. */
import { parseArgs } from 'node:util'
import type { Config } from '../config.ts'
import { Fault } from '../errors.ts'
import type { Store } from '../store/open-store.ts'
import { operatorName } from './client-house.ts'
import { withStore } from './house.ts'
import { processTerminal, readArguments, UsageError, type Terminal } from './terminal.ts'

export interface AdminDependencies {
  readonly terminal: Terminal
  readonly withStore: <T>(use: (store: Store, config: Pick<Config, 'issuer'>) => Promise<T>) => Promise<T>
}

interface Call {
  readonly store: Store
  readonly issuer: string
  readonly terminal: Terminal
  readonly who: string
  readonly json: boolean
  /** Also where no owner is left. */
  readonly force: boolean
}

const actions: Readonly<Record<string, (call: Call) => Promise<number>>> = { token, list, remove }

/** @returns the exit code: 1 where there is no such administrator. */
export async function admin(
  args: readonly string[],
  { terminal, withStore: open }: AdminDependencies = { terminal: processTerminal, withStore },
): Promise<number> {
  const { values, positionals } = readArguments(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false }, force: { type: 'boolean', default: false } },
    }),
  )
  const [verb = '', who = '', ...others] = positionals
  const action = Object.hasOwn(actions, verb) ? actions[verb] : undefined
  if (action === undefined) {
    throw new UsageError(`\`mien admin\` wants one of ${Object.keys(actions).join(', ')}, not \`${verb}\``)
  }
  if ((verb === 'remove') !== (who !== '') || others.length > 0) {
    const wanted = verb === 'remove' ? 'one account, by e-mail address or id' : 'nothing more'
    throw new UsageError(`\`mien admin ${verb}\` wants ${wanted}`)
  }
  const { json, force } = values
  if (force && verb !== 'remove') throw new UsageError(`\`mien admin ${verb}\` knows no \`--force\``)
  return open((store, { issuer }) => action({ store, issuer, terminal, who, json, force }))
}

async function token({ store, issuer, terminal, json }: Call): Promise<number> {
  const made = await store.administrators.renewFirst()
  await store.audit.append({ type: 'administrator_token_made', detail: { by: operatorName() } })
  const url = `${issuer}/admin/first?token=${made.token}`
  const expiresAt = made.invitation.expiresAt.toISOString()
  if (json) terminal.print(JSON.stringify({ url, expiresAt }, null, 2))
  else
    terminal.print(`Whoever opens this address first, before ${expiresAt}, and signs in with two factors becomes an owner:

  ${url}

It is shown this once.`)
  return 0
}

async function list({ store, terminal, json }: Call): Promise<number> {
  const all = await store.administrators.list()
  const subjects = await store.subjectSearch.findMany(all.map(({ subjectId }) => subjectId))
  const lines = all.map(({ subjectId, role, createdAt, lastActedAt }) => ({
    id: subjectId,
    email: subjects.find(({ id }) => id === subjectId)?.email ?? null,
    role,
    since: createdAt.toISOString(),
    lastActedAt: lastActedAt?.toISOString() ?? null,
  }))
  if (json) terminal.print(JSON.stringify(lines, null, 2))
  for (const { id, email, role } of json ? [] : lines) {
    terminal.print(`${id}  ${role.padEnd(8)}  ${JSON.stringify(email)}`)
  }
  return 0
}

async function remove({ store, terminal, who, json, force: isForced }: Call): Promise<number> {
  const subject = await store.subjects.findAny(who)
  const end = subject === undefined ? 'none' : await dismiss(store, subject.id, isForced)
  if (subject === undefined || end === 'none') {
    terminal.warn(`mien: there is no administrator ${JSON.stringify(who)}`)
    return 1
  }
  if (end === 'last_owner') {
    terminal.warn(
      `mien: ${JSON.stringify(who)} is the last owner. Make another owner first (\`mien admin token\`), or add \`--force\`.`,
    )
    return 1
  }
  const { id: subjectId } = subject
  const detail = { by: operatorName(), ...(isForced ? { isForced } : {}) }
  await store.audit.append({ type: 'administrator_removed', subjectId, detail })
  const outcome = 'removed'
  terminal.print(json ? JSON.stringify({ id: subjectId, outcome }, null, 2) : `${subjectId}: ${outcome}`)
  return 0
}

async function dismiss(
  { administrators }: Store,
  subjectId: string,
  isForced: boolean,
): Promise<'removed' | 'none' | 'last_owner'> {
  try {
    return (await administrators.remove(subjectId, { isForced })) ? 'removed' : 'none'
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'admin_last_owner') throw error
    return 'last_owner'
  }
}
