/** The rows, as plain interfaces, and how TypeORM maps them to tables. */
import { administratorEntities } from './administrator-rows.ts'
import { fraction, id, instant, optional, rowsOf, text } from './columns.ts'
import {
  auditMarkRows,
  browserNoticeRows,
  browserSessionRows,
  knownBrowserRows,
  outboxRows,
  receiptRows,
} from './control-rows.ts'
import { logoutDeliveryRows } from './logout-rows.ts'
import { managedEntryRows } from './managed-rows.ts'
import { mailLetterRows } from './mail-queue-rows.ts'
import { emailChangeRows, mailProofRows } from './mail-rows.ts'
import { passkeyHandleRows, passkeyRows, spentChallengeRows } from './passkey-rows.ts'
import { oidcRecordRows } from './oidc-rows.ts'
import { otpEntities } from './otp-rows.ts'
import { scaleEntities } from './scale-rows.ts'
import { shortLivedEntities } from './short-lived-rows.ts'

export interface SubjectRow {
  id: string
  email: string
  /** NFKC, trimmed, lower case; unique. */
  emailKey: string
  emailVerified: boolean
  name: string | null
  passwordHash: string
  createdAt: number
  updatedAt: number
  /** Since when the operator keeps the subject out. */
  disabledAt: number | null
  /** Since when the subject wants no codes by mail. */
  emailCodesOffAt: number | null
}
export const subjectRows = rowsOf<SubjectRow>('subject', 'subjects', {
  id,
  email: text,
  emailKey: text,
  emailVerified: { type: 'boolean' },
  name: optional(text),
  passwordHash: text,
  createdAt: instant,
  updatedAt: instant,
  disabledAt: optional(instant),
  emailCodesOffAt: optional(instant),
})

/** The data key of one subject, wrapped by the key-encryption key; without it the subject's templates are noise. */
export interface TemplateKeyRow {
  subjectId: string
  keyId: string
  wrappedKey: string
}
export const templateKeyRows = rowsOf<TemplateKeyRow>('template_key', 'template_keys', {
  subjectId: id,
  keyId: text,
  wrappedKey: text,
})

export interface TemplateRow {
  id: string
  subjectId: string
  keyId: string
  model: string
  pose: string
  sealedVector: string
  enrolledAt: number
  /** “Firefox on Linux”; null for faces from before this was kept. */
  enrolledOn: string | null
  lastUsedAt: number | null
}
export const templateRows = rowsOf<TemplateRow>('template', 'templates', {
  id,
  subjectId: text,
  keyId: text,
  model: text,
  pose: text,
  sealedVector: text,
  enrolledAt: instant,
  enrolledOn: optional(text),
  lastUsedAt: optional(instant),
})

export interface AttemptRow {
  id: string
  identifierDigest: string
  subjectId: string | null
  factor: string
  outcome: string
  score: number | null
  padScore: number | null
  /** A JSON list of names; null where nothing was looked for. */
  signals: string | null
  clientId: string
  address: string
  browserDigest: string | null
  network: string | null
  at: number
}
export const attemptRows = rowsOf<AttemptRow>('attempt', 'attempts', {
  id,
  identifierDigest: text,
  subjectId: optional(text),
  factor: text,
  outcome: text,
  score: optional(fraction),
  padScore: optional(fraction),
  signals: optional(text),
  clientId: text,
  address: text,
  browserDigest: optional(text),
  network: optional(text),
  at: instant,
})

/** The run of failures of one identifier and factor; one row, so that the database itself lines up attempts side by side. */
export interface TallyRow {
  identifierDigest: string
  factor: string
  consecutiveFailures: number
  lastFailureAt: number | null
}
export const tallyRows = rowsOf<TallyRow>('tally', 'attempt_tallies', {
  identifierDigest: id,
  factor: id,
  consecutiveFailures: { type: 'integer' },
  lastFailureAt: optional(instant),
})

export interface ConsentRow {
  id: string
  subjectId: string
  version: string
  textDigest: string
  givenAt: number
  withdrawnAt: number | null
}
export const consentRows = rowsOf<ConsentRow>('consent', 'consents', {
  id,
  subjectId: text,
  version: text,
  textDigest: text,
  givenAt: instant,
  withdrawnAt: optional(instant),
})

/** One link of the chain (`audit-chain.ts`). */
export interface AuditRow {
  id: string
  /** Counts from 1 without a gap; empty in rows of before there was a chain, until the next start links them. */
  seq: number | null
  type: string
  subjectId: string | null
  clientId: string | null
  address: string | null
  acr: string | null
  outcome: string | null
  reason: string | null
  detail: string
  /** Of the personal part; gone with it when the subject is erased. */
  salt: string | null
  /** Stands for address and detail in the chain. */
  personalDigest: string | null
  hash: string | null
  at: number
}
export const auditRows = rowsOf<AuditRow>('audit_event', 'audit_events', {
  id,
  seq: optional(instant),
  type: text,
  subjectId: optional(text),
  clientId: optional(text),
  address: optional(text),
  acr: optional(text),
  outcome: optional(text),
  reason: optional(text),
  detail: text,
  salt: optional(text),
  personalDigest: optional(text),
  hash: optional(text),
  at: instant,
})

/** A public key that the subject trusts to stand for a device. Revoked rows stay: they tell when trust ended. */
export interface DeviceKeyRow {
  id: string
  subjectId: string
  publicKey: string
  thumbprint: string
  name: string
  createdAt: number
  lastUsedAt: number | null
  revokedAt: number | null
}
export const deviceKeyRows = rowsOf<DeviceKeyRow>('device_key', 'device_keys', {
  id,
  subjectId: text,
  publicKey: text,
  thumbprint: text,
  name: text,
  createdAt: instant,
  lastUsedAt: optional(instant),
  revokedAt: optional(instant),
})

export const entities = [
  subjectRows,
  templateKeyRows,
  templateRows,
  attemptRows,
  tallyRows,
  consentRows,
  auditRows,
  deviceKeyRows,
  oidcRecordRows,
  mailProofRows,
  mailLetterRows,
  emailChangeRows,
  ...otpEntities,
  auditMarkRows,
  knownBrowserRows,
  browserSessionRows,
  browserNoticeRows,
  receiptRows,
  outboxRows,
  passkeyRows,
  passkeyHandleRows,
  spentChallengeRows,
  logoutDeliveryRows,
  ...scaleEntities,
  ...shortLivedEntities,
  ...administratorEntities,
  managedEntryRows,
] as const
