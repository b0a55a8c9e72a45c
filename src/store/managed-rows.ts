/** Rows of the clients and APIs that administrators made. */
import { id, instant, rowsOf, text } from './columns.ts'

export interface ManagedEntryRow {
  /** `client` or `resource`. */
  kind: string
  /** The `client_id`, or the identifier of the API. */
  id: string
  /** JSON of what an entry of `clients.yaml` says; of secrets the digests alone. */
  entry: string
  /** Counts from 1; one more with each change. */
  version: number
  createdAt: number
  createdBy: string
  changedAt: number
  changedBy: string
}
export const managedEntryRows = rowsOf<ManagedEntryRow>('managed_entry', 'managed_entries', {
  kind: id,
  id,
  entry: text,
  version: { type: 'integer' },
  createdAt: instant,
  createdBy: text,
  changedAt: instant,
  changedBy: text,
})
