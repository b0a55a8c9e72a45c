/** What follows a capture whose steps are satisfied: the verdict, and where the browser goes with it. */
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import { assuranceOf } from '../policy/assurance.ts'
import { needsFlash } from '../policy/colour-flash.ts'
import { advance, refuse } from './advance.ts'
import type { CaptureState } from './capture-view.ts'
import type { InteractionDependencies } from './dependencies.ts'
import { recordRefusal, type DeviceVerdict } from './device-sign-in.ts'
import { signInByFace, type FaceEvidence } from './face-sign-in.ts'
import { pathOf, type Journey } from './journey.ts'
import { hasShownLight } from './take.ts'

interface Conclusion {
  readonly journey: Journey
  readonly evidence: FaceEvidence
  readonly device: DeviceVerdict
}

/** @param conclusion with the moment at which its capture would have expired: since when its person has waited */
export async function conclude(
  dependencies: InteractionDependencies,
  ctx: Context,
  conclusion: Conclusion & { readonly expiresAt: Date },
): Promise<CaptureState> {
  const state = await judge(dependencies, ctx, conclusion)
  const leftMs = conclusion.expiresAt.getTime() - dependencies.clock().getTime()
  dependencies.onVerdict?.(dependencies.captureSeconds - leftMs / 1000)
  return state
}

async function judge(
  dependencies: InteractionDependencies,
  ctx: Context,
  { journey, evidence, device }: Conclusion,
): Promise<CaptureState> {
  const { email } = journey.notes
  if (email === undefined) throw new Fault('interaction_expired')
  const browserDigest = await dependencies.findKnownBrowser(ctx, email)
  const origin = { email, clientId: journey.clientId, address: ctx.ip, browserDigest }
  if (device.outcome === 'refused') {
    await recordRefusal(dependencies.face, { ...origin, ...evidence })
    return fail(dependencies, ctx, journey)
  }
  const verdict = await signInByFace(dependencies.face, { ...origin, ...evidence })
  if (verdict.outcome !== 'accept') {
    const { switchedOff: subjectId } = verdict
    const where = { clientId: journey.clientId, address: ctx.ip }
    if (subjectId !== undefined)
      await dependencies.events.happened({ type: 'face_switched_off', subjectId, ...where })
    return fail(dependencies, ctx, journey)
  }
  const { subjectId } = verdict
  return {
    state: 'done',
    location: await succeed(dependencies, ctx, { journey, subjectId, device, evidence }),
  }
}

/** @returns where the browser goes: back to the app, or on to another factor where the device is new or more is asked. */
async function succeed(
  dependencies: InteractionDependencies,
  ctx: Context,
  { journey, subjectId, device, evidence }: Conclusion & { readonly subjectId: string },
): Promise<string> {
  const used = { face: true, deviceKey: device.outcome === 'trusted' }
  const isUnlit = !hasShownLight(evidence.take) && needsFlash(dependencies.flash, assuranceOf(used).acr)
  if (device.outcome === 'trusted') await dependencies.devices.keys.touch(device.keyId)
  return advance(dependencies, ctx, { journey, subjectId, used: { ...used, isUnlit } })
}

async function fail(
  dependencies: InteractionDependencies,
  ctx: Context,
  journey: Journey,
): Promise<CaptureState> {
  const { publicMessage } = await refuse(dependencies, ctx, { journey, factor: 'face' })
  return { state: 'failed', message: publicMessage, location: pathOf(journey, 'face') }
}
