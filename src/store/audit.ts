/** What happened, who did it, when and from where: events are appended and never changed. */
import {
  And,
  In,
  LessThan,
  LessThanOrEqual,
  MoreThan,
  MoreThanOrEqual,
  Not,
  type EntityManager,
} from 'typeorm'
import { erasureType, isGenuineMark, macOf } from './audit-chain.ts'
import type { Checkpoints } from './audit-checkpoint.ts'
import { verifyChain, type AuditVerdict } from './audit-verify.ts'
import { auditMarkRows } from './control-rows.ts'
import type { Database } from './database.ts'
import { auditRows, type AuditRow } from './entities.ts'
import { timedRowId } from './row-id.ts'
import { countSignIns, type SignInCount } from './sign-in-counts.ts'

/** Facts about the event; no secrets, no scores, nothing measured of a face. */
export type AuditDetail = Readonly<Record<string, string | number | boolean>>

export interface AuditEvent {
  readonly type: string
  readonly subjectId?: string | undefined
  readonly clientId?: string | undefined
  readonly address?: string | undefined
  readonly acr?: string | undefined
  /** Where it is not in the type already: `accepted`, `refused`. */
  readonly outcome?: string | undefined
  /** Why, in a word of ours. */
  readonly reason?: string | undefined
  readonly detail?: AuditDetail | undefined
}

export interface RecordedEvent extends AuditEvent {
  readonly id: string
  /** Its place in the chain. */
  readonly seq: number
  readonly at: Date
}

export interface AuditFilter {
  readonly subjectId?: string | undefined
  /** These alone. */
  readonly types?: readonly string[] | undefined
  readonly clientId?: string | undefined
  readonly outcome?: string | undefined
  readonly since?: Date | undefined
  /** Not with it. */
  readonly until?: Date | undefined
  /** Events before this place in the chain: for the next page. */
  readonly beforeSeq?: number | undefined
  readonly limit: number
}

export interface Audit {
  append(event: AuditEvent): Promise<void>
  /** Newest first. */
  list(filter: AuditFilter): Promise<RecordedEvent[]>
  /** Newest first. */
  listOf(subjectId: string, limit: number): Promise<RecordedEvent[]>
  /** Sign-ins and refusals since then, by whole hours; of the newest 100,000 events at most. */
  countSignIns(since: Date): Promise<SignInCount[]>
  /** Reads the whole chain. */
  verify(): Promise<AuditVerdict>
  /** Deletes events of before the moment from the beginning of the chain, at most so many; what is left still verifies. */
  trim(before: Date, limit: number): Promise<number>
  /**
   * Notes the head in the file beside the database, where it has moved since.
   * @returns false where the chain no longer holds what the file holds: then the file is left as it is
   */
  checkpoint(): Promise<boolean>
}

export interface AuditDependencies {
  readonly database: Database
  readonly clock: () => Date
  readonly key: Uint8Array
  readonly checkpoints: Checkpoints
}

export function createAudit(dependencies: AuditDependencies): Audit {
  const { database, clock, key, checkpoints } = dependencies
  const list = async (filter: AuditFilter): Promise<RecordedEvent[]> => {
    const rows = await database.run((manager) =>
      manager.find(auditRows, { where: whereOf(filter), order: { seq: 'DESC' }, take: filter.limit }),
    )
    return rows.map(eventOf)
  }
  return {
    append: (event) =>
      database.transact((manager) => appendEvent(manager, { ...event, at: clock().getTime() })),
    list,
    listOf: (subjectId, limit) => list({ subjectId, limit }),
    countSignIns: (since) => countSignIns(database, since),
    verify: () => verifyChain(database, key, checkpoints),
    trim: (before, limit) => database.transact((manager) => trimChain(manager, key, { before, limit })),
    checkpoint: () => checkpoints.note(database),
  }
}

const mostTextLength = 200

/**
 * For events that belong in a transaction with what they report; without one it throws a TypeError.
 * What comes from outside is cut and rid of control characters, so that no line of a log can be forged with it.
 */
export async function appendEvent(
  manager: EntityManager,
  event: AuditEvent & { readonly at: number },
): Promise<void> {
  const plain = (value: string | undefined): string | null => (value === undefined ? null : plainText(value))
  const detail = Object.entries(event.detail ?? {}).map(([name, value]) => [
    name,
    typeof value === 'string' ? plainText(value) : value,
  ])
  await manager.insert(auditRows, {
    id: timedRowId(event.at),
    type: event.type,
    subjectId: event.subjectId ?? null,
    clientId: plain(event.clientId),
    address: plain(event.address),
    acr: plain(event.acr),
    outcome: plain(event.outcome),
    reason: plain(event.reason),
    detail: JSON.stringify(Object.fromEntries(detail)),
    at: event.at,
    // Filled in where the row is linked (audit-chain.ts).
    seq: null,
    salt: null,
    personalDigest: null,
    hash: null,
  })
}

function plainText(value: string): string {
  return Array.from(value.replaceAll(/[\p{C}\p{Zl}\p{Zp}]/gu, ' '))
    .slice(0, mostTextLength)
    .join('')
}

/**
 * The subject leaves: its id, of which nothing else is left, stays; address and detail of its events go, with the salt that
 * the chain knows them by. In the transaction that erases the subject, after the event that says so.
 */
export async function erasePersonalPart(manager: EntityManager, subjectId: string): Promise<void> {
  // Who ordered it is of another person, and stays.
  const theirs = { subjectId, type: Not(erasureType) }
  await manager.update(auditRows, theirs, { address: null, detail: '{}', salt: null })
}

interface Trimming {
  readonly before: Date
  readonly limit: number
}

async function trimChain(
  manager: EntityManager,
  key: Uint8Array,
  { before, limit }: Trimming,
): Promise<number> {
  // Waits for whoever appends or trims.
  await manager.increment(auditMarkRows, { name: 'base' }, 'seq', 0)
  const base = await manager.findOneByOrFail(auditMarkRows, { name: 'base' })
  if (!isGenuineMark(key, base)) return 0
  const rows = await manager.find(auditRows, {
    where: { seq: And(MoreThan(base.seq), LessThanOrEqual(base.seq + limit)) },
    order: { seq: 'ASC' },
  })
  const young = rows.findIndex(({ at }) => !(at < before.getTime()))
  const last = rows[(young === -1 ? rows.length : young) - 1]
  if (last?.seq === undefined || last.seq === null || last.hash === null) return 0
  const mark = { name: 'base', seq: last.seq, hash: last.hash, at: before.getTime() }
  await manager.update(auditMarkRows, { name: 'base' }, { ...mark, mac: macOf(key, mark) })
  const { affected } = await manager.delete(auditRows, { seq: LessThanOrEqual(last.seq) })
  return affected ?? 0
}

function whereOf({ subjectId, clientId, outcome, types, since, until, beforeSeq }: AuditFilter) {
  const bounds = [
    ...(since === undefined ? [] : [MoreThanOrEqual(since.getTime())]),
    ...(until === undefined ? [] : [LessThan(until.getTime())]),
  ]
  return {
    ...(subjectId === undefined ? {} : { subjectId }),
    ...(clientId === undefined ? {} : { clientId }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(types === undefined ? {} : { type: In([...types]) }),
    ...(bounds.length === 0 ? {} : { at: And(...bounds) }),
    ...(beforeSeq === undefined ? {} : { seq: LessThan(beforeSeq) }),
  }
}

function eventOf(row: AuditRow): RecordedEvent {
  const detail: unknown = JSON.parse(row.detail)
  return {
    id: row.id,
    seq: row.seq ?? 0,
    type: row.type,
    subjectId: row.subjectId ?? undefined,
    clientId: row.clientId ?? undefined,
    address: row.address ?? undefined,
    acr: row.acr ?? undefined,
    outcome: row.outcome ?? undefined,
    reason: row.reason ?? undefined,
    detail: isDetail(detail) ? detail : undefined,
    at: new Date(row.at),
  }
}

function isDetail(value: unknown): value is AuditDetail {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
