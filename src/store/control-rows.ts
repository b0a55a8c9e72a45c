/** Rows of the person's control and of the audit trail: browsers, sessions, notices, receipts, the marks of the chain, the outbox. */
import { id, instant, optional, rowsOf, text } from './columns.ts'

/** Where the chain begins and ends, each under a keyed digest. */
export interface AuditMarkRow {
  /** `head` or `base`. */
  name: string
  seq: number
  hash: string
  mac: string
  at: number
}
export const auditMarkRows = rowsOf<AuditMarkRow>('audit_mark', 'audit_marks', {
  name: id,
  seq: instant,
  hash: text,
  mac: text,
  at: instant,
})

/** A browser in which a subject has signed in; each subject has a digest of its own for it, so that rows of two cannot be joined. */
export interface KnownBrowserRow {
  id: string
  subjectId: string
  browserDigest: string
  /** Words such as “Firefox on Linux”. */
  family: string
  firstSeenAt: number
  lastSeenAt: number
}
export const knownBrowserRows = rowsOf<KnownBrowserRow>('known_browser', 'known_browsers', {
  id,
  subjectId: text,
  browserDigest: text,
  family: text,
  firstSeenAt: instant,
  lastSeenAt: instant,
})

/** What is told about a session; the session itself is sealed among the provider's records. */
export interface BrowserSessionRow {
  id: string
  /** The provider's name of the session: no bearer value. */
  uid: string
  subjectId: string
  knownBrowserId: string | null
  family: string
  acr: string | null
  /** When the sign-in was that the session rests on now. */
  loginAt: number
  createdAt: number
  lastSeenAt: number
}
export const browserSessionRows = rowsOf<BrowserSessionRow>('browser_session', 'browser_sessions', {
  id,
  uid: text,
  subjectId: text,
  knownBrowserId: optional(text),
  family: text,
  acr: optional(text),
  loginAt: instant,
  createdAt: instant,
  lastSeenAt: instant,
})

/** The question “Was this you?”, which the link of a mail answers once. */
export interface BrowserNoticeRow {
  tokenDigest: string
  subjectId: string
  knownBrowserId: string
  family: string
  signedInAt: number
  expiresAt: number
  answer: string | null
  answeredAt: number | null
}
export const browserNoticeRows = rowsOf<BrowserNoticeRow>('browser_notice', 'browser_notices', {
  tokenDigest: id,
  subjectId: text,
  knownBrowserId: text,
  family: text,
  signedInAt: instant,
  expiresAt: instant,
  answer: optional(text),
  answeredAt: optional(instant),
})

/** What the person was given to keep: that consent was given or withdrawn, that a face was erased. */
export interface ReceiptRow {
  id: string
  subjectId: string
  kind: string
  detail: string
  at: number
}
export const receiptRows = rowsOf<ReceiptRow>('receipt', 'receipts', {
  id,
  subjectId: text,
  kind: text,
  detail: text,
  at: instant,
})

/** Events that wait for the webhook to take them. */
export interface OutboxRow {
  id: string
  /** Its place in the audit trail. */
  seq: number
  body: string
  tries: number
  nextAt: number
  at: number
}
export const outboxRows = rowsOf<OutboxRow>('outbox_event', 'event_outbox', {
  id,
  seq: instant,
  body: text,
  tries: { type: 'integer' },
  nextAt: instant,
  at: instant,
})
