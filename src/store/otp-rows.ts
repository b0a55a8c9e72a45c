/** The rows of one-time codes: seeds of authenticator apps, and recovery codes. */
import { id, instant, optional, rowsOf, text } from './columns.ts'

/** At most two of a subject: the one in use, and the one that a new app has not confirmed yet. */
export interface TotpSeedRow {
  subjectId: string
  state: 'active' | 'pending'
  id: string
  sealedSeed: string
  createdAt: number
  confirmedAt: number | null
  /** The newest step whose code was used; no step up to it counts again. */
  lastStep: number
  lastUsedAt: number | null
}
export const totpSeedRows = rowsOf<TotpSeedRow>('totp_seed', 'totp_seeds', {
  subjectId: id,
  state: id,
  id: text,
  sealedSeed: text,
  createdAt: instant,
  confirmedAt: optional(instant),
  lastStep: instant,
  lastUsedAt: optional(instant),
})

/** The codes of one set share a salt, so that one digest of what was typed is looked for among all of them. */
export interface RecoverySetRow {
  subjectId: string
  salt: string
  madeAt: number
}
export const recoverySetRows = rowsOf<RecoverySetRow>('recovery_set', 'recovery_sets', {
  subjectId: id,
  salt: text,
  madeAt: instant,
})

export interface RecoveryCodeRow {
  id: string
  subjectId: string
  digest: string
  usedAt: number | null
}
export const recoveryCodeRows = rowsOf<RecoveryCodeRow>('recovery_code', 'recovery_codes', {
  id,
  subjectId: text,
  digest: text,
  usedAt: optional(instant),
})

export const otpEntities = [totpSeedRows, recoverySetRows, recoveryCodeRows] as const
