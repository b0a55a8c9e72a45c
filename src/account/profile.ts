/** The profile: a name to be called by, and the address with its confirmation and change. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import type { Render } from '../http/render.ts'
import type { AddressLimits } from '../interactions/dependencies.ts'
import type { AccountEvents } from '../interactions/events.ts'
import { parseEmail } from '../interactions/registration.ts'
import { askEmailChange, type EmailChangeDependencies } from './email-change.ts'
import {
  csrfOf,
  isFresh,
  queryOf,
  readAct,
  requireFresh,
  seeOther,
  whereOf,
  type GuardDependencies,
} from './guards.ts'
import { signInUrl, type SignedIn } from './sign-in.ts'
import { askToVerify, verifyByCode, type VerificationDependencies } from './verification.ts'

interface ProfileSubject {
  readonly id: string
  readonly email: string
  readonly emailVerified: boolean
  readonly name: string | undefined
  readonly takesEmailCodes: boolean
}

export interface ProfileDependencies extends GuardDependencies {
  readonly issuer: string
  readonly render: Render
  readonly limits: AddressLimits
  readonly profiles: {
    /** @throws {Fault} not_signed_in where the subject is gone */
    get(subjectId: string): Promise<ProfileSubject>
    setName(subjectId: string, name: string | undefined): Promise<unknown>
    /** @returns whether that changed anything */
    setEmailCodes(subjectId: string, isOn: boolean): Promise<boolean>
  }
  readonly verification: VerificationDependencies
  readonly emailChange: EmailChangeDependencies
  /** The operator’s choice, before the owner’s. */
  readonly isEmailCodeAllowed: boolean
  readonly events: AccountEvents
}

const path = '/account/profile'

export function profileSection(router: Router, dependencies: ProfileDependencies): void {
  router.get(path, (ctx) => showOwn(dependencies, ctx))
  const act = (step: string, work: (act: Act) => Promise<void>): void => {
    router.post(`${path}/${step}`, async (ctx) => {
      const { signedIn, form } = await readAct(dependencies, ctx)
      const subject = await dependencies.profiles.get(signedIn.subjectId)
      await work({ dependencies, ctx, signedIn, form, subject })
    })
  }
  act('name', saveName)
  act('verify', verify)
  act('verify/send', sendVerification)
  act('email', changeEmail)
  act('email/cancel', cancelChange)
  act('codes', switchCodes)
}

interface Act {
  readonly dependencies: ProfileDependencies
  readonly ctx: Context
  readonly signedIn: SignedIn
  readonly subject: ProfileSubject
  readonly form: Readonly<Record<string, string | undefined>>
}

async function showOwn(dependencies: ProfileDependencies, ctx: Context): Promise<void> {
  const signedIn = await dependencies.sessions.signedIn(ctx)
  if (signedIn === undefined) return seeOther(ctx, signInUrl(dependencies.issuer, 'face', 'profile'))
  const subject = await dependencies.profiles.get(signedIn.subjectId)
  return show({ dependencies, ctx, signedIn, subject })
}

interface Problem {
  readonly fault: Fault
  readonly field: 'name' | 'code' | 'email'
}

async function show(
  { dependencies, ctx, signedIn, subject }: Omit<Act, 'form'>,
  problem?: Problem,
): Promise<void> {
  if (problem !== undefined) ctx.status = problem.fault.status
  await dependencies.render(ctx, 'account-profile', {
    csrf: csrfOf(dependencies, signedIn),
    name: subject.name,
    email: subject.email,
    isVerified: subject.emailVerified,
    isSent: queryOf(ctx, 'sent') !== undefined || problem?.field === 'code',
    change: await dependencies.emailChange.changes.find(subject.id),
    nameAction: `${path}/name`,
    sendAction: `${path}/verify/send`,
    verifyAction: `${path}/verify`,
    changeAction: `${path}/email`,
    cancelAction: `${path}/email/cancel`,
    codes: dependencies.isEmailCodeAllowed
      ? { action: `${path}/codes`, isOn: subject.takesEmailCodes }
      : undefined,
    freshUrl: isFresh(dependencies, signedIn)
      ? undefined
      : signInUrl(dependencies.issuer, 'fresh_password', 'profile'),
    error: problem?.fault.publicMessage,
    errorField: problem?.field,
  })
}

async function saveName(act: Act): Promise<void> {
  const { dependencies, ctx, subject, form } = act
  const name = readName(form['name'])
  if (name === undefined) return show(act, { fault: new Fault('name_invalid'), field: 'name' })
  await dependencies.profiles.setName(subject.id, name === '' ? undefined : name)
  await dependencies.events.happened({ type: 'profile_changed', subjectId: subject.id, address: ctx.ip })
  seeOther(ctx, path)
}

const mostNameLength = 80

/** One line of letters and what names have beside them; control characters are nobody’s name. */
function readName(given = ''): string | undefined {
  const name = given
    .normalize('NFC')
    .replaceAll(/\p{Z}+/gu, ' ')
    .trim()
  if (/\p{C}/u.test(name) || Array.from(name).length > mostNameLength) return undefined
  return name
}

async function sendVerification({ dependencies, ctx, subject }: Act): Promise<void> {
  if (!subject.emailVerified) {
    await takeMails(dependencies, ctx, subject.email)
    await askToVerify(dependencies.verification, subject)
  }
  seeOther(ctx, `${path}?sent`)
}

async function takeMails(
  { limits, verification }: ProfileDependencies,
  ctx: Context,
  email: string,
): Promise<void> {
  await limits.takeMail(ctx.ip)
  await limits.takeMailbox(verification.digestIdentifier(email))
}

async function verify(act: Act): Promise<void> {
  const { dependencies, ctx, subject, form } = act
  await dependencies.limits.takePassword(ctx.ip)
  const isRight =
    subject.emailVerified || (await verifyByCode(dependencies.verification, subject.id, form['code']))
  if (!isRight) return show(act, { fault: new Fault('mail_code_refused'), field: 'code' })
  seeOther(ctx, path)
}

async function changeEmail(act: Act): Promise<void> {
  const { dependencies, ctx, signedIn, subject, form } = act
  requireFresh(dependencies, signedIn)
  let email: string
  try {
    email = parseEmail(form['email'])
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault
    return show(act, { fault, field: 'email' })
  }
  await takeMails(dependencies, ctx, email)
  if (subject.emailVerified)
    await dependencies.limits.takeMailbox(dependencies.verification.digestIdentifier(subject.email))
  await askEmailChange(dependencies.emailChange, { subject, email })
  seeOther(ctx, path)
}

async function cancelChange({ dependencies, ctx, subject }: Act): Promise<void> {
  await dependencies.emailChange.changes.cancel(subject.id)
  seeOther(ctx, path)
}

/** A way in like any other: who changes it has lately signed in by something other than a face. */
async function switchCodes({ dependencies, ctx, signedIn, subject, form }: Act): Promise<void> {
  requireFresh(dependencies, signedIn)
  const isOn = form['codes'] === 'on'
  if (await dependencies.profiles.setEmailCodes(subject.id, isOn)) {
    const type = isOn ? 'email_codes_switched_on' : 'email_codes_switched_off'
    await dependencies.events.happened({ type, subjectId: subject.id, ...whereOf(ctx) })
  }
  seeOther(ctx, path)
}
