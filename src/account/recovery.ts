/** “Forgot your password?”: a link to the verified address, then the second factor where there is one, then a new password. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import type { ForgeryTokens } from '../http/forgery.ts'
import type { Render } from '../http/render.ts'
import { readForm } from '../http/request-guards.ts'
import type { AddressLimits } from '../interactions/dependencies.ts'
import type { AccountEvents } from '../interactions/events.ts'
import type { MailProofs } from '../interactions/mail-proof.ts'
import { hashNewPassword, type IsCommonPassword } from '../interactions/new-password.ts'
import { parseEmail } from '../interactions/registration.ts'
import { queryOf, whereOf } from './guards.ts'

interface RecoverySubject {
  readonly id: string
  readonly email: string
  readonly emailVerified: boolean
  readonly name?: string | undefined
}

export interface RecoveryDependencies {
  readonly render: Render
  readonly forgery: ForgeryTokens
  readonly limits: Pick<AddressLimits, 'takeMail' | 'takeMailbox' | 'takePassword'>
  readonly digestIdentifier: (email: string) => string
  readonly isCommonPassword: IsCommonPassword
  readonly subjects: {
    findByEmail(email: string): Promise<RecoverySubject | undefined>
    findById(id: string): Promise<RecoverySubject | undefined>
    setPasswordHash(id: string, passwordHash: string): Promise<void>
  }
  readonly proofs: MailProofs
  readonly mails: { recoverAccount(mail: { readonly to: string; readonly token: string }): void }
  /** Of an authenticator app; a recovery code does as well. Counts its own tries. */
  readonly secondFactor: {
    isEnrolled(subjectId: string): Promise<boolean>
    verify(
      subjectId: string,
      code: string,
      origin: { readonly clientId: string; readonly address: string },
    ): Promise<boolean>
  }
  readonly endSessionsOf: (subjectId: string) => Promise<unknown>
  /** Whoever knew the old password may have had a device trusted by it, or asked for another address. */
  readonly endTrustIn: {
    devicesOf(subjectId: string): Promise<unknown>
    addressChangeOf(subjectId: string): Promise<unknown>
  }
  readonly events: AccountEvents
  /** What a page must not wait for: how long it took would tell. */
  readonly inBackground: (work: () => Promise<unknown>) => void
  /** In the ledger of tries, the account pages are a client of their own. */
  readonly clientId: string
}

const purpose = 'recover'
const linkSeconds = 1800
const action = '/account/recover'
const actionOfLink = '/account/recover/new'

/**
 * Nobody is signed in here, so this token proves a page of ours and no more; the origin of the request is what keeps
 * other sites out, and all they could bring about is a mail to an address of their choice.
 */
const askBinding = 'recovery'
const linkBinding = (token: string): string => `recovery link:${token}`

export function recoveryRoutes(router: Router, dependencies: RecoveryDependencies): void {
  router.get(action, (ctx) => showAsk(dependencies, ctx))
  router.post(action, (ctx) => ask(dependencies, ctx))
  router.get(actionOfLink, async (ctx) => {
    await dependencies.limits.takePassword(ctx.ip)
    const token = queryOf(ctx, 'token') ?? ''
    await showPassword(dependencies, ctx, { token, subject: await requireSubject(dependencies, token) })
  })
  router.post(actionOfLink, (ctx) => choose(dependencies, ctx))
}

async function showAsk(
  { render, forgery }: RecoveryDependencies,
  ctx: Context,
  { email, error }: { readonly email?: string | undefined; readonly error?: string } = {},
): Promise<void> {
  await render(ctx, 'recover', { csrf: forgery.issue(askBinding), action, backUrl: '/', email, error })
}

async function ask(dependencies: RecoveryDependencies, ctx: Context): Promise<void> {
  const form = await readForm(ctx)
  dependencies.forgery.require(ctx, askBinding, form['csrf'])
  let email: string
  try {
    email = parseEmail(form['email'])
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    ctx.status = error.status
    const sentence = 'Enter your e-mail address, like name@example.com.'
    return showAsk(dependencies, ctx, { email: form['email'], error: sentence })
  }
  const { limits, digestIdentifier } = dependencies
  await limits.takeMail(ctx.ip)
  await limits.takeMailbox(digestIdentifier(email))
  await sendLink(dependencies, email, ctx.ip)
  await dependencies.render(ctx, 'message', {
    heading: 'Look into your mailbox',
    text: 'If this address belongs to an account and was confirmed, a link to choose a new password is on its way to it. It works for half an hour.',
    link: { url: '/', text: 'Back to the start' },
  })
}

/** A link is made for every address; the mail alone goes to verified ones alone. */
async function sendLink(
  { subjects, proofs, mails, digestIdentifier, events, inBackground }: RecoveryDependencies,
  email: string,
  address: string,
): Promise<void> {
  const found = await subjects.findByEmail(email)
  const subject = found?.emailVerified === true ? found : undefined
  const emailDigest = digestIdentifier(email)
  const { token } = await proofs.issue({
    purpose,
    binding: emailDigest,
    subjectId: subject?.id,
    emailDigest,
    codeSeconds: 0,
    tokenSeconds: linkSeconds,
  })
  if (subject === undefined) return
  mails.recoverAccount({ to: subject.email, token })
  inBackground(() => events.happened({ type: 'recovery_asked', subjectId: subject.id, address }))
}

/** @throws {Fault} link_spent, also where the account has another address by now */
async function requireSubject(
  { proofs, subjects, digestIdentifier }: RecoveryDependencies,
  token: string,
): Promise<RecoverySubject> {
  const proof = await proofs.findToken(purpose, token)
  const subject = proof?.subjectId === undefined ? undefined : await subjects.findById(proof.subjectId)
  if (subject === undefined || digestIdentifier(subject.email) !== proof?.emailDigest) {
    throw new Fault('link_spent')
  }
  return subject
}

interface PasswordPage {
  readonly token: string
  readonly subject: RecoverySubject
  readonly fault?: Fault
}

async function showPassword(
  { render, forgery, secondFactor }: RecoveryDependencies,
  ctx: Context,
  { token, subject, fault }: PasswordPage,
): Promise<void> {
  if (fault !== undefined) ctx.status = fault.status
  await render(ctx, 'recover-password', {
    csrf: forgery.issue(linkBinding(token)),
    token,
    action: actionOfLink,
    email: subject.email,
    asksForCode: await secondFactor.isEnrolled(subject.id),
    error: fault?.publicMessage,
    errorField: fault && (fault.code === 'second_factor_refused' ? 'code' : 'password'),
  })
}

async function choose(dependencies: RecoveryDependencies, ctx: Context): Promise<void> {
  const form = await readForm(ctx)
  const token = form['token'] ?? ''
  dependencies.forgery.require(ctx, linkBinding(token), form['csrf'])
  await dependencies.limits.takePassword(ctx.ip)
  const subject = await requireSubject(dependencies, token)
  try {
    await recover(dependencies, ctx, { token, subject, form })
  } catch (fault) {
    if (!(fault instanceof Fault) || fault.code === 'link_spent') throw fault
    return showPassword(dependencies, ctx, { token, subject, fault })
  }
  await dependencies.render(ctx, 'message', {
    heading: 'Your password is changed',
    text: 'You are signed out everywhere, and no device is trusted any more. Sign in with the new password. If somebody else knew the old one, look through your face, passkeys and authenticator app: they stay as they are.',
    link: { url: '/account', text: 'Sign in' },
  })
}

/** The password is looked at before the second factor, which is spent by looking, and the link is spent last. */
async function recover(
  dependencies: RecoveryDependencies,
  ctx: Context,
  { token, subject, form }: PasswordPage & { readonly form: Readonly<Record<string, string | undefined>> },
): Promise<void> {
  const { subjects, proofs, secondFactor, isCommonPassword, clientId, events, endTrustIn } = dependencies
  const { id: subjectId, email, name } = subject
  const password = form['password'] ?? ''
  const passwordHash = await hashNewPassword(isCommonPassword, { password, email, name })
  if (await secondFactor.isEnrolled(subjectId)) {
    const origin = { clientId, address: ctx.ip }
    const isRight = await secondFactor.verify(subjectId, form['code'] ?? '', origin)
    if (!isRight) throw new Fault('second_factor_refused')
  }
  if ((await proofs.spendToken(purpose, token)) === undefined) throw new Fault('link_spent')
  await subjects.setPasswordHash(subjectId, passwordHash)
  await dependencies.endSessionsOf(subjectId)
  await endTrustIn.devicesOf(subjectId)
  await endTrustIn.addressChangeOf(subjectId)
  await events.happened({ type: 'account_recovered', subjectId, ...whereOf(ctx) })
}
