/** The page between two factors, and the one that lets a person choose whom to go on as. */
import type { Context } from 'koa'
import type { Factor } from '../policy/assurance.ts'
import { waysOn } from './advance.ts'
import type { InteractionDependencies } from './dependencies.ts'
import { pathOf, saveNotes, type Journey } from './journey.ts'
import { common, go, readOwnForm } from './page-parts.ts'
import type { Step } from './visit.ts'

const sentences: Readonly<Record<Factor, string>> = {
  face: 'Show your face',
  password: 'Enter your password',
  passkey: 'Use a passkey',
  otp: 'Enter a code of your authenticator app',
  email: 'Get a code by e-mail',
}

/** Reached after a first factor alone, so that it tells nothing of an account to somebody who merely knows the address. */
export const showSecond: Step = async (dependencies, ctx, journey) => {
  const ways = await waysOn(dependencies, journey)
  const { email } = journey.notes
  if (ways.length === 0 || email === undefined) return go(ctx, pathOf(journey))
  await dependencies.render(ctx, 'second', {
    ...(await common(dependencies, journey)),
    email,
    changeUrl: pathOf(journey),
    abortAction: pathOf(journey, 'abort'),
    ways: ways.map((factor) => ({ url: pathOf(journey, factor), text: sentences[factor] })),
  })
}

export async function showChoice(
  dependencies: InteractionDependencies,
  ctx: Context,
  journey: Journey,
): Promise<void> {
  const email = journey.signedInAs && (await dependencies.findEmail(journey.signedInAs))
  await dependencies.render(ctx, 'choose-account', {
    ...(await common(dependencies, journey)),
    email: email ?? 'the account that is signed in',
    continueAction: pathOf(journey, 'same-account'),
    otherAction: pathOf(journey, 'other-account'),
    abortAction: pathOf(journey, 'abort'),
  })
}

export const keepAccount: Step = async (dependencies, ctx, journey) => {
  await readOwnForm(dependencies, ctx, journey)
  if (journey.prompt !== 'select_account') return go(ctx, pathOf(journey))
  const kept: Parameters<typeof dependencies.provider.interactionResult>[2] = { select_account: {} }
  go(ctx, await dependencies.provider.interactionResult(ctx.req, ctx.res, kept))
}

/** A sign-in from the start; the provider ends the other session when it is done. */
export const changeAccount: Step = async (dependencies, ctx, journey) => {
  await readOwnForm(dependencies, ctx, journey)
  const notes = { isChanging: true, email: undefined, proved: undefined, isSteppingUp: undefined }
  await saveNotes(dependencies.provider, ctx, { journey, notes })
  go(ctx, pathOf(journey))
}
