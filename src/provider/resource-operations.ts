/** What administrators do with the APIs that access tokens are made for. */
import { fieldsChanged, inOrder, rawEntryOf, type RawEntry } from './client-entries.ts'
import type { Author } from './client-operations.ts'
import type { Authorship } from './client-views.ts'
import type { Clients } from './clients.ts'
import { EntryFault } from './entry-fault.ts'
import {
  readClient,
  readResource,
  type ManagedEntry,
  type ManagedWriter,
  type Problem,
} from './managed-entries.ts'
import { resourceSettings, unknownResources, type ResourceEntry } from './resources.ts'

export interface ResourceView {
  readonly identifier: string
  /** `house`: of Mien itself; `file`: in clients.yaml; both are read-only. */
  readonly source: 'house' | 'file' | 'managed'
  readonly entry: RawEntry
  /** To be given back with a change; 0 where it cannot be changed here. */
  readonly version: number
  readonly problems: readonly Problem[]
  /** Another of this name counts, of the file or the house. */
  readonly isShadowed: boolean
  readonly created: Authorship | undefined
  readonly changed: Authorship | undefined
}

/** Each throws an `EntryFault`. */
export interface ResourceOperations {
  list(): Promise<readonly ResourceView[]>
  show(identifier: string): Promise<ResourceView | undefined>
  create(entry: unknown, author: Author): Promise<ResourceView>
  change(
    identifier: string,
    change: { readonly entry: unknown; readonly version: number },
    author: Author,
  ): Promise<ResourceView>
  /** Only where no managed client may ask for tokens for it. */
  remove(identifier: string, author: Author): Promise<void>
}

export interface ResourceOperationDependencies {
  readonly file: Pick<Clients, 'resources'>
  readonly ownResources: readonly ResourceEntry[]
  readonly managed: ManagedWriter
}

const kind = 'resource'

export function createResourceOperations(dependencies: ResourceOperationDependencies): ResourceOperations {
  const { managed } = dependencies
  const show = async (identifier: string): Promise<ResourceView | undefined> =>
    (await listResources(dependencies)).find((each) => each.identifier === identifier && !each.isShadowed)
  return {
    list: () => listResources(dependencies),
    show,
    create: async (given, author) => {
      const { kept, entry } = settle(dependencies, given)
      const id = entry.identifier
      const created = { kind, id, entry: kept, version: 0, event: 'resource_created' } as const
      if ((await show(id)) !== undefined || (await managed.write([created], author)) !== undefined) {
        throw new EntryFault('entry_exists', `there is an API ${id} already`)
      }
      return found(await show(id), id)
    },
    change: (identifier, wish, author) => change(dependencies, { ...wish, identifier, author }),
    remove: async (id, author) => {
      const { version } = await findOwn(dependencies, id)
      await assertUnused(dependencies, id, undefined)
      const gone = { kind, id, entry: undefined, version, event: 'resource_deleted' } as const
      if ((await managed.write([gone], author)) !== undefined) throw changedMeanwhile(id)
    },
  }
}

interface ResourceChange {
  readonly identifier: string
  readonly entry: unknown
  readonly version: number
  readonly author: Author
}

async function change(
  dependencies: ResourceOperationDependencies,
  { identifier: id, entry: given, version, author }: ResourceChange,
): Promise<ResourceView> {
  const stored = await findOwn(dependencies, id)
  if (stored.version !== version) throw changedMeanwhile(id)
  const { kept, entry } = settle(dependencies, given)
  if (entry.identifier !== id) {
    throw invalid([{ path: 'identifier', message: 'cannot be changed; make another API' }])
  }
  await assertUnused(dependencies, id, entry)
  const before = readResource(stored.entry)
  const fields = fieldsChanged(before.isWhole ? before.value : {}, entry)
  if (fields.length > 0) {
    const detail = { fields: fields.join(' ') }
    const changed = { kind, id, entry: kept, version, event: 'resource_changed', detail } as const
    if ((await dependencies.managed.write([changed], author)) !== undefined) throw changedMeanwhile(id)
  }
  const views = await listResources(dependencies)
  return found(
    views.find((view) => view.identifier === id && view.source === 'managed'),
    id,
  )
}

/** @throws {EntryFault} naming every problem */
function settle(
  { ownResources }: ResourceOperationDependencies,
  given: unknown,
): { readonly kept: RawEntry; readonly entry: ResourceEntry } {
  const read = readResource(given)
  if (!read.isWhole) throw invalid(read.problems)
  // Its tokens would say that they are of the house’s own API.
  if (ownResources.some(({ identifier }) => identifier === read.value.audience)) {
    throw invalid([{ path: 'audience', message: 'is that of an API of this provider itself' }])
  }
  return { kept: inOrder(rawEntryOf(given), resourceSettings), entry: read.value }
}

async function listResources({
  file,
  ownResources,
  managed,
}: ResourceOperationDependencies): Promise<readonly ResourceView[]> {
  const fixed = [
    ...ownResources.map((entry) => fixedView(entry, 'house')),
    ...file.resources.map((entry) => fixedView(entry, 'file')),
  ]
  const names = new Set(fixed.map(({ identifier }) => identifier))
  const made = (await managed.list(kind)).map((stored) => managedView(stored, names.has(stored.id)))
  return [...fixed, ...made]
}

function fixedView(entry: ResourceEntry, source: 'house' | 'file'): ResourceView {
  return {
    identifier: entry.identifier,
    source,
    entry: inOrder({ ...entry }, resourceSettings),
    version: 0,
    problems: [],
    isShadowed: false,
    created: undefined,
    changed: undefined,
  }
}

function managedView(stored: ManagedEntry, isShadowed: boolean): ResourceView {
  const read = readResource(stored.entry)
  return {
    identifier: stored.id,
    source: 'managed',
    entry: rawEntryOf(stored.entry),
    version: stored.version,
    problems: read.isWhole ? [] : read.problems,
    isShadowed,
    created: { at: stored.createdAt, by: stored.createdBy },
    changed: { at: stored.changedAt, by: stored.changedBy },
  }
}

async function findOwn(
  { managed, file, ownResources }: ResourceOperationDependencies,
  id: string,
): Promise<ManagedEntry> {
  const stored = await managed.find(kind, id)
  if (stored !== undefined) return stored
  if ([...ownResources, ...file.resources].some(({ identifier }) => identifier === id)) {
    throw new EntryFault('entry_read_only', `API ${id} stands in clients.yaml, or is of the house`)
  }
  throw new EntryFault('entry_not_found', `there is no API ${id}`)
}

/** @throws {EntryFault} naming the clients that could no longer ask for what their entries say */
async function assertUnused(
  { managed, file, ownResources }: ResourceOperationDependencies,
  id: string,
  next: ResourceEntry | undefined,
): Promise<void> {
  // The one of the file or the house stays.
  if ([...ownResources, ...file.resources].some(({ identifier }) => identifier === id)) return
  const problems = (await managed.list('client')).flatMap((stored) => {
    const read = readClient(stored.entry)
    const wanted = read.isWhole ? read.value.resources.filter(({ identifier }) => identifier === id) : []
    const faults = unknownResources(wanted, next === undefined ? [] : [next])
    return faults.length === 0 ? [] : [{ path: stored.id, message: `may ask for tokens for ${id}` }]
  })
  if (problems.length === 0) return
  const names = problems.map(({ path }) => path).join(', ')
  throw new EntryFault('entry_in_use', `API ${id} is used by ${names}`, problems)
}

function found(view: ResourceView | undefined, id: string): ResourceView {
  if (view === undefined) throw changedMeanwhile(id)
  return view
}

const invalid = (problems: readonly Problem[]): EntryFault =>
  new EntryFault(
    'entry_invalid',
    problems.map(({ path, message }) => `${path} ${message}`.trim()).join('; '),
    problems,
  )

const changedMeanwhile = (id: string): EntryFault =>
  new EntryFault('entry_changed', `API ${id} was changed meanwhile: look at it again`)
