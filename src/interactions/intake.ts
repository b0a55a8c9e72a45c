/** How frames of a capture may come: one at a time, and no more in a second than a camera needs. */
import { Fault } from '../errors.ts'
import type { Intake } from './capture-state.ts'

export interface Pace {
  readonly framesPerSecond: number
  /** Frames that may come early. */
  readonly burst: number
}

export function newIntake(now: Date, { mostFrames, burst }: { mostFrames: number; burst: number }): Intake {
  return {
    mostFrames,
    nextSequence: 0,
    busyUntil: 0,
    digests: new Set(),
    allowance: burst,
    refilledAt: now.getTime(),
    kept: 0,
  }
}

export function isBusy({ busyUntil }: Intake, now: Date): boolean {
  return now.getTime() < busyUntil
}

/** A token bucket. @throws {Fault} capture_too_fast */
export function takeAllowance(intake: Intake, now: Date, { framesPerSecond, burst }: Pace): void {
  const elapsedSeconds = (now.getTime() - intake.refilledAt) / 1000
  const refilled = intake.allowance + elapsedSeconds * framesPerSecond
  intake.allowance = Math.min(burst, refilled)
  intake.refilledAt = now.getTime()
  if (!(intake.allowance >= 1)) throw new Fault('capture_too_fast', { retryAfterSeconds: 1 })
  intake.allowance -= 1
}
