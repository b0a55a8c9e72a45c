/** Rows that nodes agree by: who does a job just now, and documents that would be private files where there is one node. */
import { id, instant, rowsOf, text } from './columns.ts'

export interface JobLeaseRow {
  name: string
  /** A random name of whoever has it; empty where it was given back. */
  holder: string
  endsAt: number
}
export const jobLeaseRows = rowsOf<JobLeaseRow>('job_lease', 'job_leases', {
  name: id,
  holder: text,
  endsAt: instant,
})

export interface PrivateDocumentRow {
  name: string
  /** Sealed by whoever writes it. */
  body: string
  changedAt: number
}
export const privateDocumentRows = rowsOf<PrivateDocumentRow>('private_document', 'private_documents', {
  name: id,
  body: text,
  changedAt: instant,
})

export const scaleEntities = [jobLeaseRows, privateDocumentRows] as const
