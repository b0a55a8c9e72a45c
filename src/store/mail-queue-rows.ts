/** Rows of the mails that wait to be sent. */
import { id, instant, optional, rowsOf, text } from './columns.ts'

export interface MailLetterRow {
  /** Begins with the time, so that the order of ids is that of the letters. */
  id: string
  kind: string
  /** With its address and its words; gone when it is over. */
  sealedLetter: string | null
  tries: number
  createdAt: number
  /** When it may be tried; in the future, too, while a node has it in hand. Null where it is over. */
  nextAt: number | null
  /** `waiting`, `refused` or `given_up`; what was sent is not kept. */
  outcome: string
  /** Why the last try failed, as a code. */
  fault: string | null
}
export const mailLetterRows = rowsOf<MailLetterRow>('mail_letter', 'mail_letters', {
  id,
  kind: text,
  sealedLetter: optional(text),
  tries: { type: 'integer' },
  createdAt: instant,
  nextAt: optional(instant),
  outcome: text,
  fault: optional(text),
})
