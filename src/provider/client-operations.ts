/** What administrators do with clients: the console, the API for administrators and the command line call this and nothing else. */
import { randomBytes } from 'node:crypto'
import type { ClientMetadata } from 'oidc-provider'
import {
  fieldsChanged,
  inOrder,
  needsSecret,
  rawEntryOf,
  secretLinesOf,
  withOldSecrets,
  withoutSecret,
  withSecretLines,
  type RawEntry,
} from './client-entries.ts'
import { digestLine, metadataOf } from './client-metadata.ts'
import { clientSettings, type ClientEntry } from './client-schema.ts'
import {
  listViews,
  showView,
  type ClientFilter,
  type ClientPage,
  type ClientView,
  type ViewDependencies,
} from './client-views.ts'
import { EntryFault } from './entry-fault.ts'
import { readClientAmong, type ManagedEntry, type ManagedWriter, type Problem } from './managed-entries.ts'

/** Who does it, in a word for the audit trail, and from where. */
export interface Author {
  readonly name: string
  readonly address?: string | undefined
}

export interface SecretShown {
  readonly client: ClientView
  /** Shown now and never again; undefined where the client has none or brought its own. */
  readonly secret: string | undefined
}

/** Each throws an `EntryFault`. */
export interface ClientOperations {
  list(filter: ClientFilter): Promise<ClientPage>
  show(id: string): Promise<ClientView | undefined>
  /** A confidential client that works by a secret and brings none is given one. */
  create(entry: unknown, author: Author): Promise<SecretShown>
  /** @param change.version of the view that was changed */
  change(
    id: string,
    change: { readonly entry: unknown; readonly version: number },
    author: Author,
  ): Promise<ClientView>
  /** @param options.until when the secret of now is taken no more; a week from now unless said */
  rotateSecret(
    id: string,
    options: { readonly until?: Date | undefined },
    author: Author,
  ): Promise<SecretShown>
  /** All secrets but the newest end now. */
  retireSecret(id: string, author: Author): Promise<ClientView>
  /** Its grants, tokens and part in sessions end with it. */
  remove(id: string, author: Author): Promise<void>
}

export interface ClientOperationDependencies extends ViewDependencies {
  readonly managed: ManagedWriter
  readonly clock: () => Date
  /** Ends whatever the client was given. */
  readonly endAccess: (clientId: string) => Promise<unknown>
  /** Takes an app that registered itself off the books. */
  readonly removeRegistered: (clientId: string, author: Author) => Promise<void>
  /** What the protocol library would say of it. */
  readonly check: ClientCheck
}

export type ClientCheck = (metadata: ClientMetadata) => Promise<readonly Problem[]>

const overlapMs = 7 * 86_400_000

export function createClientOperations(dependencies: ClientOperationDependencies): ClientOperations {
  return {
    list: (filter) => listViews(dependencies, filter),
    show: (id) => showView(dependencies, id),
    create: (entry, author) => create(dependencies, entry, author),
    change: async (id, { entry, version }, author) => {
      const stored = await findOwn(dependencies, id)
      if (stored.version !== version) throw changedMeanwhile(id)
      return change(dependencies, { stored, entry, event: 'client_changed' }, author)
    },
    rotateSecret: async (id, { until }, author) => {
      const stored = await findOwn(dependencies, id)
      const end = until ?? new Date(dependencies.clock().getTime() + overlapMs)
      const secret = randomBytes(32).toString('base64url')
      const raw = rawEntryOf(stored.entry)
      const old = secretLinesOf(raw).slice(-1)
      const lines = [
        ...old.map(({ digest }) => ({ digest, until: end.toISOString() })),
        { digest: digestLine(secret), until: undefined },
      ]
      const entry = withSecretLines(raw, lines)
      const client = await change(dependencies, { stored, entry, event: 'client_secret_rotated' }, author)
      return { client, secret }
    },
    retireSecret: async (id, author) => {
      const stored = await findOwn(dependencies, id)
      const raw = rawEntryOf(stored.entry)
      const [newest, ...older] = secretLinesOf(raw).toReversed()
      if (newest === undefined || older.length === 0) {
        throw new EntryFault('entry_not_found', `client ${id} has no older secret`)
      }
      const entry = withSecretLines(raw, [{ ...newest, until: undefined }])
      return change(dependencies, { stored, entry, event: 'client_secret_retired' }, author)
    },
    remove: (id, author) => remove(dependencies, id, author),
  }
}

async function create(
  dependencies: ClientOperationDependencies,
  given: unknown,
  author: Author,
): Promise<SecretShown> {
  const secret = needsSecret(given) ? randomBytes(32).toString('base64url') : undefined
  const raw = secret === undefined ? rawEntryOf(given) : { ...rawEntryOf(given), secret }
  const { kept, entry } = await settle(dependencies, raw)
  const id = entry.client_id
  if ((await showView(dependencies, id)) !== undefined) throw taken(id)
  const created = { kind: 'client' as const, id, entry: kept, version: 0, event: 'client_created' }
  if ((await dependencies.managed.write([created], author)) !== undefined) throw taken(id)
  return { client: await showOwn(dependencies, id), secret }
}

interface Settled {
  readonly kept: RawEntry
  readonly entry: ClientEntry
}

/** @throws {EntryFault} naming every problem */
async function settle({ resources, check }: ClientOperationDependencies, raw: RawEntry): Promise<Settled> {
  const read = readClientAmong(raw, await resources())
  if (!read.isWhole) throw invalid(read.problems)
  const problems = await check(metadataOf(read.value, randomBytes(32).toString('base64url')))
  if (problems.length > 0) throw invalid(problems)
  const kept = inOrder(withoutSecret(raw), clientSettings)
  const again = readClientAmong(kept, await resources())
  if (!again.isWhole) throw invalid(again.problems)
  return { kept, entry: again.value }
}

interface Change {
  readonly stored: ManagedEntry
  readonly entry: unknown
  readonly event: string
}

async function change(
  dependencies: ClientOperationDependencies,
  { stored, entry: given, event }: Change,
  author: Author,
): Promise<ClientView> {
  const { id, version } = stored
  const { kept, entry } = await settle(
    dependencies,
    withOldSecrets(rawEntryOf(given), rawEntryOf(stored.entry)),
  )
  if (entry.client_id !== id) {
    throw invalid([{ path: 'client_id', message: 'cannot be changed; make another client' }])
  }
  const before = readClientAmong(stored.entry, await dependencies.resources())
  const fields = fieldsChanged(before.isWhole ? before.value : {}, entry)
  if (fields.length === 0) return showOwn(dependencies, id)
  const detail = { fields: fields.join(' ') }
  const changed = { kind: 'client' as const, id, entry: kept, version, event, detail }
  if ((await dependencies.managed.write([changed], author)) !== undefined) throw changedMeanwhile(id)
  return showOwn(dependencies, id)
}

async function remove(dependencies: ClientOperationDependencies, id: string, author: Author): Promise<void> {
  const { managed, file, endAccess } = dependencies
  const stored = await managed.find('client', id)
  if (stored === undefined) {
    const view = await showView(dependencies, id)
    if (view?.source === 'file') throw readOnly(id)
    if (view === undefined) throw new EntryFault('entry_not_found', `there is no client ${id}`)
    await dependencies.removeRegistered(id, author)
    await endAccess(id)
    return
  }
  const { version } = stored
  const gone = { kind: 'client' as const, id, entry: undefined, version, event: 'client_deleted' }
  if ((await managed.write([gone], author)) !== undefined) throw changedMeanwhile(id)
  // What people allowed the client of the file is not this one's.
  if (!file.policies.has(id)) await endAccess(id)
}

async function findOwn(
  { managed, file, registered }: ClientOperationDependencies,
  id: string,
): Promise<ManagedEntry> {
  if (file.policies.has(id)) throw readOnly(id)
  const stored = await managed.find('client', id)
  if (stored !== undefined) return stored
  if ((await registered.find(id)) !== undefined) {
    throw new EntryFault(
      'entry_read_only',
      `client ${id} registered itself, and looks after its entry itself`,
    )
  }
  throw new EntryFault('entry_not_found', `there is no client ${id}`)
}

async function showOwn(dependencies: ClientOperationDependencies, id: string): Promise<ClientView> {
  const view = await showView(dependencies, id)
  if (view === undefined) throw changedMeanwhile(id)
  return view
}

const invalid = (problems: readonly Problem[]): EntryFault =>
  new EntryFault(
    'entry_invalid',
    problems.map(({ path, message }) => `${path} ${message}`.trim()).join('; '),
    problems,
  )

const taken = (id: string): EntryFault => new EntryFault('entry_exists', `there is a client ${id} already`)

const readOnly = (id: string): EntryFault =>
  new EntryFault('entry_read_only', `client ${id} stands in clients.yaml: change it there`)

const changedMeanwhile = (id: string): EntryFault =>
  new EntryFault('entry_changed', `client ${id} was changed meanwhile: look at it again`)
