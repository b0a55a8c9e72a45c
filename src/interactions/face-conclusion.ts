/** What follows a capture whose steps are satisfied: the verdict, and where the browser goes with it. */
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import { followFace } from '../policy/assurance.ts'
import type { CaptureState } from './capture-view.ts'
import type { InteractionDependencies } from './dependencies.ts'
import type { FaceEvidence } from './device-ceremony.ts'
import { recordRefusal, type DeviceVerdict } from './device-sign-in.ts'
import { signInByFace } from './face-sign-in.ts'
import { finishLogin, pathOf, saveNotes, type Journey } from './journey.ts'

interface Conclusion {
  readonly journey: Journey
  readonly evidence: FaceEvidence
  readonly device: DeviceVerdict
}

export async function conclude(
  dependencies: InteractionDependencies,
  ctx: Context,
  { journey, evidence, device }: Conclusion,
): Promise<CaptureState> {
  const { email } = journey.notes
  if (email === undefined) throw new Fault('interaction_expired')
  const origin = { email, clientId: journey.clientId, address: ctx.ip }
  if (device.outcome === 'refused') {
    await recordRefusal(dependencies.face, { ...origin, ...evidence })
    return fail(dependencies, ctx, journey)
  }
  const verdict = await signInByFace(dependencies.face, { ...origin, ...evidence })
  if (verdict.outcome !== 'accept') return fail(dependencies, ctx, journey)
  const { subjectId } = verdict
  return { state: 'done', location: await succeed(dependencies, ctx, { journey, subjectId, device }) }
}

/** @returns where the browser goes: on with the sign-in, or to the password where the device is new. */
async function succeed(
  { provider, clock, devices, assurance }: InteractionDependencies,
  ctx: Context,
  { journey, subjectId, device }: Pick<Conclusion, 'journey' | 'device'> & { readonly subjectId: string },
): Promise<string> {
  const at = clock()
  const used = { face: true, deviceKey: device.outcome === 'trusted' }
  if (followFace(used, journey.request, assurance) === 'ask_password') {
    const notes = { faceAccepted: { subjectId, at: at.getTime() } }
    await saveNotes(provider, ctx, { journey, notes })
    return pathOf(journey, 'password')
  }
  if (device.outcome === 'trusted') await devices.keys.touch(device.keyId)
  return finishLogin(provider, ctx, { journey, subjectId, used, at })
}

async function fail(
  { provider, clock }: InteractionDependencies,
  ctx: Context,
  journey: Journey,
): Promise<CaptureState> {
  const failures = journey.notes.failures + 1
  const notes = { failures, lastFailure: 'face', lastFailureAt: clock().getTime() } as const
  await saveNotes(provider, ctx, { journey, notes: { ...notes, faceAccepted: undefined } })
  return {
    state: 'failed',
    message: new Fault('sign_in_failed').publicMessage,
    location: pathOf(journey, 'face'),
  }
}
