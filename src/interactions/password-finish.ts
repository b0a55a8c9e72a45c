/** How a visit ends in which a password was given or chosen. */
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import { freshSeconds } from '../policy/assurance.ts'
import type { InteractionDependencies } from './dependencies.ts'
import { trustDevice } from './device-sign-in.ts'
import { finishLogin, type Journey } from './journey.ts'

/** Whoever made the account in this visit is signed in by the password just chosen. */
export async function finishRegistered(
  dependencies: InteractionDependencies,
  ctx: Context,
  journey: Journey,
): Promise<string> {
  const { registered } = journey.notes
  if (registered === undefined) throw new Fault('interaction_expired')
  const { subjectId, at } = registered
  const login = { journey, subjectId, used: { password: true }, at: new Date(at) }
  return finishLogin(dependencies.provider, ctx, login)
}

interface PasswordAccepted {
  readonly journey: Journey
  readonly form: Readonly<Record<string, string | undefined>>
  readonly subjectId: string
}

/** A face of the same visit counts with the password that followed it, and with the key that came to be trusted by it. */
export async function finishByPassword(
  dependencies: InteractionDependencies,
  ctx: Context,
  { journey, form, subjectId }: PasswordAccepted,
): Promise<string> {
  const deviceKey = await trustDevice(dependencies.devices, form, subjectId)
  const at = dependencies.clock()
  const { faceAccepted } = journey.notes
  const ageSeconds = (at.getTime() - (faceAccepted?.at ?? NaN)) / 1000
  const face = faceAccepted?.subjectId === subjectId && ageSeconds >= 0 && ageSeconds <= freshSeconds
  return finishLogin(dependencies.provider, ctx, {
    journey,
    subjectId,
    used: { password: true, face, deviceKey },
    at,
  })
}
