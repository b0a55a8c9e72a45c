/** What administration does with the APIs that access tokens are made for, joined to where they are kept. */
import { z } from 'zod'
import type { Acting } from './admin/acting.ts'
import type { ClientFields, ClientProblem } from './admin/client-services.ts'
import { pageOf, placeOf } from './admin/cursor.ts'
import type {
  ResourceDetail,
  ResourceLine,
  ResourceOutcome,
  ResourceService,
} from './admin/resource-services.ts'
import { authorOf, faultOf, told } from './admin-entries.ts'
import { Fault } from './errors.ts'
import type { ClientOperations } from './provider/client-operations.ts'
import type { ClientView } from './provider/client-views.ts'
import { EntryFault } from './provider/entry-fault.ts'
import type { ResourceOperations, ResourceView } from './provider/resource-operations.ts'

export interface AdminResourceParts {
  readonly acting: Acting
  readonly operations: ResourceOperations
  readonly clients: Pick<ClientOperations, 'list'>
}

const place = z.strictObject({ after: z.string() })

export function createResourceService(parts: AdminResourceParts): ResourceService {
  const { acting, operations } = parts
  return {
    list: (actor, { origin, query = '', limit, cursor }) =>
      acting(actor, { act: 'resources.list' }, async () => {
        const after = placeOf(place, cursor)?.after ?? ''
        const found = (await operations.list())
          .filter((view) => (origin === undefined || view.source === origin) && isLike(view, query))
          .sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
          .filter((view) => keyOf(view) > after)
        return pageOf(found.slice(0, limit + 1), limit, {
          item: lineOf,
          place: (view) => ({ after: keyOf(view) }),
        })
      }),
    show: (actor, id) =>
      acting(actor, { act: 'resources.show', target: id }, async () => {
        const view = await operations.show(id)
        if (view === undefined) throw new Fault('admin_not_found')
        return detailOf(parts, view)
      }),
    create: (actor, fields) =>
      acting(actor, { act: 'resources.create', ...targetOf(fields) }, () =>
        outcomeOf(parts, () => operations.create(fields, authorOf(actor))),
      ),
    edit: (actor, id, { fields, version }) =>
      acting(actor, { act: 'resources.edit', target: id }, () =>
        outcomeOf(parts, async () => {
          const view = await operations.show(id)
          if (view === undefined) throw new Fault('admin_not_found')
          if (version !== versionOf(view)) throw new EntryFault('entry_changed', 'another version')
          return operations.change(id, { entry: fields, version: view.version }, authorOf(actor))
        }),
      ),
    remove: (actor, id) =>
      acting(actor, { act: 'resources.remove', target: id }, () =>
        told(operations.remove(id, authorOf(actor)).catch(asInUse)),
      ),
  }
}

function asInUse(error: unknown): never {
  const isInUse = error instanceof EntryFault && error.code === 'entry_in_use'
  throw isInUse ? new Fault('admin_resource_in_use', { detail: error.message, cause: error }) : error
}

function isLike({ identifier, entry: { name } }: ResourceView, query: string): boolean {
  const wanted = query.trim().toLowerCase()
  return [identifier, textOf(name) ?? ''].some((each) => each.toLowerCase().includes(wanted))
}

/** One that is shadowed has the identifier of another. */
function keyOf({ identifier, source }: ResourceView): string {
  return `${identifier} ${source}`
}

function targetOf({ identifier }: ClientFields): { readonly target?: string } {
  return typeof identifier === 'string' ? { target: identifier } : {}
}

async function outcomeOf(
  parts: AdminResourceParts,
  work: () => Promise<ResourceView>,
): Promise<ResourceOutcome> {
  try {
    return { outcome: 'saved', resource: await detailOf(parts, await work()) }
  } catch (error) {
    if (!(error instanceof EntryFault)) throw error
    if (error.code === 'entry_changed') return { outcome: 'outdated' }
    const problems = problemsOf(error)
    if (problems === undefined) throw faultOf(error)
    return { outcome: 'invalid', problems }
  }
}

function problemsOf({ code, problems }: EntryFault): readonly ClientProblem[] | undefined {
  if (code === 'entry_invalid') return problems
  if (code === 'entry_exists') return [{ path: 'identifier', message: 'is taken' }]
  if (code !== 'entry_in_use') return undefined
  // A client names the scopes that it may ask for.
  return problems.map(({ path: client }) => ({
    path: 'scopes',
    message: `lack one that ${client} may ask for`,
  }))
}

function versionOf({ version }: ResourceView): string {
  return version > 0 ? String(version) : ''
}

const scopesShape = z.record(z.string(), z.unknown()).catch({})

function lineOf({ identifier, source, entry, created, problems, isShadowed }: ResourceView): ResourceLine {
  return {
    identifier,
    name: textOf(entry['name']),
    origin: source,
    scopes: Object.keys(scopesShape.parse(entry['scopes'])).length,
    createdAt: created?.at,
    isFaulty: problems.length > 0,
    isShadowed,
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

async function detailOf(parts: AdminResourceParts, view: ResourceView): Promise<ResourceDetail> {
  const { identifier, entry, problems, created, changed } = view
  return {
    ...lineOf(view),
    fields: { ...entry },
    version: versionOf(view),
    problems,
    usedBy: await listUsers(parts, identifier),
    createdBy: created?.by,
    changedAt: changed?.at,
    changedBy: changed?.by,
  }
}

const wanted = z.object({
  resources: z.array(
    z.union([z.string(), z.object({ identifier: z.string() }).transform((it) => it.identifier)]).catch(''),
  ),
})

/** Apps that registered themselves name no API. */
async function listUsers({ clients }: AdminResourceParts, identifier: string): Promise<readonly string[]> {
  const users: string[] = []
  for (const source of ['file', 'managed'] as const) {
    let after: string | undefined
    do {
      const page = await clients.list({ limit: 200, after, source })
      users.push(...page.clients.filter((each) => names(each, identifier)).map(({ id }) => id))
      after = page.next
    } while (after !== undefined)
  }
  return users
}

function names({ entry }: ClientView, identifier: string): boolean {
  return wanted.safeParse(entry).data?.resources.includes(identifier) ?? false
}
