/** Rows of what the provider library keeps for a while. */
import { id, instant, optional, rowsOf, text } from './columns.ts'

/** What the provider library keeps: found by digests, read only with the record key. */
export interface OidcRecordRow {
  model: string
  idDigest: string
  sealedPayload: string
  subjectId: string | null
  grantDigest: string | null
  userCodeDigest: string | null
  uidDigest: string | null
  /** Null in rows of before this was kept. */
  clientDigest: string | null
  expiresAt: number | null
  consumedAt: number | null
}
export const oidcRecordRows = rowsOf<OidcRecordRow>('oidc_record', 'oidc_records', {
  model: id,
  idDigest: id,
  sealedPayload: text,
  subjectId: optional(text),
  grantDigest: optional(text),
  userCodeDigest: optional(text),
  uidDigest: optional(text),
  clientDigest: optional(text),
  expiresAt: optional(instant),
  consumedAt: optional(instant),
})
