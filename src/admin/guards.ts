/** Who may enter the console: signed in lately with two factors, an administrator still, and not forged. */
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import type { ForgeryTokens } from '../http/forgery.ts'
import { readForm, type Form } from '../http/request-guards.ts'
import { factorsOf, isTwoFactor } from '../policy/assurance.ts'
import type { Person, Role } from './authority.ts'
import { freshSeconds, signInUrl, visitSeconds, type SignedIn } from './sign-in.ts'

export interface AdminGuards {
  readonly issuer: string
  readonly clock: () => Date
  readonly forgery: ForgeryTokens
  readonly sessions: { signedIn(ctx: Context): Promise<SignedIn | undefined> }
  /** Undefined for who is no administrator, or is switched off; asked at every request, so that a removal counts at once. */
  readonly roleOf: (subjectId: string) => Promise<Role | undefined>
}

/** An administrator at the console. */
export interface Visit {
  readonly actor: Person
  /** For the forms of this page. */
  readonly csrf: string
}

/**
 * For pages: sends the browser to sign in where that helps.
 * @returns undefined where it did
 * @throws {Fault} admin_forbidden where whoever is signed in is no administrator
 */
export async function admit(guards: AdminGuards, ctx: Context): Promise<Visit | undefined> {
  const signedIn = await guards.sessions.signedIn(ctx)
  if (signedIn === undefined || !isGoodEnough(guards, signedIn)) {
    sendToSignIn(guards, ctx)
    return undefined
  }
  return visitOf(guards, ctx, signedIn)
}

/** For a form of the console. @throws {Fault} not_signed_in | admin_two_factors_needed | admin_forbidden | forgery_suspected | form_invalid */
export async function readAct(
  guards: AdminGuards,
  ctx: Context,
): Promise<{ readonly visit: Visit; readonly form: Form }> {
  const signedIn = await guards.sessions.signedIn(ctx)
  if (signedIn === undefined) throw new Fault('not_signed_in')
  if (!isGoodEnough(guards, signedIn)) throw new Fault('admin_two_factors_needed')
  const form = await readForm(ctx)
  guards.forgery.require(ctx, bindingOf(signedIn), form['csrf'])
  return { visit: await visitOf(guards, ctx, signedIn), form }
}

/** Where to sign in anew before what is dangerous; the browser comes back to the path. */
export function freshUrl({ issuer }: Pick<AdminGuards, 'issuer'>, backTo: string): string {
  return signInUrl(issuer, { backTo, kind: 'again' })
}

/** Whether two factors stand behind it, and it is not too old. */
export function isGoodEnough({ clock }: Pick<AdminGuards, 'clock'>, signedIn: SignedIn): boolean {
  return isTwoFactor(factorsOf(signedIn)) && isWithin(visitSeconds, signedIn.loginAt, clock())
}

/** Two factors of the last minutes: for what cannot be undone. */
export function isFresh({ clock }: Pick<AdminGuards, 'clock'>, signedIn: SignedIn): boolean {
  return isTwoFactor(factorsOf(signedIn)) && isWithin(freshSeconds, signedIn.loginAt, clock())
}

/** Forgery tokens of the console belong to one session, and to the console alone. */
export function bindingOf({ sessionUid }: Pick<SignedIn, 'sessionUid'>): string {
  return `admin session:${sessionUid}`
}

/** A second of tolerance below zero: the provider keeps the time of a sign-in in whole seconds. */
function isWithin(seconds: number, at: Date, now: Date): boolean {
  const ageSeconds = (now.getTime() - at.getTime()) / 1000
  return ageSeconds >= -1 && ageSeconds <= seconds
}

async function visitOf(guards: AdminGuards, ctx: Context, signedIn: SignedIn): Promise<Visit> {
  const { subjectId } = signedIn
  const role = await guards.roleOf(subjectId)
  if (role === undefined) throw new Fault('admin_forbidden', { detail: 'no administrator' })
  const rest = { scopes: undefined, clientId: undefined, address: ctx.ip }
  return {
    actor: { kind: 'person', subjectId, role, isFresh: isFresh(guards, signedIn), ...rest },
    csrf: guards.forgery.issue(bindingOf(signedIn)),
  }
}

/** A form that was sent without a session is not sent again after signing in: only a page is come back to. */
function sendToSignIn({ issuer }: AdminGuards, ctx: Context): void {
  ctx.redirect(signInUrl(issuer, { backTo: `${ctx.path}${ctx.search}`, kind: 'open' }))
  ctx.status = 303
}
