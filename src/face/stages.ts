/** How long each stage of the work on one frame took: told to the server with the measurement, for the operator's figures. */
import type { Measurement } from './engine.ts'

export const stages = ['decode', 'detect', 'align', 'embed', 'pad', 'pose', 'backdrop'] as const
export type Stage = (typeof stages)[number]

/** In the order in which they were done; a stage that was done twice is there twice. */
export interface StageTime {
  readonly stage: Stage
  readonly ms: number
}

/** In milliseconds. */
export interface FrameTimes {
  /** In the queue; all of it where no worker was free in time. */
  readonly waitMs: number
  /** With a worker, from its being sent to its answer. */
  readonly workMs: number
  /** What the worker did of that; nothing where it is on another machine that does not tell. */
  readonly stages: readonly StageTime[]
}

/** What came of a frame, and how long it took. */
export interface TimedMeasurement extends FrameTimes {
  readonly measurement: Measurement
}

/** Told in the context of whoever asked, just before they have the measurement. */
export interface FrameDone extends FrameTimes {
  readonly kind: 'frame_done'
  readonly outcome: Measurement['outcome']
}

/** Puts the time since the last lap, or since the start, down to a stage. */
export type Lap = (stage: Stage) => void

/** @param now a clock that never goes backwards, in milliseconds */
export function startLaps(now: () => number): { readonly lap: Lap; readonly times: readonly StageTime[] } {
  const times: StageTime[] = []
  let since = now()
  return {
    times,
    lap: (stage) => {
      const at = now()
      times.push({ stage, ms: at - since })
      since = at
    },
  }
}
