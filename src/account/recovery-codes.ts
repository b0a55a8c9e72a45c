/** The recovery codes of an account: how many are left, and a new set, shown once. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import type { Render } from '../http/render.ts'
import type { AccountEvents } from '../interactions/events.ts'
import { makeRecoveryCodes, writeRecoveryCode } from '../interactions/recovery-codes.ts'
import { afterChange, offerElsewhere, type ElsewhereDependencies } from './elsewhere.ts'
import {
  csrfOf,
  isFresh,
  readAct,
  requireFresh,
  seeOther,
  whereOf,
  type GuardDependencies,
} from './guards.ts'
import { signInUrl, type SignedIn } from './sign-in.ts'

const urls = { section: '/account/recovery-codes', make: '/account/recovery-codes/make' } as const

export interface RecoveryCodeDependencies extends GuardDependencies, ElsewhereDependencies {
  readonly issuer: string
  readonly render: Render
  readonly events: AccountEvents
  readonly records: { getSubject(subjectId: string): Promise<{ readonly email: string }> }
  readonly totpSeeds: {
    summarise(
      subjectId: string,
    ): Promise<{ readonly confirmedAt: Date; readonly lastUsedAt: Date | undefined } | undefined>
  }
  readonly recoveryCodes: {
    /** In place of any before. */
    replaceAll(subjectId: string, codes: readonly string[]): Promise<void>
    summarise(
      subjectId: string,
    ): Promise<{ readonly madeAt: Date; readonly left: number; readonly made: number } | undefined>
    erase(subjectId: string): Promise<void>
  }
}

/** At this number the pages begin to warn. */
export function areFewLeft(left: number): boolean {
  return left <= 3
}

export function recoveryCodesSection(router: Router, dependencies: RecoveryCodeDependencies): void {
  router.get(urls.section, (ctx) => showSection(dependencies, ctx))
  router.post(urls.make, async (ctx) => {
    const { signedIn } = await readAct(dependencies, ctx)
    requireFresh(dependencies, signedIn)
    // Codes stand in for an app; without one they would be a factor of their own.
    const app = await dependencies.totpSeeds.summarise(signedIn.subjectId)
    if (app === undefined) throw new Fault('form_invalid', { detail: 'recovery codes without an app' })
    await showNewCodes(dependencies, ctx, { signedIn, isFirstSet: false })
  })
}

async function showSection(dependencies: RecoveryCodeDependencies, ctx: Context): Promise<void> {
  const { issuer, sessions, totpSeeds, recoveryCodes } = dependencies
  const signedIn = await sessions.signedIn(ctx)
  if (signedIn === undefined) return seeOther(ctx, signInUrl(issuer, 'face', 'recovery-codes'))
  const codes = await recoveryCodes.summarise(signedIn.subjectId)
  await dependencies.render(ctx, 'recovery-codes', {
    csrf: csrfOf(dependencies, signedIn),
    hasApp: (await totpSeeds.summarise(signedIn.subjectId)) !== undefined,
    codes: codes && { ...codes, madeAt: codes.madeAt.toISOString() },
    areCodesLow: codes !== undefined && areFewLeft(codes.left),
    makeAction: urls.make,
    elsewhere: await offerElsewhere(dependencies, ctx, signedIn),
    authenticatorUrl: '/account/authenticator',
    freshUrl: isFresh(dependencies, signedIn)
      ? undefined
      : signInUrl(issuer, 'fresh_password', 'recovery-codes'),
  })
}

/** The one time that they are seen: in this answer, which is nowhere kept. */
export async function showNewCodes(
  dependencies: RecoveryCodeDependencies,
  ctx: Context,
  { signedIn, isFirstSet }: { readonly signedIn: SignedIn; readonly isFirstSet: boolean },
): Promise<void> {
  const { subjectId } = signedIn
  const codes = makeRecoveryCodes()
  await dependencies.recoveryCodes.replaceAll(subjectId, codes)
  await dependencies.events.happened({ type: 'recovery_codes_made', subjectId, ...whereOf(ctx) })
  const { email } = await dependencies.records.getSubject(subjectId)
  await dependencies.render(ctx, 'recovery-codes-made', {
    issuer: new URL(dependencies.issuer).hostname,
    email,
    codes: codes.map(writeRecoveryCode),
    isFirstSet,
    doneUrl: afterChange(isFirstSet ? '/account/authenticator' : urls.section),
  })
}
