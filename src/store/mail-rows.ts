/** The rows of what is confirmed by mail. */
import { id, instant, optional, rowsOf, text } from './columns.ts'

/** A code and a link that were sent to an address, as digests. One per purpose and binding. */
export interface MailProofRow {
  id: string
  purpose: string
  /** What it is good for: one visit, or one subject. */
  binding: string
  /** Null where the address belongs to nobody: such a row is there so that all go the same way. */
  subjectId: string | null
  /** Stands for the address that it was sent to. */
  emailDigest: string
  codeDigest: string
  tokenDigest: string
  triesLeft: number
  codeEndsAt: number
  tokenEndsAt: number
}
export const mailProofRows = rowsOf<MailProofRow>('mail_proof', 'mail_proofs', {
  id,
  purpose: text,
  binding: text,
  subjectId: optional(text),
  emailDigest: text,
  codeDigest: text,
  tokenDigest: text,
  triesLeft: { type: 'integer' },
  codeEndsAt: instant,
  tokenEndsAt: instant,
})

/** The address that a subject wants to have, until it has it. */
export interface EmailChangeRow {
  subjectId: string
  email: string
  askedAt: number
  oldConfirmedAt: number | null
  newConfirmedAt: number | null
}
export const emailChangeRows = rowsOf<EmailChangeRow>('email_change', 'email_changes', {
  subjectId: id,
  email: text,
  askedAt: instant,
  oldConfirmedAt: optional(instant),
  newConfirmedAt: optional(instant),
})
