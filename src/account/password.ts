/** A new password, after the present one or a fresh sign-in by something other than the face. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import type { Render } from '../http/render.ts'
import type { AddressLimits } from '../interactions/dependencies.ts'
import type { AccountEvents } from '../interactions/events.ts'
import { hashNewPassword, type IsCommonPassword } from '../interactions/new-password.ts'
import { signInByPassword, type PasswordSignInDependencies } from '../interactions/password-sign-in.ts'
import { csrfOf, isFresh, readAct, seeOther, whereOf, type GuardDependencies } from './guards.ts'
import { accountClientId, signInUrl, type SignedIn } from './sign-in.ts'

interface PasswordSubject {
  readonly id: string
  readonly email: string
  readonly name: string | undefined
}

export interface PasswordSectionDependencies extends GuardDependencies {
  readonly issuer: string
  readonly render: Render
  readonly limits: Pick<AddressLimits, 'takePassword'>
  readonly isCommonPassword: IsCommonPassword
  readonly password: PasswordSignInDependencies
  /** @throws {Fault} not_signed_in where the subject is gone */
  readonly profiles: { get(subjectId: string): Promise<PasswordSubject> }
  /** Ends the subject’s sessions and what they gave access to, but for the one of this uid. */
  readonly endOtherSessions: (subjectId: string, sessionUid: string) => Promise<unknown>
  readonly events: AccountEvents
}

const path = '/account/password'

export function passwordSection(router: Router, dependencies: PasswordSectionDependencies): void {
  router.get(path, async (ctx) => {
    const signedIn = await dependencies.sessions.signedIn(ctx)
    if (signedIn === undefined) return seeOther(ctx, signInUrl(dependencies.issuer, 'face', 'password'))
    return show(dependencies, ctx, { signedIn, subject: await dependencies.profiles.get(signedIn.subjectId) })
  })
  router.post(path, async (ctx) => {
    const { signedIn, form } = await readAct(dependencies, ctx)
    const subject = await dependencies.profiles.get(signedIn.subjectId)
    try {
      await change(dependencies, ctx, { signedIn, subject, form })
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault
      return show(dependencies, ctx, { signedIn, subject, fault })
    }
    await dependencies.render(ctx, 'message', {
      heading: 'Your password is changed',
      text: form['elsewhere'] === 'yes' ? 'You are signed out everywhere but here.' : 'Use it from now on.',
      link: { url: '/account', text: 'Your account' },
    })
  })
}

interface PasswordPage {
  readonly signedIn: SignedIn
  readonly subject: PasswordSubject
  readonly fault?: Fault
}

async function show(
  dependencies: PasswordSectionDependencies,
  ctx: Context,
  { signedIn, subject, fault }: PasswordPage,
): Promise<void> {
  if (fault !== undefined) ctx.status = fault.status
  await dependencies.render(ctx, 'account-password', {
    csrf: csrfOf(dependencies, signedIn),
    email: subject.email,
    action: path,
    asksForCurrent: !isFresh(dependencies, signedIn),
    error: fault?.publicMessage,
    errorField: fault && (fault.code === 'current_password_refused' ? 'current' : 'password'),
  })
}

interface Change extends PasswordPage {
  readonly form: Readonly<Record<string, string | undefined>>
}

/** @throws {Fault} current_password_refused, also while tries have to wait | password_too_short | password_too_common */
async function change(
  dependencies: PasswordSectionDependencies,
  ctx: Context,
  { signedIn, subject, form }: Change,
): Promise<void> {
  const { id: subjectId, email, name } = subject
  const { isCommonPassword, password, limits, events } = dependencies
  await limits.takePassword(ctx.ip)
  if (!isFresh(dependencies, signedIn)) {
    const given = (form['current'] ?? '').slice(0, 1024)
    const attempt = { email, password: given, clientId: accountClientId, address: ctx.ip }
    const verdict = await signInByPassword(password, attempt)
    const isRight = verdict.outcome === 'accept' && verdict.subjectId === subjectId
    if (!isRight) throw new Fault('current_password_refused')
  }
  const wish = { password: form['password'] ?? '', email, name }
  await password.subjects.setPasswordHash(subjectId, await hashNewPassword(isCommonPassword, wish))
  if (form['elsewhere'] === 'yes') await dependencies.endOtherSessions(subjectId, signedIn.sessionUid)
  await events.happened({ type: 'password_changed', subjectId, ...whereOf(ctx) })
}
