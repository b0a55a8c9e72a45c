/** What happens to an account, by name: each is an entry of the audit trail, and some are told to the subject by mail. */

export type AccountEventType =
  | 'account_created'
  | 'account_closed'
  | 'account_recovered'
  | 'consent_given'
  | 'consent_withdrawn'
  | 'data_exported'
  | 'device_removed'
  | 'device_renamed'
  | 'device_trusted'
  | 'email_change_asked'
  | 'email_changed'
  | 'email_codes_switched_off'
  | 'email_codes_switched_on'
  | 'email_verified'
  | 'face_enrolled'
  | 'face_erased_unused'
  | 'face_removed'
  | 'face_revived'
  | 'factor_reset'
  | 'face_switched_off'
  | 'passkey_added'
  | 'passkey_counter_refused'
  | 'passkey_removed'
  | 'passkey_renamed'
  | 'password_changed'
  | 'profile_changed'
  | 'recovery_asked'
  | 'recovery_code_used'
  | 'recovery_codes_made'
  | 'access_revoked'
  | 'session_ended'
  | 'sessions_ended'
  | 'sign_in_new_browser'
  | 'sign_in_disowned'
  | 'sign_in_owned'
  | 'totp_enabled'
  | 'totp_removed'

export interface AccountEvent {
  readonly type: AccountEventType
  readonly subjectId: string
  readonly clientId?: string | undefined
  readonly address?: string | undefined
  /** Facts for the audit trail: no secret, no score, nothing measured of a face. */
  readonly detail?: Readonly<Record<string, string | number | boolean>> | undefined
  /** The ids of receipts that go along with the mail; none where there is no such. */
  readonly receipts?: readonly (string | undefined)[] | undefined
}

export interface AccountEvents {
  happened(event: AccountEvent): Promise<void>
}
