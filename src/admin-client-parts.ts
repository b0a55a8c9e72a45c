/** What administration does with clients, joined to where they are kept. */
import { z } from 'zod'
import { requireAllowed, type Acting } from './admin/acting.ts'
import type { Actor } from './admin/authority.ts'
import type {
  ClientDetail,
  ClientFields,
  ClientLine,
  ClientOrigin,
  ClientOutcome,
  ClientService,
} from './admin/client-services.ts'
import { cursorOf, placeOf } from './admin/cursor.ts'
import { authorOf, faultOf, told } from './admin-entries.ts'
import { Fault } from './errors.ts'
import type { ClientOperations } from './provider/client-operations.ts'
import type { ClientSource, ClientView } from './provider/client-views.ts'
import { EntryFault } from './provider/entry-fault.ts'

export interface AdminClientParts {
  readonly acting: Acting
  readonly operations: ClientOperations
  /** The API of administration: who may change a client that has it chooses who administers. */
  readonly audience: string
}

const place = z.strictObject({ after: z.string() })
const sources: Readonly<Record<ClientOrigin, ClientSource>> = {
  file: 'file',
  managed: 'managed',
  self_registered: 'registered',
}
const origins: Readonly<Record<ClientSource, ClientOrigin>> = {
  file: 'file',
  managed: 'managed',
  registered: 'self_registered',
}

export function createClientService(parts: AdminClientParts): ClientService {
  const { acting, operations } = parts
  return {
    list: (actor, { origin, query, limit, cursor }) =>
      acting(actor, { act: 'clients.list' }, async () => {
        const after = placeOf(place, cursor)?.after
        const source = origin && sources[origin]
        const { clients, next } = await operations.list({ limit, after, source, search: query })
        return {
          items: clients.map(lineOf),
          next: next === undefined ? undefined : cursorOf({ after: next }),
        }
      }),
    show: (actor, id) =>
      acting(actor, { act: 'clients.show', target: id }, async () => detailOf(parts, await find(parts, id))),
    ...changes(parts),
    rotateSecret: (actor, id) =>
      acting(actor, { act: 'clients.rotateSecret', target: id }, async () => {
        requireMayWrite(parts, actor, (await find(parts, id)).entry)
        const { client, secret } = await told(operations.rotateSecret(id, {}, authorOf(actor)))
        if (secret === undefined) throw new Fault('admin_conflict', { detail: 'the client has no secret' })
        return { client: detailOf(parts, client), secret }
      }),
    dropOldSecret: (actor, id) =>
      acting(actor, { act: 'clients.dropOldSecret', target: id }, async () => {
        requireMayWrite(parts, actor, (await find(parts, id)).entry)
        return detailOf(parts, await told(operations.retireSecret(id, authorOf(actor))))
      }),
    remove: (actor, id) =>
      acting(actor, { act: 'clients.remove', target: id }, async () => {
        requireMayWrite(parts, actor, (await find(parts, id)).entry)
        await told(operations.remove(id, authorOf(actor)))
      }),
  }
}

function changes(parts: AdminClientParts): Pick<ClientService, 'create' | 'edit'> {
  const { acting, operations } = parts
  return {
    create: (actor, fields) =>
      acting(actor, { act: 'clients.create', ...targetOf(fields) }, () =>
        outcomeOf(parts, async () => {
          requireMayWrite(parts, actor, fields)
          return operations.create(withoutSecrets(fields), authorOf(actor))
        }),
      ),
    edit: (actor, id, { fields, version }) =>
      acting(actor, { act: 'clients.edit', target: id }, () =>
        outcomeOf(parts, async () => {
          const view = await find(parts, id)
          requireMayWrite(parts, actor, view.entry)
          requireMayWrite(parts, actor, fields)
          if (version !== String(view.version)) throw new EntryFault('entry_changed', 'another version')
          const entry = { ...withoutSecrets(fields), ...secretsOf(view, fields) }
          const client = await operations.change(id, { entry, version: view.version }, authorOf(actor))
          return { client, secret: undefined }
        }),
      ),
  }
}

function targetOf({ client_id: id }: ClientFields): { readonly target?: string } {
  return typeof id === 'string' ? { target: id } : {}
}

/** @throws {Fault} admin_not_found */
async function find({ operations }: AdminClientParts, id: string): Promise<ClientView> {
  const view = await operations.show(id)
  if (view === undefined) throw new Fault('admin_not_found')
  return view
}

/** @throws {Fault} admin_forbidden | fresh_authentication_required | admin_scope_missing */
function requireMayWrite({ audience }: AdminClientParts, actor: Actor, fields: ClientFields): void {
  if (namesResource(fields, audience)) requireAllowed(actor, 'administrators.touch')
}

const resourceName = z.union([
  z.string(),
  z.object({ identifier: z.string() }).transform((it) => it.identifier),
])
const named = z.object({ resources: z.array(resourceName.catch('')) })

function namesResource(fields: ClientFields, audience: string): boolean {
  return named.safeParse(fields).data?.resources.includes(audience) ?? false
}

const secretSettings: ReadonlySet<string> = new Set(['secret', 'secret_file', 'secret_digests'])

/** Secrets are made here and nowhere else. @throws {EntryFault} where one is given */
function withoutSecrets(fields: ClientFields): ClientFields {
  const given = Object.keys(fields).filter((name) => secretSettings.has(name))
  const problems = given.map((path) => ({ path, message: 'is made by the provider, and cannot be chosen' }))
  if (problems.length > 0) throw new EntryFault('entry_invalid', 'a secret was given', problems)
  return fields
}

/** Those that it has stay, for as long as it works by a secret at all. */
function secretsOf({ entry }: ClientView, fields: ClientFields): ClientFields {
  const { secret_digests: digests } = entry
  const { token_endpoint_auth_method: method = 'client_secret_basic', type } = fields
  const isBySecret = typeof method === 'string' && method.startsWith('client_secret_')
  return digests !== undefined && type === 'confidential' && isBySecret ? { secret_digests: digests } : {}
}

async function outcomeOf(
  parts: AdminClientParts,
  work: () => Promise<{ readonly client: ClientView; readonly secret: string | undefined }>,
): Promise<ClientOutcome> {
  try {
    const { client, secret } = await work()
    return { outcome: 'saved', client: detailOf(parts, client), secret }
  } catch (error) {
    if (!(error instanceof EntryFault)) throw error
    if (error.code === 'entry_changed') return { outcome: 'outdated' }
    if (error.code === 'entry_invalid') return { outcome: 'invalid', problems: error.problems }
    if (error.code === 'entry_exists')
      return { outcome: 'invalid', problems: [{ path: 'client_id', message: 'is taken' }] }
    throw faultOf(error)
  }
}

function lineOf({ id, name, source, entry, created, problems }: ClientView): ClientLine {
  const { type, token_endpoint_auth_method: method } = entry
  const isPublic = source === 'registered' ? method === 'none' : type === 'public'
  return {
    id,
    name,
    origin: origins[source],
    type: isPublic ? 'public' : 'confidential',
    createdAt: created?.at,
    isFaulty: problems.length > 0,
  }
}

function detailOf({ audience }: AdminClientParts, view: ClientView): ClientDetail {
  const { entry, version, secrets, problems, created, changed } = view
  const shown = Object.entries(entry).filter(([name]) => !secretSettings.has(name))
  return {
    ...lineOf(view),
    fields: Object.fromEntries(shown),
    version: version > 0 ? String(version) : '',
    secrets: secrets.map(({ until }) => ({ until: until === undefined ? undefined : new Date(until) })),
    problems,
    createdBy: created?.by,
    changedAt: changed?.at,
    changedBy: changed?.by,
    mayAdminister: namesResource(entry, audience),
  }
}
