/** The rows of passkeys: the public half of each, the handle of each subject, and the challenges that are spent. */
import { id, instant, optional, rowsOf, text } from './columns.ts'

/** A public key credential (WebAuthn §4) and what is to be remembered of it (§7.1). */
export interface PasskeyRow {
  id: string
  subjectId: string
  credentialId: string
  publicKey: string
  /** 32 bits without a sign: more than an integer of PostgreSQL holds. */
  counter: number
  transports: string
  backupEligible: boolean
  backedUp: boolean
  aaguid: string
  name: string
  createdAt: number
  lastUsedAt: number | null
}
export const passkeyRows = rowsOf<PasskeyRow>('passkey', 'passkeys', {
  id,
  subjectId: text,
  credentialId: text,
  publicKey: text,
  counter: instant,
  transports: text,
  backupEligible: { type: 'boolean' },
  backedUp: { type: 'boolean' },
  aaguid: text,
  name: text,
  createdAt: instant,
  lastUsedAt: optional(instant),
})

/** What authenticators know a subject by: random, so that a lost one tells nothing (WebAuthn §14.6.1). */
export interface PasskeyHandleRow {
  subjectId: string
  handle: string
}
export const passkeyHandleRows = rowsOf<PasskeyHandleRow>('passkey_handle', 'passkey_handles', {
  subjectId: id,
  handle: text,
})

export interface SpentChallengeRow {
  digest: string
  endsAt: number
}
export const spentChallengeRows = rowsOf<SpentChallengeRow>(
  'spent_passkey_challenge',
  'spent_passkey_challenges',
  { digest: id, endsAt: instant },
)
