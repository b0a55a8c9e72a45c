/** `ShortLived` in the database: for nodes that share one, and no Redis. */
import { randomUUID } from 'node:crypto'
import { LessThanOrEqual, MoreThan, MoreThanOrEqual, type EntityManager } from 'typeorm'
import type { Database } from './database.ts'
import { digest, open, seal } from './sealing.ts'
import type { ShortLived, ShortLivedKey } from './short-lived.ts'
import { shortLivedPieceRows, shortLivedRows } from './short-lived-rows.ts'
import { isUniqueViolation } from './unique.ts'

export interface SqlShortLivedDependencies {
  readonly database: Database
  readonly clock: () => Date
  /** Keys the digests and the seals. */
  readonly recordKey: Uint8Array
}

interface RowKey {
  readonly kind: string
  readonly idDigest: string
}

interface Bench extends SqlShortLivedDependencies {
  readonly keyOf: (key: ShortLivedKey) => RowKey
  readonly now: () => number
}

/** Writers of one key that were first, before a caller gives up: far more than there are nodes. */
const mostRaces = 50

export function createSqlShortLived(dependencies: SqlShortLivedDependencies): ShortLived {
  const { database, recordKey, clock } = dependencies
  const bench: Bench = {
    ...dependencies,
    keyOf: ({ kind, id }) => ({ kind, idDigest: digest(recordKey, 'short-lived', kind, id) }),
    now: () => clock().getTime(),
  }
  const { keyOf, now } = bench
  return {
    put: (key, value, expiresAt) => put(bench, keyOf(key), { value, expiresAt }),
    get: (key) => database.run((manager) => find(bench, manager, keyOf(key))),
    replace: async (key, { value, version, expiresAt }) => {
      const row = keyOf(key)
      const changed = {
        version: randomUUID(),
        sealedValue: sealFor(bench, row, value),
        expiresAt: expiresAt.getTime(),
      }
      const { affected } = await database.run((manager) =>
        manager.update(shortLivedRows, { ...row, version, expiresAt: MoreThan(now()) }, changed),
      )
      return affected === 1 ? changed.version : undefined
    },
    take: (key) => take(bench, keyOf(key)),
    once: (key, expiresAt) => once(bench, keyOf(key), expiresAt),
    append: (key, piece, expiresAt) => append(bench, keyOf(key), { piece, expiresAt }),
    list: async (key, from = 0) => {
      const row = keyOf(key)
      const pieces = await database.run((manager) =>
        manager.find(shortLivedPieceRows, {
          where: { ...row, position: MoreThanOrEqual(from), expiresAt: MoreThan(now()) },
          order: { position: 'ASC' },
        }),
      )
      return pieces.map(({ sealedPiece }) => open(recordKey, sealedPiece, pieceBindingOf(row)))
    },
    erase: async (key) => {
      await database.run(async (manager) => {
        await manager.delete(shortLivedRows, keyOf(key))
        await manager.delete(shortLivedPieceRows, keyOf(key))
      })
    },
  }
}

async function put(
  bench: Bench,
  row: RowKey,
  { value, expiresAt }: { readonly value: Uint8Array; readonly expiresAt: Date },
): Promise<void> {
  const values = {
    ...row,
    version: randomUUID(),
    sealedValue: sealFor(bench, row, value),
    expiresAt: expiresAt.getTime(),
  }
  await bench.database.run((manager) =>
    manager
      .createQueryBuilder()
      .insert()
      .into(shortLivedRows)
      .values(values)
      .orUpdate(['version', 'sealedValue', 'expiresAt'], ['kind', 'idDigest'])
      .execute(),
  )
}

async function find(
  { recordKey, now }: Bench,
  manager: EntityManager,
  row: RowKey,
): Promise<{ value: Buffer; version: string } | undefined> {
  const found = await manager.findOneBy(shortLivedRows, { ...row, expiresAt: MoreThan(now()) })
  if (found === null) return undefined
  return { value: open(recordKey, found.sealedValue, bindingOf(row)), version: found.version }
}

/** Only who deletes the very version that it has read has taken it. */
async function take(bench: Bench, row: RowKey): Promise<Uint8Array | undefined> {
  for (let race = 0; race < mostRaces; race += 1) {
    const found = await bench.database.run((manager) => find(bench, manager, row))
    if (found === undefined) return undefined
    const { affected } = await bench.database.run((manager) =>
      manager.delete(shortLivedRows, { ...row, version: found.version }),
    )
    if (affected === 1) return found.value
  }
  throw new Error(`too many writers of one ${row.kind}`)
}

async function once(bench: Bench, row: RowKey, expiresAt: Date): Promise<boolean> {
  const { database, now } = bench
  const values = {
    version: randomUUID(),
    sealedValue: sealFor(bench, row, new Uint8Array()),
    expiresAt: expiresAt.getTime(),
  }
  try {
    await database.run((manager) => manager.insert(shortLivedRows, { ...row, ...values }))
    return true
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
  }
  // A row that is over and not yet purged says nothing any more.
  const { affected } = await database.run((manager) =>
    manager.update(shortLivedRows, { ...row, expiresAt: LessThanOrEqual(now()) }, values),
  )
  return affected === 1
}

const nextPosition =
  'COALESCE((SELECT MAX(p."position") + 1 FROM "short_lived_pieces" p' +
  ' WHERE p."kind" = :ownKind AND p."idDigest" = :ownDigest), 0)'

/** The database counts; where two count at once, the primary key refuses one, which counts again. */
async function append(
  { database, recordKey }: Bench,
  row: RowKey,
  { piece, expiresAt }: { readonly piece: Uint8Array; readonly expiresAt: Date },
): Promise<void> {
  const sealedPiece = seal(recordKey, piece, pieceBindingOf(row))
  for (let race = 0; race < mostRaces; race += 1) {
    try {
      await database.run((manager) =>
        manager
          .createQueryBuilder()
          .insert()
          .into(shortLivedPieceRows)
          .values({ ...row, position: () => nextPosition, sealedPiece, expiresAt: expiresAt.getTime() })
          .setParameters({ ownKind: row.kind, ownDigest: row.idDigest })
          .execute(),
      )
      return
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
    }
  }
  throw new Error(`too many writers of one ${row.kind}`)
}

function sealFor({ recordKey }: Bench, row: RowKey, value: Uint8Array): string {
  return seal(recordKey, value, bindingOf(row))
}

function bindingOf({ kind, idDigest }: RowKey): string[] {
  return ['short-lived', kind, idDigest]
}

function pieceBindingOf({ kind, idDigest }: RowKey): string[] {
  return ['short-lived piece', kind, idDigest]
}
