/** The authenticator app of an account: set up with a code that proves it, replaced, and turned off. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Render } from '../http/render.ts'
import type { AccountEvents } from '../interactions/events.ts'
import { appAddress, findStep, makeSeed, seedInGroups } from '../interactions/totp.ts'
import { afterChange, offerElsewhere } from './elsewhere.ts'
import {
  csrfOf,
  isFresh,
  readAct,
  requireFresh,
  seeOther,
  whereOf,
  type GuardDependencies,
} from './guards.ts'
import { qrCode } from './qr-code.ts'
import { areFewLeft, showNewCodes, type RecoveryCodeDependencies } from './recovery-codes.ts'
import { signInUrl, type SignedIn } from './sign-in.ts'

const urls = {
  section: '/account/authenticator',
  setUp: '/account/authenticator-setup',
  remove: '/account/authenticator/remove',
} as const

interface PendingSeed {
  readonly id: string
  readonly subjectId: string
  readonly seed: Uint8Array
}

export interface AuthenticatorDependencies extends GuardDependencies, RecoveryCodeDependencies {
  readonly issuer: string
  readonly render: Render
  readonly events: AccountEvents
  readonly totpSeeds: RecoveryCodeDependencies['totpSeeds'] & {
    /** The seed that waits to be confirmed: an earlier one within its time, else this one. */
    offer(subjectId: string, seed: Uint8Array): Promise<PendingSeed>
    findPending(subjectId: string): Promise<PendingSeed | undefined>
    /** False where its time is over. The step counts as used. */
    confirm(pending: PendingSeed, step: number): Promise<boolean>
    remove(subjectId: string): Promise<boolean>
  }
}

export function authenticatorSection(router: Router, dependencies: AuthenticatorDependencies): void {
  router.get(urls.section, (ctx) => showSection(dependencies, ctx))
  router.get(urls.setUp, (ctx) => showSetUp(dependencies, ctx))
  router.post(urls.setUp, (ctx) => confirm(dependencies, ctx))
  router.post(urls.remove, (ctx) => remove(dependencies, ctx))
}

async function showSection(dependencies: AuthenticatorDependencies, ctx: Context): Promise<void> {
  const { issuer, sessions, totpSeeds, recoveryCodes } = dependencies
  const signedIn = await sessions.signedIn(ctx)
  if (signedIn === undefined) return seeOther(ctx, signInUrl(issuer, 'face', 'authenticator'))
  const app = await totpSeeds.summarise(signedIn.subjectId)
  const codesLeft = (await recoveryCodes.summarise(signedIn.subjectId))?.left ?? 0
  await dependencies.render(ctx, 'authenticator', {
    csrf: csrfOf(dependencies, signedIn),
    app: app && {
      confirmedAt: app.confirmedAt.toISOString(),
      lastUsedAt: app.lastUsedAt?.toISOString(),
    },
    codesLeft,
    areCodesLow: app !== undefined && areFewLeft(codesLeft),
    setUpUrl: urls.setUp,
    recoveryCodesUrl: '/account/recovery-codes',
    removeAction: urls.remove,
    elsewhere: await offerElsewhere(dependencies, ctx, signedIn),
    freshUrl: isFresh(dependencies, signedIn)
      ? undefined
      : signInUrl(issuer, 'fresh_password', 'authenticator'),
  })
}

/** Reloaded, the page shows the same seed until its time is over: the app may have it already. */
async function showSetUp(dependencies: AuthenticatorDependencies, ctx: Context): Promise<void> {
  const signedIn = await dependencies.sessions.signedIn(ctx)
  if (signedIn === undefined || !isFresh(dependencies, signedIn)) return askAgain(dependencies, ctx)
  const pending = await dependencies.totpSeeds.offer(signedIn.subjectId, makeSeed())
  return renderSetUp(dependencies, ctx, { signedIn, pending })
}

async function renderSetUp(
  dependencies: AuthenticatorDependencies,
  ctx: Context,
  {
    signedIn,
    pending,
    error,
  }: { readonly signedIn: SignedIn; readonly pending: PendingSeed; readonly error?: string },
): Promise<void> {
  const { email } = await dependencies.records.getSubject(signedIn.subjectId)
  // A port would put a colon into the entry’s name, where it stands between issuer and account.
  const issuer = new URL(dependencies.issuer).hostname
  await dependencies.render(ctx, 'authenticator-setup', {
    csrf: csrfOf(dependencies, signedIn),
    action: urls.setUp,
    backUrl: urls.section,
    issuer,
    email,
    qr: qrCode(appAddress({ issuer, email, seed: pending.seed })),
    secretGroups: seedInGroups(pending.seed),
    error,
  })
}

const wrongCode =
  'That is not the code of this entry right now. Take the newest one, and check that your phone sets its clock by itself.'

async function confirm(dependencies: AuthenticatorDependencies, ctx: Context): Promise<void> {
  const { totpSeeds, clock, events } = dependencies
  const { signedIn, form } = await readAct(dependencies, ctx)
  const { subjectId } = signedIn
  const pending = await totpSeeds.findPending(subjectId)
  if (pending === undefined || !isFresh(dependencies, signedIn)) return askAgain(dependencies, ctx)
  const step = findStep(pending.seed, (form['code'] ?? '').slice(0, 64), clock())
  if (step === undefined) {
    ctx.status = 400
    return renderSetUp(dependencies, ctx, { signedIn, pending, error: wrongCode })
  }
  if (!(await totpSeeds.confirm(pending, step))) return askAgain(dependencies, ctx)
  await events.happened({ type: 'totp_enabled', subjectId, ...whereOf(ctx) })
  const codes = await dependencies.recoveryCodes.summarise(subjectId)
  if (codes !== undefined && codes.left > 0) return seeOther(ctx, afterChange(urls.section))
  return showNewCodes(dependencies, ctx, { signedIn, isFirstSet: true })
}

/** The codes go with the app that they stand in for: left behind, they would still be asked for. */
async function remove(dependencies: AuthenticatorDependencies, ctx: Context): Promise<void> {
  const { totpSeeds, recoveryCodes, events } = dependencies
  const { signedIn } = await readAct(dependencies, ctx)
  requireFresh(dependencies, signedIn)
  const { subjectId } = signedIn
  const wasOn = await totpSeeds.remove(subjectId)
  await recoveryCodes.erase(subjectId)
  if (wasOn) await events.happened({ type: 'totp_removed', subjectId, ...whereOf(ctx) })
  seeOther(ctx, afterChange(urls.section))
}

/** To the set-up page by way of a new sign-in, or straight where that is recent. */
async function askAgain({ issuer, ...dependencies }: AuthenticatorDependencies, ctx: Context): Promise<void> {
  const signedIn = await dependencies.sessions.signedIn(ctx)
  const isRecent = signedIn !== undefined && isFresh(dependencies, signedIn)
  seeOther(ctx, isRecent ? urls.setUp : signInUrl(issuer, 'fresh_password', 'authenticator-setup'))
}
