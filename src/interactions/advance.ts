/** After a factor was accepted, or refused: where the visit goes. */
import type { Context } from 'koa'
import { Fault } from '../errors.ts'
import { freshSeconds, type Factor, type FactorsUsed } from '../policy/assurance.ts'
import { mayTrustDevice, nextFactor, type NextFactor } from '../policy/next-factor.ts'
import type { InteractionDependencies } from './dependencies.ts'
import { finishLogin, finishWithError, pathOf, saveNotes, unmet, type Journey } from './journey.ts'

export interface Accepted {
  readonly journey: Journey
  readonly subjectId: string
  /** What this step alone has proved. */
  readonly used: FactorsUsed
}

/**
 * Adds what a step has proved to what the visit, or the session that is being raised, had before.
 * @returns where the browser goes: back to the app, or to what is still to be asked.
 * @throws {Fault} sign_in_failed where another subject proved something in this visit before
 */
export async function advance(
  dependencies: InteractionDependencies,
  ctx: Context,
  { journey, subjectId, used }: Accepted,
): Promise<string> {
  const { provider, clock } = dependencies
  const now = clock()
  const before = standingOf(journey, now)
  if (before !== undefined && before.subjectId !== subjectId) throw new Fault('sign_in_failed')
  const visit = { ...before?.visit, ...defined(used) }
  const session = before?.session ?? {}
  const next = await decideNext(dependencies, { journey, subjectId, visit, session })
  if (next.outcome === 'ask') {
    const proved = { subjectId, at: now.getTime(), used: visit }
    await saveNotes(provider, ctx, { journey, notes: { proved, failures: 0, lastFailure: undefined } })
    return addressOf(journey, next.factors)
  }
  return end(dependencies, ctx, { journey, subjectId, visit, session, next })
}

/** What a subject of this visit is known by: it has proved something here, or its session is being raised. */
export function knownSubject(journey: Journey, now: Date): string | undefined {
  return standingOf(journey, now)?.subjectId
}

/** What this very subject has proved in this visit within the last minutes. */
export function provedBy(journey: Journey, subjectId: string, now: Date): FactorsUsed {
  const known = standingOf(journey, now)
  return known?.subjectId === subjectId ? known.visit : {}
}

interface Known {
  readonly subjectId: string
  readonly visit: FactorsUsed
  readonly session: FactorsUsed
}

function standingOf({ notes, stepUp }: Journey, now: Date): Known | undefined {
  const session = notes.isSteppingUp === true ? stepUp : undefined
  const ageSeconds = (now.getTime() - (notes.proved?.at ?? NaN)) / 1000
  const proved = ageSeconds >= 0 && ageSeconds <= freshSeconds ? notes.proved : undefined
  if (proved === undefined) {
    return session && { subjectId: session.subjectId, visit: {}, session: session.used }
  }
  const isSame = session?.subjectId === proved.subjectId
  return { subjectId: proved.subjectId, visit: proved.used, session: isSame ? session.used : {} }
}

interface Position extends Known {
  readonly journey: Journey
}

async function decideNext(
  { factors, assurance }: InteractionDependencies,
  { journey, subjectId, visit, session }: Position,
): Promise<NextFactor> {
  const enrolled = await factors.enrolledOf(subjectId)
  const standing = {
    used: { ...session, ...defined(visit) },
    enrolled,
    mayTrustDevice: mayTrustDevice(visit, enrolled),
    isStepUp: journey.notes.isSteppingUp === true,
    isUntouched: journey.notes.isSteppingUp === true && Object.keys(defined(visit)).length === 0,
  }
  return nextFactor(standing, journey.request, assurance)
}

async function end(
  { provider, clock, sessions }: InteractionDependencies,
  ctx: Context,
  { journey, subjectId, visit, session, next }: Position & { readonly next: NextFactor },
): Promise<string> {
  if (next.outcome === 'unmet') return finishWithError(provider, ctx, unmet)
  const isRaised = Object.keys(session).length > 0
  // The time of a raised session stays that of its oldest factor: no token claims more freshness than there is.
  const since = isRaised ? await sessions.loginAt(journey.stepUp?.sessionUid ?? '') : undefined
  const used = { ...session, ...defined(visit) }
  return finishLogin(provider, ctx, { journey, subjectId, used, at: since ?? clock() })
}

/** Where a visit begins whose session is good but for its level. */
export async function beginStepUp(
  dependencies: InteractionDependencies,
  ctx: Context,
  journey: Journey,
): Promise<string | undefined> {
  const { stepUp } = journey
  const email = stepUp && (await dependencies.findEmail(stepUp.subjectId))
  if (stepUp === undefined || email === undefined) return undefined
  const notes = { ...journey.notes, email, isSteppingUp: true }
  const raised = { ...journey, notes }
  const { subjectId, used: session } = stepUp
  const position = { journey: raised, subjectId, visit: {}, session }
  const next = await decideNext(dependencies, position)
  if (next.outcome !== 'ask') return end(dependencies, ctx, { ...position, next })
  await saveNotes(dependencies.provider, ctx, { journey, notes })
  return addressOf(journey, next.factors)
}

/** The ways on that are open to the subject of this visit, for the page that offers them. */
export async function waysOn(
  dependencies: InteractionDependencies,
  journey: Journey,
): Promise<readonly Factor[]> {
  const known = standingOf(journey, dependencies.clock())
  if (known === undefined) return []
  const next = await decideNext(dependencies, { journey, ...known })
  return next.outcome === 'ask' ? next.factors : []
}

function addressOf(journey: Journey, factors: readonly Factor[]): string {
  const [first, ...others] = factors
  return pathOf(journey, first === undefined || others.length > 0 ? 'second' : first)
}

export interface Refused {
  readonly journey: Journey
  readonly factor: Factor
}

/** Notes a failure of this visit. @returns the one answer to every failure, whatever its reason. */
export async function refuse(
  { provider, clock }: InteractionDependencies,
  ctx: Context,
  { journey, factor }: Refused,
): Promise<Fault> {
  const failures = journey.notes.failures + 1
  const notes = { failures, lastFailure: factor, lastFailureAt: clock().getTime() }
  await saveNotes(provider, ctx, { journey, notes })
  return new Fault('sign_in_failed')
}

/** Without the members that are there but undefined or false: they must not hide what was proved before. */
function defined(used: FactorsUsed): FactorsUsed {
  return Object.fromEntries(
    Object.entries(used).filter(([, value]) => value !== undefined && value !== false),
  )
}
