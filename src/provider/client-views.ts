/** Every client as an administrator sees it: where it is kept, what it says, and what is wrong with it. */
import { clientSettings } from './client-schema.ts'
import { inOrder, rawEntryOf, secretLinesOf, type RawEntry, type SecretLine } from './client-entries.ts'
import type { Clients } from './clients.ts'
import { readClientAmong, type ManagedEntry, type ManagedReader, type Problem } from './managed-entries.ts'
import type { ResourceEntry } from './resources.ts'

/** `file`: in clients.yaml, read-only; `managed`: made by an administrator; `registered`: the app’s own doing. */
export type ClientSource = 'file' | 'managed' | 'registered'

export interface Authorship {
  readonly at: Date
  readonly by: string
}

export interface ClientView {
  readonly id: string
  readonly source: ClientSource
  /** What people read on the consent page. */
  readonly name: string
  /** The settings of docs/clients.md; of an app that registered itself, those of RFC 7591. Never a secret. */
  readonly entry: RawEntry
  readonly secrets: readonly SecretLine[]
  /** To be given back with a change; 0 where it cannot be changed here. */
  readonly version: number
  /** Why it cannot be used; empty where it can. */
  readonly problems: readonly Problem[]
  /** An entry of the file has the same `client_id`, and is the one that counts. */
  readonly isShadowed: boolean
  readonly created: Authorship | undefined
  readonly changed: Authorship | undefined
}

export interface ClientFilter {
  readonly limit: number
  /** What the page before gave as `next`. */
  readonly after?: string | undefined
  readonly source?: ClientSource | undefined
  /** Part of the id or the name, in any case. */
  readonly search?: string | undefined
}

export interface ClientPage {
  readonly clients: readonly ClientView[]
  /** Undefined on the last page. */
  readonly next: string | undefined
}

type Payload = Readonly<Record<string, unknown>>

/** Apps that registered themselves, as the library keeps them. */
export interface RegisteredReader {
  find(id: string): Promise<Payload | undefined>
  list(page: {
    readonly limit: number
    readonly after?: string | undefined
  }): Promise<readonly { readonly payload: Payload; readonly place: string }[]>
}

export interface ViewDependencies {
  readonly file: Clients
  readonly managed: ManagedReader
  readonly registered: RegisteredReader
  readonly resources: () => Promise<readonly ResourceEntry[]>
}

/** The one that counts. */
export async function showView(dependencies: ViewDependencies, id: string): Promise<ClientView | undefined> {
  const { file, managed, registered } = dependencies
  const listed = file.entries.find(({ client_id: each }) => each === id)
  if (listed !== undefined) return fileView(listed)
  const stored = await managed.find('client', id)
  if (stored !== undefined) return managedView(dependencies, stored, await dependencies.resources())
  const payload = await registered.find(id)
  return payload === undefined ? undefined : registeredView(payload)
}

export async function listViews(
  dependencies: ViewDependencies,
  { limit, after, source, search = '' }: ClientFilter,
): Promise<ClientPage> {
  const wanted = search.toLowerCase()
  const clients: ClientView[] = []
  let last: string | undefined
  for await (const { view, place } of placesAfter(dependencies, after, source)) {
    if (!`${view.id}\n${view.name}`.toLowerCase().includes(wanted)) continue
    if (clients.length === limit) return { clients, next: last }
    clients.push(view)
    last = place
  }
  return { clients, next: undefined }
}

interface Placed {
  readonly view: ClientView
  /** The source and a key within it. */
  readonly place: string
}

const sources = ['file', 'managed', 'registered'] as const
const batch = 100

async function* placesAfter(
  dependencies: ViewDependencies,
  after: string | undefined,
  source: ClientSource | undefined,
): AsyncGenerator<Placed> {
  const at = after === undefined ? undefined : readPlace(after)
  const first = at === undefined ? 0 : sources.indexOf(at.source)
  for (const each of sources.slice(Math.max(0, first))) {
    if (source !== undefined && each !== source) continue
    const key = at?.source === each ? at.key : undefined
    if (each === 'file') yield* ofFile(dependencies, key)
    if (each === 'managed') yield* ofManaged(dependencies, key)
    if (each === 'registered') yield* ofRegistered(dependencies, key)
  }
}

function readPlace(place: string): { readonly source: ClientSource; readonly key: string } | undefined {
  const [, name, key = ''] = /^(file|managed|registered) (.*)$/s.exec(place) ?? []
  const source = sources.find((each) => each === name)
  return source === undefined || key.includes('\u0000') ? undefined : { source, key }
}

function* ofFile({ file }: ViewDependencies, key: string | undefined): Generator<Placed> {
  const from = key === undefined ? 0 : file.entries.findIndex(({ client_id: id }) => id === key) + 1
  for (const entry of file.entries.slice(from)) {
    yield { view: fileView(entry), place: `file ${entry.client_id}` }
  }
}

async function* ofManaged(dependencies: ViewDependencies, key: string | undefined): AsyncGenerator<Placed> {
  const resources = await dependencies.resources()
  for (let afterId = key; ;) {
    const page = await dependencies.managed.list('client', { limit: batch, afterId })
    for (const stored of page) {
      yield { view: managedView(dependencies, stored, resources), place: `managed ${stored.id}` }
    }
    afterId = page.at(-1)?.id
    if (page.length < batch) return
  }
}

async function* ofRegistered(
  { registered }: ViewDependencies,
  key: string | undefined,
): AsyncGenerator<Placed> {
  for (let after = key; ;) {
    const page = await registered.list({ limit: batch, after })
    for (const { payload, place } of page) {
      yield { view: registeredView(payload), place: `registered ${place}` }
    }
    after = page.at(-1)?.place
    if (page.length < batch) return
  }
}

function fileView(entry: Clients['entries'][number]): ClientView {
  const raw = inOrder({ ...entry }, clientSettings)
  return {
    id: entry.client_id,
    source: 'file',
    name: entry.name,
    entry: raw,
    secrets: secretLinesOf(raw),
    version: 0,
    problems: [],
    isShadowed: false,
    created: undefined,
    changed: undefined,
  }
}

export function managedView(
  { file }: Pick<ViewDependencies, 'file'>,
  stored: ManagedEntry,
  resources: readonly ResourceEntry[],
): ClientView {
  const raw = rawEntryOf(stored.entry)
  const read = readClientAmong(stored.entry, resources)
  return {
    id: stored.id,
    source: 'managed',
    name: textOf(raw['name']) ?? stored.id,
    entry: raw,
    secrets: secretLinesOf(raw),
    version: stored.version,
    problems: read.isWhole ? [] : read.problems,
    isShadowed: file.policies.has(stored.id),
    created: { at: stored.createdAt, by: stored.createdBy },
    changed: { at: stored.changedAt, by: stored.changedBy },
  }
}

function registeredView(payload: Payload): ClientView {
  const entry = Object.fromEntries(Object.entries(payload).filter(([name]) => name !== 'client_secret'))
  const id = textOf(payload['client_id']) ?? ''
  const issued = payload['client_id_issued_at']
  return {
    id,
    source: 'registered',
    name: textOf(payload['client_name']) ?? id,
    entry,
    secrets: [],
    version: 0,
    problems: [],
    isShadowed: false,
    created: typeof issued === 'number' ? { at: new Date(issued * 1000), by: id } : undefined,
    changed: undefined,
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
