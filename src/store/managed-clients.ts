/** The clients and APIs that administrators made: kept as `clients.yaml` would have them, changed by compare-and-swap, audited. */
import { In, MoreThan, type EntityManager } from 'typeorm'
import { appendEvent, type AuditDetail } from './audit.ts'
import type { Database } from './database.ts'
import { managedEntryRows, type ManagedEntryRow } from './managed-rows.ts'
import { isUniqueViolation } from './unique.ts'

export type ManagedKind = 'client' | 'resource'

export interface ManagedEntry {
  readonly id: string
  /** What an entry of `clients.yaml` would say, to be validated by whoever reads it. */
  readonly entry: unknown
  readonly version: number
  readonly createdAt: Date
  readonly createdBy: string
  readonly changedAt: Date
  readonly changedBy: string
}

/** Who changes something, in a word for the audit trail, and from where. */
export interface Author {
  readonly name: string
  readonly address?: string | undefined
}

export interface EntryChange {
  readonly kind: ManagedKind
  readonly id: string
  /** The new content; undefined takes the entry away. */
  readonly entry: object | undefined
  /** Of the entry that was read; 0 where there must be none. */
  readonly version: number
  /** How the audit trail calls it, such as `client_created`. */
  readonly event: string
  readonly detail?: AuditDetail | undefined
}

export interface EntryPage {
  readonly limit: number
  readonly afterId?: string | undefined
}

export interface ManagedClients {
  find(kind: ManagedKind, id: string): Promise<ManagedEntry | undefined>
  /** Those of the list that there are. */
  findMany(kind: ManagedKind, ids: readonly string[]): Promise<ManagedEntry[]>
  /** By id. */
  list(kind: ManagedKind, page?: EntryPage): Promise<ManagedEntry[]>
  /**
   * All of the changes or none.
   * @param also more to be done in the same transaction
   * @returns the entry that has another version by now, or is there where none must be; undefined where all is done
   */
  write(
    changes: readonly EntryChange[],
    author: Author,
    also?: (manager: EntityManager) => Promise<void>,
  ): Promise<EntryConflict | undefined>
}

export type EntryConflict = Pick<EntryChange, 'kind' | 'id'>

/** Undoes the transaction. */
class Conflict extends Error {
  readonly change: EntryChange

  constructor(change: EntryChange) {
    super('changed meanwhile')
    this.change = change
  }
}

export function createManagedClients(database: Database, clock: () => Date): ManagedClients {
  return {
    find: async (kind, id) => {
      // Anybody may ask for any name, and PostgreSQL takes none with a zero in it.
      if (id.includes('\u0000')) return undefined
      const row = await database.run((manager) => manager.findOneBy(managedEntryRows, { kind, id }))
      return row === null ? undefined : entryOf(row)
    },
    findMany: async (kind, ids) => {
      if (ids.length === 0) return []
      const where = { kind, id: In([...ids]) }
      return (await database.run((manager) => manager.findBy(managedEntryRows, where))).map(entryOf)
    },
    list: async (kind, page) => {
      const where = { kind, ...(page?.afterId === undefined ? {} : { id: MoreThan(page.afterId) }) }
      const rows = await database.run((manager) =>
        manager.find(managedEntryRows, {
          where,
          order: { id: 'ASC' },
          ...(page === undefined ? {} : { take: page.limit }),
        }),
      )
      return rows.map(entryOf)
    },
    write: async (changes, author, also) => {
      const at = clock().getTime()
      try {
        await database.transact(async (manager) => {
          for (const change of changes) await writeOne(manager, change, { author, at })
          await also?.(manager)
        })
        return undefined
      } catch (error) {
        if (!(error instanceof Conflict)) throw error
        return { kind: error.change.kind, id: error.change.id }
      }
    },
  }
}

interface Moment {
  readonly author: Author
  readonly at: number
}

async function writeOne(manager: EntityManager, change: EntryChange, { author, at }: Moment): Promise<void> {
  if (!(await applyChange(manager, change, { author, at }))) throw new Conflict(change)
  const { kind, id, event, detail } = change
  await appendEvent(manager, {
    type: event,
    ...(kind === 'client' ? { clientId: id } : {}),
    address: author.address,
    detail: { ...(kind === 'client' ? {} : { api: id }), ...detail, by: author.name },
    at,
  })
}

/** @returns whether the entry was still the one that the change is for */
async function applyChange(
  manager: EntityManager,
  { kind, id, entry, version }: EntryChange,
  { author: { name }, at }: Moment,
): Promise<boolean> {
  const changed = { version: version + 1, changedAt: at, changedBy: name }
  if (version === 0) {
    if (entry === undefined) return false
    const row = { kind, id, entry: JSON.stringify(entry), ...changed, createdAt: at, createdBy: name }
    return insertRow(manager, row)
  }
  const { affected } =
    entry === undefined
      ? await manager.delete(managedEntryRows, { kind, id, version })
      : await manager.update(
          managedEntryRows,
          { kind, id, version },
          { entry: JSON.stringify(entry), ...changed },
        )
  return affected === 1
}

async function insertRow(manager: EntityManager, row: ManagedEntryRow): Promise<boolean> {
  try {
    await manager.insert(managedEntryRows, row)
    return true
  } catch (error) {
    if (isUniqueViolation(error)) return false
    throw error
  }
}

function entryOf(row: ManagedEntryRow): ManagedEntry {
  const { id, version, createdBy, changedBy } = row
  return {
    id,
    entry: parseJson(row.entry),
    version,
    createdAt: new Date(row.createdAt),
    createdBy,
    changedAt: new Date(row.changedAt),
    changedBy,
  }
}

/** What somebody else wrote there is a faulty entry, and no reason to stop. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
