/** Receipts: what the person was given to keep, that consent was given or withdrawn and that a face was erased. */
import type { EntityManager } from 'typeorm'
import { receiptRows, type ReceiptRow } from './control-rows.ts'
import type { Database } from './database.ts'
import { timedRowId } from './row-id.ts'

export type ReceiptKind = 'consent_given' | 'consent_withdrawn' | 'face_erased'

export interface Receipt {
  readonly id: string
  readonly kind: ReceiptKind
  readonly at: Date
  /** Nothing measured: versions, digests of texts, counts, reasons. */
  readonly detail: Readonly<Record<string, string | number>>
}

export interface Receipts {
  /** Newest first. */
  list(subjectId: string): Promise<Receipt[]>
  find(subjectId: string, id: string): Promise<Receipt | undefined>
}

export interface NewReceipt {
  readonly subjectId: string
  readonly kind: ReceiptKind
  readonly detail: Receipt['detail']
  readonly at: number
}

/** In the transaction that does what it tells of. @returns its id */
export async function addReceipt(
  manager: EntityManager,
  { detail, ...receipt }: NewReceipt,
): Promise<string> {
  const id = timedRowId(receipt.at)
  await manager.insert(receiptRows, { id, ...receipt, detail: JSON.stringify(detail) })
  return id
}

export function createReceipts(database: Database): Receipts {
  return {
    list: async (subjectId) => {
      const rows = await database.run((manager) =>
        manager.find(receiptRows, { where: { subjectId }, order: { at: 'DESC', id: 'DESC' } }),
      )
      return rows.map(receiptOf)
    },
    find: async (subjectId, id) => {
      const row = await database.run((manager) => manager.findOneBy(receiptRows, { subjectId, id }))
      return row === null ? undefined : receiptOf(row)
    },
  }
}

function receiptOf({ id, kind, at, detail }: ReceiptRow): Receipt {
  const facts: unknown = JSON.parse(detail)
  return { id, kind: kindOf(kind), at: new Date(at), detail: isDetail(facts) ? facts : {} }
}

function kindOf(kind: string): ReceiptKind {
  if (kind === 'consent_given' || kind === 'consent_withdrawn') return kind
  return 'face_erased'
}

function isDetail(value: unknown): value is Receipt['detail'] {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
