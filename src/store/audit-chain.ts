/** The chain of audit events: each stands under a keyed digest of itself and of the one before, so that whoever has no key cannot change it unseen. */
import { hkdfSync, randomBytes } from 'node:crypto'
import type { EntityManager, EntitySubscriberInterface, InsertEvent } from 'typeorm'
import { IsNull } from 'typeorm'
import { auditMarkRows, outboxRows, type AuditMarkRow } from './control-rows.ts'
import { auditRows, type AuditRow } from './entities.ts'
import { digest } from './sealing.ts'
import { waitForTurn } from './turns.ts'

/** Whoever puts a house back from a backup says so on the chain: what a node noted before need not be on it. */
export const restorationType = 'restored'

/** Says that address and detail of a subject's events are gone, and that this is right. */
export const erasureType = 'account_erased'

/** What stands for the event before the first. */
const genesis = 'genesis'
/** A head that did not verify is carried on as this, so that the next event does not heal it. */
const brokenMac = 'broken'

/** Of a secret that lives outside the database and as long as the data. */
export function auditKeyOf(identifierPepper: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', identifierPepper, '', 'audit chain', 32))
}

type Personal = Pick<AuditRow, 'salt' | 'address' | 'detail'>

/** The salt is erased with what it covers: what is left then tells nothing, not even to the holder of the key. */
export function personalDigestOf(key: Uint8Array, { salt, address, detail }: Personal): string {
  return digest(key, 'audit personal', salt ?? '', address ?? '', String(address === null), detail)
}

export function hashOf(key: Uint8Array, row: AuditRow, previousHash: string): string {
  const { seq, id, at, type, subjectId, clientId, acr, outcome, reason, personalDigest } = row
  const facts = [seq, id, at, type, subjectId, clientId, acr, outcome, reason, personalDigest]
  return digest(key, 'audit link', previousHash, JSON.stringify(facts))
}

type Mark = Pick<AuditMarkRow, 'name' | 'seq' | 'hash' | 'at'>

export function macOf(key: Uint8Array, { name, seq, hash, at }: Mark): string {
  return digest(key, 'audit mark', name, String(seq), hash, String(at))
}

export function isGenuineMark(key: Uint8Array, mark: AuditMarkRow): boolean {
  return mark.mac === macOf(key, mark)
}

export interface ChainOptions {
  readonly key: Uint8Array
  /** Whether events are also kept for the webhook. */
  readonly fillsOutbox: boolean
  /** Is told of each event as it is written, for the figures of the operator. */
  readonly onEvent?: ((event: Pick<AuditRow, 'type' | 'acr' | 'detail'>) => void) | undefined
}

/** Fills in what links the row: to be called by whoever holds the lock on the head. */
function linkRow(key: Uint8Array, row: AuditRow, previous: { readonly seq: number; readonly hash: string }) {
  row.seq = previous.seq + 1
  row.salt = randomBytes(16).toString('base64url')
  row.personalDigest = personalDigestOf(key, row)
  row.hash = hashOf(key, row, previous.hash)
  return { seq: row.seq, hash: row.hash }
}

/** Links every event that is inserted, whoever inserts it, in the very transaction that reports it. */
export function createChainSubscriber({
  key,
  fillsOutbox,
  onEvent,
}: ChainOptions): EntitySubscriberInterface<AuditRow> {
  return {
    beforeInsert: async ({ entity, manager, metadata, queryRunner }: InsertEvent<AuditRow>) => {
      if (metadata.tableName !== 'audit_events') return
      if (!queryRunner.isTransactionActive) throw new TypeError('an event is appended in a transaction')
      // A write before the read: whoever else appends waits until this transaction ends, on both databases.
      await manager.increment(auditMarkRows, { name: 'head' }, 'seq', 1)
      const head = await manager.findOneByOrFail(auditMarkRows, { name: 'head' })
      const before = { ...head, seq: head.seq - 1 }
      const next = linkRow(key, entity, before)
      const at = entity.at
      const mac = isGenuineMark(key, before) ? macOf(key, { name: 'head', ...next, at }) : brokenMac
      await manager.update(auditMarkRows, { name: 'head' }, { ...next, at, mac })
      onEvent?.(entity)
      if (!fillsOutbox) return
      const { id } = entity
      await manager.insert(outboxRows, { id, seq: next.seq, body: bodyOf(entity), tries: 0, nextAt: at, at })
    },
  }
}

/** What the webhook is told of an event. */
function bodyOf(row: AuditRow): string {
  const detail: unknown = JSON.parse(row.detail)
  const { id, seq, subjectId, clientId, address, acr, outcome, reason } = row
  const data = { id, seq, subjectId, clientId, address, acr, outcome, reason, detail }
  return JSON.stringify({ type: row.type, timestamp: new Date(row.at).toISOString(), data })
}

/** The first start with a chain: links the events of before, oldest first. @returns whether it did */
export async function beginChain(manager: EntityManager, key: Uint8Array, at: number): Promise<boolean> {
  // Nodes that start at the same moment begin it once.
  await waitForTurn(manager, 'audit chain')
  if ((await manager.findOneBy(auditMarkRows, { name: 'head' })) !== null) return false
  const base = { name: 'base', seq: 0, hash: genesis, at }
  let last = { seq: 0, hash: genesis }
  const rows = await manager.find(auditRows, { where: { seq: IsNull() }, order: { at: 'ASC', id: 'ASC' } })
  for (const row of rows) {
    last = linkRow(key, row, last)
    const { seq, salt, personalDigest, hash } = row
    await manager.update(auditRows, { id: row.id }, { seq, salt, personalDigest, hash })
  }
  const head = { name: 'head', ...last, at }
  for (const mark of [base, head]) await manager.insert(auditMarkRows, { ...mark, mac: macOf(key, mark) })
  return true
}
