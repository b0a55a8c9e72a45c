/** The pages of a sign-in, one function per line of the URL table. */
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import { asksForFlash } from '../policy/colour-flash.ts'
import { firstFactor } from '../policy/next-factor.ts'
import { beginStepUp, refuse } from './advance.ts'
import type { InteractionDependencies } from './dependencies.ts'
import { allow, describeRequest } from './consent.ts'
import { emailCodeUrl } from './email-pages.ts'
import { finishWithError, pathOf, saveNotes, unmet, type Journey } from './journey.ts'
import { common, go, readOwnForm } from './page-parts.ts'
import { finishByPassword } from './password-finish.ts'
import { signInByPassword } from './password-sign-in.ts'
import { parseEmail } from './registration.ts'
import { showChoice } from './second.ts'
import type { Step } from './visit.ts'

/** After this many failures in one visit the other way in comes first, and after so many a timer runs. */
const patience = { offerPassword: 2, wait: 5, waitSeconds: 30 } as const

export const begin: Step = async (dependencies, ctx, journey) => {
  if (journey.prompt === 'consent') return showConsent(dependencies, ctx, journey)
  if (journey.prompt === 'select_account' && journey.notes.isChanging !== true) {
    return showChoice(dependencies, ctx, journey)
  }
  const first = firstFactor(journey.request, dependencies.assurance)
  if (first.outcome === 'unmet') return go(ctx, await finishWithError(dependencies.provider, ctx, unmet))
  if (journey.notes.email === undefined) {
    const raised = await beginStepUp(dependencies, ctx, journey)
    if (raised !== undefined) return go(ctx, raised)
  }
  if (journey.prompt === 'create') return go(ctx, pathOf(journey, 'register'))
  return showIdentify(dependencies, ctx, { journey })
}

/** For whoever was sent to make an account and has one. */
export const showSignIn: Step = (dependencies, ctx, journey) => showIdentify(dependencies, ctx, { journey })

interface IdentifyState {
  readonly journey: Journey
  readonly error?: string
  readonly email?: string
}

async function showIdentify(
  dependencies: InteractionDependencies,
  ctx: Context,
  { journey, error, email }: IdentifyState,
): Promise<void> {
  await dependencies.render(ctx, 'identify', {
    ...(await common(dependencies, journey)),
    action: pathOf(journey, 'identify'),
    registerUrl: pathOf(journey, 'register'),
    abortAction: pathOf(journey, 'abort'),
    passkeyOptionsUrl: pathOf(journey, 'passkey/options'),
    passkeyAnswerUrl: pathOf(journey, 'passkey'),
    email: email ?? journey.notes.email ?? journey.loginHint,
    error,
  })
}

export const identify: Step = async (dependencies, ctx, journey) => {
  const form = await readOwnForm(dependencies, ctx, journey)
  let email: string
  try {
    email = parseEmail(form['email'])
  } catch (error) {
    if (!(error instanceof Fault)) throw error
    ctx.status = error.status
    const state = { journey, error: 'Enter your e-mail address, like name@example.com.' }
    return showIdentify(dependencies, ctx, {
      ...state,
      ...(form['email'] === undefined ? {} : { email: form['email'] }),
    })
  }
  await saveNotes(dependencies.provider, ctx, {
    journey,
    notes: { email, failures: 0, proved: undefined, isSteppingUp: undefined },
  })
  const first = firstFactor(journey.request, dependencies.assurance)
  go(ctx, pathOf(journey, first.outcome === 'use' ? first.factor : ''))
}

export const showCamera: Step = async (dependencies, ctx, journey) => {
  const { email, failures, lastFailure } = journey.notes
  if (email === undefined) return go(ctx, pathOf(journey))
  ctx.state['allowCamera'] = true
  await dependencies.render(ctx, 'camera', {
    ...(await common(dependencies, journey)),
    email,
    changeUrl: pathOf(journey),
    captureUrl: pathOf(journey, 'capture'),
    deviceUrl: pathOf(journey, 'device-challenge'),
    passwordUrl: pathOf(journey, 'password'),
    emailCodeUrl: emailCodeUrl(dependencies, journey),
    passkeyUrl: pathOf(journey, 'passkey'),
    abortAction: pathOf(journey, 'abort'),
    asksForTurns: dependencies.challenge === 'turns',
    asksForFlash: asksForFlash(dependencies.flash, journey.request),
    offerPasswordFirst: failures >= patience.offerPassword,
    waitSeconds: waitSeconds(dependencies, journey),
    error: lastFailure === 'face' && failures > 0 ? new Fault('sign_in_failed').publicMessage : undefined,
  })
}

export const showPassword: Step = async (dependencies, ctx, journey) => {
  if (journey.notes.email === undefined) return go(ctx, pathOf(journey))
  return renderPassword(dependencies, ctx, { journey })
}

async function renderPassword(
  dependencies: InteractionDependencies,
  ctx: Context,
  { journey, error }: IdentifyState,
): Promise<void> {
  const used = journey.notes.proved?.used
  await dependencies.render(ctx, 'password', {
    ...(await common(dependencies, journey)),
    email: journey.notes.email ?? '',
    changeUrl: pathOf(journey),
    action: pathOf(journey, 'password'),
    faceUrl: pathOf(journey, 'face'),
    emailCodeUrl: emailCodeUrl(dependencies, journey),
    recoverUrl: '/account/recover',
    passkeyUrl: pathOf(journey, 'passkey'),
    abortAction: pathOf(journey, 'abort'),
    isNewDevice: used?.face === true && used.isUnlit !== true,
    isWithoutFlash: used?.isUnlit === true,
    error,
  })
}

export const checkPassword: Step = async (dependencies, ctx, journey) => {
  const form = await readOwnForm(dependencies, ctx, journey)
  const { email } = journey.notes
  if (email === undefined) return go(ctx, pathOf(journey))
  await dependencies.limits.takePassword(ctx.ip)
  const verdict = await signInByPassword(dependencies.password, {
    email,
    password: (form['password'] ?? '').slice(0, 1024),
    clientId: journey.clientId,
    address: ctx.ip,
    browserDigest: await dependencies.findKnownBrowser(ctx, email),
  })
  if (verdict.outcome === 'accept') {
    return go(ctx, await finishByPassword(dependencies, ctx, { journey, form, subjectId: verdict.subjectId }))
  }
  const fault = await refuse(dependencies, ctx, { journey, factor: 'password' })
  ctx.status = fault.status
  return renderPassword(dependencies, ctx, { journey, error: fault.publicMessage })
}

async function showConsent(
  dependencies: InteractionDependencies,
  ctx: Context,
  journey: Journey,
): Promise<void> {
  const { redirectUri, signedInAs } = journey
  await dependencies.render(ctx, 'consent', {
    ...(await common(dependencies, journey)),
    clientHost: redirectUri === undefined ? '' : new URL(redirectUri).host,
    isUnvetted: !(await dependencies.isVetted(journey.clientId)),
    scopes: describeRequest(journey, await dependencies.scopeSentences()),
    email: signedInAs === undefined ? '' : ((await dependencies.findEmail(signedInAs)) ?? ''),
    allowAction: pathOf(journey, 'consent'),
    denyAction: pathOf(journey, 'deny'),
  })
}

export const allowConsent: Step = async (dependencies, ctx, journey) => {
  await readOwnForm(dependencies, ctx, journey)
  go(ctx, await allow(dependencies.provider, ctx, journey))
}

const denial = { error: 'access_denied', error_description: 'the person said no' }

export const deny: Step = async (dependencies, ctx, journey) => {
  await readOwnForm(dependencies, ctx, journey)
  go(ctx, await finishWithError(dependencies.provider, ctx, denial))
}

/** Counted in this visit alone, so that the page tells nothing about the account. */
function waitSeconds({ clock }: InteractionDependencies, { notes }: Journey): number {
  if (notes.failures < patience.wait || notes.lastFailureAt === undefined) return 0
  const passed = (clock().getTime() - notes.lastFailureAt) / 1000
  return Math.max(0, Math.ceil(patience.waitSeconds - passed))
}
