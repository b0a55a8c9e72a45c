/** How a visit ends in which a password was given or chosen. */
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import { freshSeconds } from '../policy/assurance.ts'
import { advance, provedBy } from './advance.ts'
import type { InteractionDependencies } from './dependencies.ts'
import { trustDevice } from './device-sign-in.ts'
import type { Journey, Notes } from './journey.ts'

/**
 * The account that this visit has made, while the password chosen for it is as fresh as any change of a factor wants.
 * @throws {Fault} interaction_expired
 */
export function requireRegistered({ notes }: Journey, now: Date): NonNullable<Notes['registered']> {
  const { registered } = notes
  const ageSeconds = (now.getTime() - (registered?.at ?? NaN)) / 1000
  if (registered === undefined || !(ageSeconds >= 0 && ageSeconds <= freshSeconds)) {
    throw new Fault('interaction_expired')
  }
  return registered
}

/** Whoever made the account in this visit is signed in by the password just chosen. */
export async function finishRegistered(
  dependencies: InteractionDependencies,
  ctx: Context,
  journey: Journey,
): Promise<string> {
  const { subjectId } = requireRegistered(journey, dependencies.clock())
  return advance(dependencies, ctx, { journey, subjectId, used: { password: true } })
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
  const isEnough = !otp || provedBy(journey, subjectId, dependencies.clock()).otp === true
  const deviceKey = isEnough && (await trustDevice(dependencies.devices, form, subjectId))
  return advance(dependencies, ctx, { journey, subjectId, used: { password: true, deviceKey } })
}
