/** How a visit ends in which a password was given or chosen. */
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import { advance } from './advance.ts'
import type { InteractionDependencies } from './dependencies.ts'
import { trustDevice } from './device-sign-in.ts'
import type { Journey } from './journey.ts'

/** Whoever made the account in this visit is signed in by the password just chosen. */
export async function finishRegistered(
  dependencies: InteractionDependencies,
  ctx: Context,
  journey: Journey,
): Promise<string> {
  const { registered } = journey.notes
  if (registered === undefined) throw new Fault('interaction_expired')
  return advance(dependencies, ctx, { journey, subjectId: registered.subjectId, used: { password: true } })
}

interface PasswordAccepted {
  readonly journey: Journey
  readonly form: Readonly<Record<string, string | undefined>>
  readonly subjectId: string
}

/**
 * The key that comes to be trusted by a password counts at once; where a code is still missing, the page of the code offers
 * trust instead: with a trusted device no code is asked for, so a stolen password must not bring that about.
 */
export async function finishByPassword(
  dependencies: InteractionDependencies,
  ctx: Context,
  { journey, form, subjectId }: PasswordAccepted,
): Promise<string> {
  const { otp } = await dependencies.factors.enrolledOf(subjectId)
  const isEnough = !otp || journey.notes.proved?.used.otp === true
  const deviceKey = isEnough && (await trustDevice(dependencies.devices, form, subjectId))
  return advance(dependencies, ctx, { journey, subjectId, used: { password: true, deviceKey } })
}
