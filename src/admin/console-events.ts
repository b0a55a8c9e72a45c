/** Events of the audit trail as lines of a page: what happened, to whom, by whom, and what else is known. */
import type { EventLine } from '../http/admin-lines.ts'
import { humanise, nameAcr, toneOf } from './console-words.ts'
import type { AuditLine } from './house-services.ts'

/** In the order of the filter. Whatever is not here is shown by its own name. */
export const eventNames: Readonly<Record<string, string>> = {
  signed_in: 'Signed in',
  sign_in_refused: 'Sign-in refused',
  sign_in_locked: 'Sign-in refused: too many tries',
  sign_in_new_browser: 'First sign-in in a browser',
  sign_in_owned: 'Said: this was me',
  sign_in_disowned: 'Said: this was not me',
  signed_out: 'Signed out',
  session_ended: 'Session ended',
  sessions_ended: 'Sessions ended',
  tokens_issued: 'Tokens issued',
  risk_noticed: 'Risk noticed',
  account_created: 'Account created',
  account_closed: 'Account closed',
  account_erased: 'Account erased',
  account_disabled: 'Account switched off',
  account_enabled: 'Account switched on',
  account_recovered: 'Password chosen anew by a link',
  recovery_asked: 'Asked for a new password',
  password_changed: 'Password changed',
  profile_changed: 'Profile changed',
  data_exported: 'Data downloaded',
  email_verified: 'Address confirmed',
  email_change_asked: 'New address entered',
  email_changed: 'Address changed',
  email_codes_switched_on: 'Codes by mail switched on',
  email_codes_switched_off: 'Codes by mail switched off',
  consent_given: 'Consent to face sign-in given',
  consent_withdrawn: 'Consent to face sign-in taken back',
  templates_enrolled: 'Face enrolled',
  templates_erased: 'Face erased',
  face_erased_unused: 'Face erased: unused for long',
  face_erasure_announced: 'Told: an unused face will be erased',
  face_switched_off: 'Face sign-in switched off',
  face_revived: 'Face sign-in turned on again',
  device_trusted: 'Device trusted',
  device_revoked: 'Device no longer trusted',
  device_renamed: 'Device renamed',
  passkey_added: 'Passkey added',
  passkey_removed: 'Passkey removed',
  passkey_renamed: 'Passkey renamed',
  passkey_counter_refused: 'Passkey refused: perhaps a copy',
  totp_enabled: 'Authenticator app added',
  totp_removed: 'Authenticator app removed',
  recovery_codes_made: 'Recovery codes made',
  recovery_code_used: 'Recovery code used',
  factor_reset: 'Way to sign in reset by an administrator',
  access_revoked: 'Access of an app taken back',
  client_created: 'App added',
  client_changed: 'App changed',
  client_secret_rotated: 'New secret of an app',
  client_secret_retired: 'Old secret of an app retired',
  client_deleted: 'App removed',
  resource_created: 'API added',
  resource_changed: 'API changed',
  resource_deleted: 'API removed',
  administrator_joined: 'Became an administrator',
  admin_subjects_disable: 'Switched an account off',
  admin_subjects_enable: 'Switched an account on',
  admin_subjects_reset_factor: 'Reset a way to sign in',
  admin_subjects_erase: 'Erased an account',
  admin_sessions_end: 'Ended a session',
  admin_sessions_end_all_of: 'Ended all sessions of a person',
  admin_sessions_revoke_grant: 'Took back the access of an app',
  admin_clients_create: 'Added an app',
  admin_clients_edit: 'Changed an app',
  admin_clients_rotate_secret: 'Made a new secret of an app',
  admin_clients_drop_old_secret: 'Retired an old secret',
  admin_clients_remove: 'Removed an app',
  admin_resources_create: 'Added an API',
  admin_resources_edit: 'Changed an API',
  admin_resources_remove: 'Removed an API',
  admin_keys_rotate: 'Changed the keys',
  admin_keys_leaked: 'Replaced leaked keys',
  admin_outbox_retry: 'Sent a mail again',
  admin_outbox_drop: 'Dropped a mail',
  admin_administrators_invite: 'Invited an administrator',
  admin_administrators_withdraw: 'Withdrew an invitation',
  admin_administrators_change_role: 'Changed the role of an administrator',
  admin_administrators_remove: 'Removed an administrator',
  admin_audit_verify: 'Checked the audit trail',
  admin_audit_list: 'Read the audit trail',
  admin_subjects_search: 'Searched people',
  admin_subjects_show: 'Looked at a person',
  admin_sessions_list: 'Looked at sessions',
  admin_sessions_list_grants: 'Looked at access of apps',
  admin_clients_list: 'Looked at apps',
  admin_clients_show: 'Looked at an app',
  admin_resources_list: 'Looked at APIs',
  admin_resources_show: 'Looked at an API',
  admin_keys_list: 'Looked at keys',
  admin_health_report: 'Looked at workers and queues',
  admin_calibration_in_force: 'Looked at face matching',
  admin_outbox_list: 'Looked at mail waiting',
  admin_administrators_list: 'Looked at administrators',
  admin_audit_csv: 'Downloaded the audit trail',
}

/** Shown by words of their own, or of no use to a reader. */
const saidElsewhere: ReadonlySet<string> = new Set(['target', 'by', 'role', 'amr'])

/** Pages of the house itself, which are clients of its own. */
const ownApps: Readonly<Record<string, string>> = { 'mien-account': 'Account page', 'mien-admin': 'Console' }

/** Facts that say by themselves what they are. */
const plainFacts: ReadonlySet<string> = new Set(['browser', 'name', 'factor'])

export function eventLine(event: AuditLine): EventLine {
  const isByAdministrator = event.type.startsWith('admin_')
  const by = isByAdministrator ? (event.subjectId ?? event.clientId ?? '') : textOf(event.detail['by'])
  return {
    at: event.at.toISOString(),
    what: eventNames[event.type] ?? humanise(event.type),
    tone: toneOf(event.type, event.outcome),
    by: shorten(by),
    subject: subjectOf(event, isByAdministrator),
    app: isByAdministrator ? '' : nameApp(event.clientId),
    more: moreOf(event),
  }
}

/** Whom it happened to: of what an administrator did, the one that it was done to. */
function subjectOf({ type, subjectId, detail }: AuditLine, isByAdministrator: boolean) {
  const target = textOf(detail['target'])
  const isOfSubject = /^admin_(subjects|administrators|sessions_(end_all_of|revoke_grant))/.test(type)
  const id = isByAdministrator ? (isOfSubject ? target : '') : (subjectId ?? '')
  return id === '' ? undefined : { text: shorten(id), url: `/admin/subjects/${encodeURIComponent(id)}` }
}

/** As much of an identifier as tells two apart. */
export function shorten(id: string): string {
  return /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(id) ? `${id.slice(0, 8)}…` : id
}

function moreOf({ acr, reason, detail, address }: AuditLine): string {
  const facts = Object.entries(detail).flatMap(([name, value]) =>
    saidElsewhere.has(name) || value === '' ? [] : [factOf(name, value)],
  )
  return [nameAcr(acr), reason === undefined ? '' : humanise(reason).toLowerCase(), ...facts, address ?? '']
    .filter((each) => each !== '')
    .join(' · ')
}

function factOf(name: string, value: string | number | boolean): string {
  if (plainFacts.has(name)) return humanise(String(value))
  return `${humanise(name).toLowerCase()}: ${value}`
}

function nameApp(clientId: string | undefined): string {
  return clientId === undefined ? '' : (ownApps[clientId] ?? clientId)
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
