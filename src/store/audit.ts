/** What happened, who did it, when and from where: events are appended and never changed. */
import { randomUUID } from 'node:crypto'
import type { EntityManager } from 'typeorm'
import type { Database } from './database.ts'
import { auditRows, type AuditRow } from './entities.ts'

/** Facts about the event; no secrets, no scores, nothing measured of a face. */
export type AuditDetail = Readonly<Record<string, string | number | boolean>>

export interface AuditEvent {
  readonly type: string
  readonly subjectId?: string | undefined
  readonly clientId?: string | undefined
  readonly address?: string | undefined
  readonly detail?: AuditDetail | undefined
}

export interface RecordedEvent extends AuditEvent {
  readonly at: Date
}

export interface Audit {
  append(event: AuditEvent): Promise<void>
  /** Newest first. */
  listOf(subjectId: string, limit: number): Promise<RecordedEvent[]>
}

export function createAudit(database: Database, clock: () => Date): Audit {
  return {
    append: (event) => database.run((manager) => appendEvent(manager, { ...event, at: clock().getTime() })),
    listOf: async (subjectId, limit) => {
      const rows = await database.run((manager) =>
        manager.find(auditRows, { where: { subjectId }, order: { at: 'DESC' }, take: limit }),
      )
      return rows.map(eventOf)
    },
  }
}

/** For events that belong in a transaction with what they report. */
export async function appendEvent(
  manager: EntityManager,
  event: AuditEvent & { readonly at: number },
): Promise<void> {
  await manager.insert(auditRows, {
    id: randomUUID(),
    type: event.type,
    subjectId: event.subjectId ?? null,
    clientId: event.clientId ?? null,
    address: event.address ?? null,
    detail: JSON.stringify(event.detail ?? {}),
    acr: null,
    outcome: null,
    reason: null,
    seq: null,
    salt: null,
    personalDigest: null,
    hash: null,
    at: event.at,
  })
}

function eventOf(row: AuditRow): RecordedEvent {
  const detail: unknown = JSON.parse(row.detail)
  return {
    type: row.type,
    subjectId: row.subjectId ?? undefined,
    clientId: row.clientId ?? undefined,
    address: row.address ?? undefined,
    detail: isDetail(detail) ? detail : undefined,
    at: new Date(row.at),
  }
}

function isDetail(value: unknown): value is AuditDetail {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
