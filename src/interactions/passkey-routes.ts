/** The page and the endpoints of a sign-in with a passkey: first factor or second, with an address or without. */
import type Router from '@koa/router'
import type { Context } from 'koa'
import { readJson } from '../http/request-guards.ts'
import { advance, knownSubject, refuse, waysOn } from './advance.ts'
import type { CaptureState } from './capture-view.ts'
import type { InteractionDependencies } from './dependencies.ts'
import { trustDevice } from './device-sign-in.ts'
import { bindingOf, pathOf, type Journey } from './journey.ts'
import { common } from './page-parts.ts'
import { readPasskeyAnswer, type PasskeyAnswer } from './passkey-answers.ts'
import { signInByPasskey, type PasskeyClaim } from './passkey-sign-in.ts'
import { enter } from './visit.ts'

export function passkeyRoutes(router: Router, dependencies: InteractionDependencies): void {
  const guarded = async (ctx: Context): Promise<Journey> => {
    const journey = await enter(dependencies, ctx)
    dependencies.forgery.require(ctx, bindingOf(journey))
    return journey
  }
  router.get('/passkey', async (ctx) => {
    await showPasskey(dependencies, ctx, await enter(dependencies, ctx))
  })
  router.post('/passkey/options', async (ctx) => {
    const journey = await guarded(ctx)
    ctx.body = await optionsFor(dependencies, journey)
  })
  router.post('/passkey', async (ctx) => {
    await checkPasskey(dependencies, ctx, await guarded(ctx))
  })
}

async function showPasskey(
  dependencies: InteractionDependencies,
  ctx: Context,
  journey: Journey,
): Promise<void> {
  const isSecond = knownSubject(journey, dependencies.clock()) !== undefined
  await dependencies.render(ctx, 'passkey', {
    ...(await common(dependencies, journey)),
    email: journey.notes.email,
    changeUrl: pathOf(journey),
    optionsUrl: pathOf(journey, 'passkey/options'),
    answerUrl: pathOf(journey, 'passkey'),
    abortAction: pathOf(journey, 'abort'),
    isSecond,
    ways: isSecond ? await otherWays(dependencies, journey) : firstWays(journey),
  })
}

interface Way {
  readonly url: string
  readonly text: string
}

function firstWays(journey: Journey): readonly Way[] {
  if (journey.notes.email === undefined) return [{ url: pathOf(journey), text: 'Use your e-mail address' }]
  return [
    { url: pathOf(journey, 'face'), text: 'Sign in with face' },
    { url: pathOf(journey, 'password'), text: 'Use password instead' },
  ]
}

async function otherWays(dependencies: InteractionDependencies, journey: Journey): Promise<readonly Way[]> {
  const ways = await waysOn(dependencies, journey)
  const others = ways.filter((factor) => factor !== 'passkey')
  return others.length === 0 ? [] : [{ url: pathOf(journey, 'second'), text: 'Use another way' }]
}

/**
 * Before anything was proved no passkey is named, whatever the address: the browser offers what it has, and the answer
 * is the same for everybody. Afterwards the subject’s own are named, so that the device need not ask which.
 */
async function optionsFor({ passkeys, clock }: InteractionDependencies, journey: Journey): Promise<object> {
  const subjectId = knownSubject(journey, clock())
  const own = subjectId === undefined ? [] : await passkeys.keys.list(subjectId)
  return passkeys.ceremonies.assertionOptions(bindingOf(journey), own)
}

async function checkPasskey(
  dependencies: InteractionDependencies,
  ctx: Context,
  journey: Journey,
): Promise<void> {
  const answer = readPasskeyAnswer(await readJson(ctx))
  await dependencies.limits.takePasskey(ctx.ip)
  const verdict = await signInByPasskey(dependencies.passkeys, {
    binding: bindingOf(journey),
    response: answer.credential,
    claim: claimOf(journey, answer, dependencies.clock()),
    clientId: journey.clientId,
    address: ctx.ip,
    browserDigest: await dependencies.findKnownBrowser(ctx, journey.notes.email ?? ''),
  })
  if (verdict.outcome !== 'accept') throw await refuse(dependencies, ctx, { journey, factor: 'passkey' })
  const { subjectId, email, kind } = verdict
  const deviceKey = await trust(dependencies, ctx, { answer, subjectId })
  // Whoever gave no address has one now: what follows is asked in its name.
  const named = { ...journey, notes: { ...journey.notes, email } }
  const used = { passkey: kind, deviceKey }
  const done: CaptureState = {
    state: 'done',
    location: await advance(dependencies, ctx, { journey: named, subjectId, used }),
  }
  ctx.body = done
}

function claimOf(journey: Journey, { anyAccount }: PasskeyAnswer, now: Date): PasskeyClaim {
  const subjectId = knownSubject(journey, now)
  if (subjectId !== undefined) return { subjectId }
  const { email } = journey.notes
  return anyAccount || email === undefined ? { anyAccount: true } : { email }
}

/** A passkey is a non-face factor: what a password does for a new device, it does too. */
function trust(
  { devices }: InteractionDependencies,
  ctx: Context,
  { answer, subjectId }: { readonly answer: PasskeyAnswer; readonly subjectId: string },
): Promise<boolean> {
  // What the key has signed is the forgery token of its page, which came as a header here.
  return trustDevice(devices, { ...answer.device, csrf: ctx.get('x-csrf-token') }, subjectId)
}
