/** What happened in the account: sign-ins, refusals and changes, newest first, a page at a time. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Render } from '../http/render.ts'
import { queryOf, seeOther, type GuardDependencies } from './guards.ts'
import { nameAcr } from './sessions.ts'
import { signInUrl } from './sign-in.ts'

export interface PastEvent {
  readonly seq: number
  readonly type: string
  readonly at: Date
  readonly clientId?: string | undefined
  readonly acr?: string | undefined
  readonly detail?: Readonly<Record<string, string | number | boolean>> | undefined
}

export interface ActivityDependencies extends GuardDependencies {
  readonly issuer: string
  readonly render: Render
  readonly activity: {
    list(filter: {
      readonly subjectId: string
      readonly types: readonly string[]
      readonly beforeSeq?: number | undefined
      readonly limit: number
    }): Promise<readonly PastEvent[]>
  }
  readonly records: { findClientName(clientId: string): Promise<string | undefined> }
}

const pageSize = 25

/** What each type is called; a type that is not here is of no use to the person, and is left out. */
const names: Readonly<Record<string, string>> = {
  signed_in: 'Signed in',
  signed_out: 'Signed out',
  session_ended: 'Signed out in another browser',
  sessions_ended: 'Signed out elsewhere',
  sign_in_refused: 'Sign-in refused',
  sign_in_locked: 'Sign-in refused: too many tries',
  sign_in_new_browser: 'First sign-in in a browser',
  sign_in_owned: 'You said: this was me',
  sign_in_disowned: 'You said: this was not me',
  account_created: 'Account created',
  account_recovered: 'Password chosen anew by “Forgot your password?”',
  access_revoked: 'Access of an app taken back',
  consent_given: 'Consent to face sign-in given',
  consent_withdrawn: 'Consent to face sign-in taken back',
  templates_enrolled: 'Face enrolled',
  templates_erased: 'Face erased',
  face_switched_off: 'Face sign-in switched off',
  face_revived: 'Face sign-in turned on again',
  device_trusted: 'Device trusted',
  device_revoked: 'Device no longer trusted',
  device_renamed: 'Device renamed',
  passkey_added: 'Passkey added',
  passkey_counter_refused: 'Passkey refused: it may have been copied',
  passkey_removed: 'Passkey removed',
  passkey_renamed: 'Passkey renamed',
  totp_enabled: 'Authenticator app added',
  totp_removed: 'Authenticator app removed',
  recovery_codes_made: 'Recovery codes made',
  recovery_code_used: 'Recovery code used',
  password_changed: 'Password changed',
  email_verified: 'E-mail address confirmed',
  email_change_asked: 'New e-mail address entered',
  email_codes_switched_off: 'Codes by e-mail switched off',
  email_codes_switched_on: 'Codes by e-mail switched on',
  email_changed: 'E-mail address changed',
  profile_changed: 'Profile changed',
  data_exported: 'Your data downloaded',
  account_disabled: 'Account switched off by the operator',
  account_enabled: 'Account switched on by the operator',
  factor_reset: 'A way to sign in was reset by the operator',
  administrator_joined: 'Became an administrator',
}

const refusals: ReadonlySet<string> = new Set(['sign_in_refused', 'sign_in_locked'])

const factorNames: Readonly<Record<string, string>> = {
  face: 'Face',
  password: 'Password',
  passkey: 'Passkey',
  otp: 'One-time code',
  email: 'Code by mail',
}

export interface ActivityLine {
  /** ISO 8601. */
  readonly at: string
  readonly what: string
  /** Empty where it is not known; so are the next two. */
  readonly how: string
  readonly browser: string
  readonly app: string
  readonly isRefusal: boolean
}

export function activitySection(router: Router, dependencies: ActivityDependencies): void {
  router.get('/account/activity', (ctx) => showActivity(dependencies, ctx))
}

async function showActivity(dependencies: ActivityDependencies, ctx: Context): Promise<void> {
  const { sessions, issuer, activity, records, render } = dependencies
  const signedIn = await sessions.signedIn(ctx)
  if (signedIn === undefined) {
    seeOther(ctx, signInUrl(issuer, 'face', 'activity'))
    return
  }
  const { subjectId } = signedIn
  const beforeSeq = readPlace(queryOf(ctx, 'before'))
  // One more than a page holds tells whether there is another.
  const events = await activity.list({ subjectId, types: Object.keys(names), beforeSeq, limit: pageSize + 1 })
  const shown = events.slice(0, pageSize)
  const last = shown.at(-1)
  await render(ctx, 'account-activity', {
    lines: await Promise.all(shown.map((event) => viewEvent(records, event))),
    olderUrl:
      events.length > pageSize && last !== undefined ? `/account/activity?before=${last.seq}` : undefined,
    newestUrl: beforeSeq === undefined ? undefined : '/account/activity',
  })
}

function readPlace(given: string | undefined): number | undefined {
  return given !== undefined && /^\d{1,15}$/.test(given) ? Number(given) : undefined
}

async function viewEvent(
  records: ActivityDependencies['records'],
  { type, at, clientId, acr, detail }: PastEvent,
): Promise<ActivityLine> {
  const factor = textOf(detail?.['factor'])
  const name = clientId === undefined ? undefined : await records.findClientName(clientId)
  return {
    at: at.toISOString(),
    what: names[type] ?? '',
    how: nameAcr(acr) || (factorNames[factor] ?? ''),
    browser: textOf(detail?.['browser']) || textOf(detail?.['name']),
    app: clientId === undefined ? '' : (name ?? 'An app that is gone'),
    isRefusal: refusals.has(type),
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
