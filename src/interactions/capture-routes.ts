/** The JSON endpoints of a capture, as `/openapi.json` describes them: issue, frames, and what an enrolment adds. */
import { randomInt } from 'node:crypto'
import type Router from '@koa/router'
import type { Context } from 'koa'
import { z } from 'zod'
import { Fault } from '../errors.ts'
import { readFrame, readJson } from '../http/request-guards.ts'
import { drawFlashSteps, drawSignInSteps, lookSteps, type ChallengeStep } from '../policy/challenge.ts'
import { asksForFlash } from '../policy/colour-flash.ts'
import { readCameraReport } from './camera-report.ts'
import { browserFamily } from './browser-family.ts'
import { viewEnrolment, viewIssued, viewSignInLook, type CaptureState } from './capture-view.ts'
import { isComplete } from './capture-state.ts'
import { captureLimits } from './capture.ts'
import type { InteractionDependencies } from './dependencies.ts'
import { deviceClaimShape, signatureShape } from './device-key.ts'
import { judgeDevice } from './device-sign-in.ts'
import { conclude } from './face-conclusion.ts'
import { bindingOf, pathOf, type Journey } from './journey.ts'
import { finishRegistered, requireRegistered } from './password-finish.ts'
import { enter, parameterOf } from './visit.ts'

export function captureRoutes(router: Router, dependencies: InteractionDependencies): void {
  const guarded = async (ctx: Context): Promise<Journey> => {
    const journey = await enter(dependencies, ctx)
    dependencies.forgery.require(ctx, bindingOf(journey))
    return journey
  }
  router.post('/device-challenge', async (ctx) => {
    const journey = await guarded(ctx)
    ctx.status = 201
    ctx.body = dependencies.devices.challenges.issue(bindingOf(journey))
  })
  router.post('/capture', async (ctx) => {
    await issueSignInCapture(dependencies, ctx, await guarded(ctx))
  })
  router.post('/capture/:captureId/frames/:sequence', async (ctx) => {
    await receiveSignInFrame(dependencies, ctx, await guarded(ctx))
  })
  router.post('/capture/:captureId/finish', async (ctx) => {
    await finishSignInCapture(dependencies, ctx, await guarded(ctx))
  })
  enrolmentRoutes(router, {
    prefix: '/enrolment',
    dependencies,
    enter: async (ctx) => {
      const journey = await guarded(ctx)
      if (journey.notes.registered?.mayEnrol !== true) throw new Fault('fresh_authentication_required')
      const { subjectId } = requireRegistered(journey, dependencies.clock())
      return {
        // Apart from the sign-in of this visit: known poses, shown for an own account, prove nothing of anybody.
        binding: `${bindingOf(journey)} enrolment`,
        subjectId,
        captureUrl: pathOf(journey, 'enrolment'),
        finish: () => finishRegistered(dependencies, ctx, journey),
      }
    },
  })
}

async function issueSignInCapture(
  dependencies: InteractionDependencies,
  ctx: Context,
  journey: Journey,
): Promise<void> {
  if (journey.notes.email === undefined)
    throw new Fault('form_invalid', { detail: 'no address was given yet' })
  const wish = parseWish(await readJson(ctx))
  await dependencies.limits.takeCapture(ctx.ip)
  const binding = bindingOf(journey)
  const { device } = wish
  if (device !== undefined) await dependencies.devices.challenges.spend(binding, device.challenge)
  const asksForLight = asksForFlash(dependencies.flash, journey.request)
  const capture = await dependencies.desk.issue({
    binding,
    steps: stepsFor(dependencies, { ...wish, showsFlash: asksForLight && wish.canFlash }),
    ttlSeconds: dependencies.captureSeconds,
    mostFrames: captureLimits.mostFrames,
    scoresLiveness: true,
    page: { camera: readCameraReport(wish.camera), hasDeclinedFlash: asksForLight && !wish.canFlash },
    device,
  })
  ctx.status = 201
  ctx.body = viewIssued(capture, pathOf(journey, 'capture'), dependencies.clock())
}

const wishShape = z.object({
  canTurn: z.boolean().default(true),
  canFlash: z.boolean().default(true),
  camera: z.unknown().optional(),
  device: deviceClaimShape.optional(),
})

function parseWish(body: unknown): z.infer<typeof wishShape> {
  const parsed = wishShape.safeParse(body)
  if (!parsed.success) throw new Fault('form_invalid', { detail: 'not a wish for a capture' })
  return parsed.data
}

function stepsFor(
  { challenge }: InteractionDependencies,
  { canTurn, showsFlash }: { readonly canTurn: boolean; readonly showsFlash: boolean },
): readonly ChallengeStep[] {
  const steps = challenge === 'look' ? lookSteps : drawSignInSteps(randomInt, canTurn)
  return showsFlash ? [...steps, ...drawFlashSteps(randomInt)] : steps
}

async function receiveSignInFrame(
  dependencies: InteractionDependencies,
  ctx: Context,
  journey: Journey,
): Promise<void> {
  const { desk } = dependencies
  const frame = await readArrival(ctx, bindingOf(journey))
  const { capture, look } = await desk.receive(frame, (received) => received)
  const state = viewSignInLook(capture, look)
  if (state !== undefined || !isComplete(capture)) {
    ctx.body = state
    return
  }
  if (capture.device !== undefined) {
    // Whether the key is trusted decides nothing yet, so that asking tells nobody whose devices are whose.
    const finish: CaptureState = { state: 'finish', frames: capture.device.frameDigests.length }
    ctx.body = finish
    return
  }
  // Spent before the verdict: the same frames never get a second one.
  const evidence = { take: await desk.spendTake(capture) }
  const { expiresAt } = capture
  ctx.body = await conclude(dependencies, ctx, {
    journey,
    evidence,
    expiresAt,
    device: { outcome: 'unknown' },
  })
}

async function finishSignInCapture(
  dependencies: InteractionDependencies,
  ctx: Context,
  journey: Journey,
): Promise<void> {
  const { desk, devices, face } = dependencies
  const parsed = signatureShape.safeParse(await readJson(ctx))
  if (!parsed.success) throw new Fault('form_invalid', { detail: 'no signature' })
  const capture = await desk.finish(captureIdOf(ctx), bindingOf(journey))
  const subject = await face.subjects.findByEmail(journey.notes.email ?? '')
  const proof = { subjectId: subject?.id, capture, signature: parsed.data.signature }
  const device = await judgeDevice(devices, proof)
  const { expiresAt, take } = capture
  ctx.body = await conclude(dependencies, ctx, { journey, evidence: { take }, expiresAt, device })
}

/** Whoever may enrol a face right now, and where the browser goes after. */
export interface EnrolmentGuest {
  readonly binding: string
  readonly subjectId: string
  readonly captureUrl: string
  finish(): Promise<string>
}

export interface EnrolmentMount {
  readonly prefix: string
  readonly dependencies: Pick<InteractionDependencies, 'enrolment' | 'limits' | 'clock'>
  /** @throws {Fault} fresh_authentication_required */
  readonly enter: (ctx: Context) => Promise<EnrolmentGuest>
}

const retakeShape = z.object({ index: z.int().min(0).max(1000) })

/** Mounted twice: in the visit that makes an account, and in the account page after a fresh sign-in. */
export function enrolmentRoutes(
  router: Router,
  { prefix, dependencies, enter: admit }: EnrolmentMount,
): void {
  const { enrolment, limits, clock } = dependencies
  router.post(prefix, async (ctx) => {
    const guest = await admit(ctx)
    await limits.takeCapture(ctx.ip)
    ctx.status = 201
    const browser = browserFamily(ctx.get('User-Agent'))
    const capture = await enrolment.start(guest.binding, guest.subjectId, browser)
    ctx.body = viewIssued(capture, guest.captureUrl, clock())
  })
  router.post(`${prefix}/:captureId/frames/:sequence`, async (ctx) => {
    const guest = await admit(ctx)
    ctx.body = viewEnrolment(await enrolment.receive(await readArrival(ctx, guest.binding)))
  })
  router.post(`${prefix}/:captureId/skip`, async (ctx) => {
    const guest = await admit(ctx)
    ctx.body = viewEnrolment(await enrolment.skip(captureIdOf(ctx), guest.binding))
  })
  router.post(`${prefix}/:captureId/retake`, async (ctx) => {
    const guest = await admit(ctx)
    const parsed = retakeShape.safeParse(await readJson(ctx))
    if (!parsed.success) throw new Fault('form_invalid', { detail: 'no index' })
    ctx.body = viewEnrolment(await enrolment.retake(captureIdOf(ctx), guest.binding, parsed.data.index))
  })
  router.post(`${prefix}/:captureId/confirm`, async (ctx) => {
    const guest = await admit(ctx)
    await enrolment.confirm(captureIdOf(ctx), guest.binding)
    const done: CaptureState = { state: 'done', location: await guest.finish() }
    ctx.body = done
  })
}

async function readArrival(
  ctx: Context,
  binding: string,
): Promise<{ captureId: string; binding: string; sequence: number; bytes: Uint8Array }> {
  const given = parameterOf(ctx, 'sequence')
  if (!/^(0|[1-9]\d{0,5})$/.test(given)) throw new Fault('capture_out_of_order')
  return { captureId: captureIdOf(ctx), binding, sequence: Number(given), bytes: await readFrame(ctx) }
}

function captureIdOf(ctx: Context): string {
  return parameterOf(ctx, 'captureId')
}
