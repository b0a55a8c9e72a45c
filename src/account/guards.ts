/** Who may see and change what on the account pages: signed in, not forged, and lately by something other than a face. */
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import type { ForgeryTokens } from '../http/forgery.ts'
import { readForm, type Form } from '../http/request-guards.ts'
import { browserFamily } from '../interactions/browser-family.ts'
import { isFreshNonFace } from '../policy/assurance.ts'
import type { SignedIn } from './sign-in.ts'

export interface GuardDependencies {
  readonly clock: () => Date
  readonly forgery: ForgeryTokens
  readonly sessions: { signedIn(ctx: Context): Promise<SignedIn | undefined> }
}

/** @throws {Fault} not_signed_in */
export async function requireSignedIn({ sessions }: GuardDependencies, ctx: Context): Promise<SignedIn> {
  const signedIn = await sessions.signedIn(ctx)
  if (signedIn === undefined) throw new Fault('not_signed_in')
  return signedIn
}

/** A form of the account pages: signed in, and not forged. */
export async function readAct(
  dependencies: GuardDependencies,
  ctx: Context,
): Promise<{ readonly signedIn: SignedIn; readonly form: Form }> {
  const signedIn = await requireSignedIn(dependencies, ctx)
  const form = await readForm(ctx)
  dependencies.forgery.require(ctx, bindingOf(signedIn), form['csrf'])
  return { signedIn, form }
}

/** Changing a factor wants a non-face authentication of the last minutes (NIST SP 800-63B-4 §4.1.2; ASVS 7.5.1). */
export function isFresh(
  { clock }: Pick<GuardDependencies, 'clock'>,
  { acr, amr, loginAt }: SignedIn,
): boolean {
  return isFreshNonFace({ acr, amr, at: loginAt }, clock())
}

/** @throws {Fault} fresh_authentication_required */
export function requireFresh(dependencies: Pick<GuardDependencies, 'clock'>, signedIn: SignedIn): void {
  if (!isFresh(dependencies, signedIn)) throw new Fault('fresh_authentication_required')
}

export function csrfOf({ forgery }: Pick<GuardDependencies, 'forgery'>, signedIn: SignedIn): string {
  return forgery.issue(bindingOf(signedIn))
}

/** Captures, ceremonies and forgery tokens of the account pages belong to one session. */
export function bindingOf({ sessionUid }: SignedIn): string {
  return `session:${sessionUid}`
}

/** From where something was done, as the audit trail and the notice of it say. */
export function whereOf(ctx: Context): {
  readonly address: string
  readonly detail: { readonly browser: string }
} {
  return { address: ctx.ip, detail: { browser: browserFamily(ctx.get('User-Agent')) } }
}

export function queryOf(ctx: Context, name: string): string | undefined {
  const value = ctx.query[name]
  return typeof value === 'string' ? value : undefined
}

export function seeOther(ctx: Context, location: string): void {
  ctx.redirect(location)
  ctx.status = 303
}
