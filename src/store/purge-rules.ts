/** For each table: how it stays bounded. What expires has a rule here, the index that finds it, and the words for it; what does not says why it cannot grow without end. */

/** Moments, in milliseconds since 1970, before which something is over. */
export interface PurgeTimes {
  readonly now: number
  /** Records of the provider live a little longer: the library allows its own clock as much. */
  readonly ended: number
  readonly attemptsBefore: number
  readonly sessionsBefore: number
  readonly browsersBefore: number
  readonly pendingBefore: number
  readonly doneBefore: number
  readonly lettersBefore: number
}

export interface PurgeRule {
  readonly table: string
  readonly key: readonly string[]
  /** SQL that both engines read, with times by name. */
  readonly over: string
  readonly index: string
  /** What goes, in words. */
  readonly says: string
}

export const purgeRules: readonly PurgeRule[] = [
  {
    table: 'oidc_records',
    key: ['model', 'idDigest'],
    over: '"expiresAt" < :ended',
    index: 'ix_oidc_records_expiresAt',
    says: 'sign-ins, codes, tokens and sessions that have expired',
  },
  {
    table: 'short_lived',
    key: ['kind', 'idDigest'],
    over: '"expiresAt" < :now',
    index: 'ix_short_lived_expiresAt',
    says: 'challenges and captures that have expired',
  },
  {
    table: 'short_lived_pieces',
    key: ['kind', 'idDigest', 'position'],
    over: '"expiresAt" < :now',
    index: 'ix_short_lived_pieces_expiresAt',
    says: 'pieces of captures that have expired',
  },
  {
    table: 'attempts',
    key: ['id'],
    over: '"at" < :attemptsBefore',
    index: 'ix_attempts_at',
    says: 'tries older than MIEN_ATTEMPT_DAYS',
  },
  {
    table: 'attempt_tallies',
    key: ['identifierDigest', 'factor'],
    over: '"lastFailureAt" IS NULL AND "consecutiveFailures" = 0',
    index: 'ix_attempt_tallies_lastFailureAt',
    says: 'runs of failures that have ended; no row says the same',
  },
  {
    table: 'attempt_tallies',
    key: ['identifierDigest', 'factor'],
    over: '"lastFailureAt" < :attemptsBefore',
    index: 'ix_attempt_tallies_lastFailureAt',
    says: 'runs of failures that were quiet for MIEN_ATTEMPT_DAYS',
  },
  {
    table: 'mail_proofs',
    key: ['id'],
    over: '"tokenEndsAt" <= :now',
    index: 'ix_mail_proofs_tokenEndsAt',
    says: 'codes and links by mail that have expired',
  },
  {
    table: 'totp_seeds',
    key: ['subjectId', 'state'],
    over: `"state" = 'pending' AND "createdAt" <= :pendingBefore`,
    index: 'ix_totp_seeds_state_createdAt',
    says: 'authenticator apps that nobody confirmed within ten minutes',
  },
  {
    table: 'spent_passkey_challenges',
    key: ['digest'],
    over: '"endsAt" < :now',
    index: 'ix_spent_passkey_challenges_endsAt',
    says: 'spent challenges that could not be used again anyway',
  },
  {
    table: 'browser_sessions',
    key: ['id'],
    over: '"lastSeenAt" < :sessionsBefore',
    index: 'ix_browser_sessions_lastSeenAt',
    says: 'what is told of sessions that are over',
  },
  {
    table: 'browser_notices',
    key: ['tokenDigest'],
    over: '"expiresAt" < :now',
    index: 'ix_browser_notices_expiresAt',
    says: 'links “This was not me” that have expired',
  },
  {
    table: 'known_browsers',
    key: ['id'],
    over: '"lastSeenAt" < :browsersBefore',
    index: 'ix_known_browsers_lastSeenAt',
    says: 'browsers whose cookie has ended: 400 days unseen',
  },
  {
    table: 'device_keys',
    key: ['id'],
    over: '"revokedAt" < :browsersBefore',
    index: 'ix_device_keys_revokedAt',
    says: 'devices whose trust ended 400 days ago',
  },
  {
    table: 'admin_invitations',
    key: ['id'],
    over: '"expiresAt" <= :now',
    index: 'ix_admin_invitations_expiresAt',
    says: 'invitations of administrators that nobody took up within a day',
  },
  {
    table: 'logout_deliveries',
    key: ['id'],
    over: '"nextAt" IS NULL AND "createdAt" < :doneBefore',
    index: 'ix_logout_deliveries_nextAt_createdAt',
    says: 'sign-outs that apps were told of 30 days ago, or could not be',
  },
  {
    table: 'mail_letters',
    key: ['id'],
    over: '"nextAt" IS NULL AND "createdAt" < :lettersBefore',
    index: 'ix_mail_letters_nextAt_createdAt',
    says: 'mails that could not be sent, a week after they were given up',
  },
  {
    table: 'event_outbox',
    key: ['id'],
    over: '"at" < :doneBefore',
    index: 'ix_event_outbox_at',
    says: 'events that the webhook did not take for 30 days; the audit trail has them',
  },
]

/** What has no rule above, and why it needs none. */
export const unpurged: Readonly<Record<string, string>> = {
  subjects: 'one a person, until the account is closed',
  template_keys: 'one a person; retention erases what nobody uses (MIEN_FACE_RETENTION_DAYS)',
  templates: 'five a face; retention erases what nobody uses (MIEN_FACE_RETENTION_DAYS)',
  consents: 'one a text and person',
  receipts: 'one each time that consent or a face ends; they go with their person',
  passkeys: 'as many as a person may have',
  passkey_handles: 'one a person',
  recovery_sets: 'one a person',
  recovery_codes: 'ten a person',
  email_changes: 'one a person; carried out or forgotten after eight days (account/email-change.ts)',
  audit_events:
    'for good, or MIEN_AUDIT_DAYS: trimmed from its beginning, so that it still verifies (retention.ts)',
  audit_marks: 'two',
  administrators: 'as many as there are',
  managed_entries: 'one a client or API that administrators made',
  job_leases: 'one a job',
  private_documents: 'one a document',
}
