/** Which looks a capture asks for, one after the other, and whether a frame satisfies the one in hand. Pure. */

export type PoseName = 'front' | 'left' | 'right' | 'up' | 'down'

export interface ChallengeStep {
  readonly pose: PoseName
  /** Good frames in a row that satisfy the step. */
  readonly goodFrames: number
  readonly canSkip: boolean
}

/** One steady frontal look. The steps are data, so that more of them can be asked without a change of protocol. */
export const signInSteps: readonly ChallengeStep[] = [{ pose: 'front', goodFrames: 3, canSkip: false }]

export const enrolmentSteps: readonly ChallengeStep[] = [
  { pose: 'front', goodFrames: 2, canSkip: false },
  { pose: 'left', goodFrames: 1, canSkip: true },
  { pose: 'right', goodFrames: 1, canSkip: true },
  { pose: 'up', goodFrames: 1, canSkip: true },
  { pose: 'down', goodFrames: 1, canSkip: true },
]

/** Asked for again and again where skipped poses leave too few samples. */
export const furtherFrontalStep: ChallengeStep = { pose: 'front', goodFrames: 1, canSkip: false }

export interface Observation {
  /** Named defects of the frame, most telling first. */
  readonly defects: readonly string[]
  /** Landmark ratios as measured by `face/pose.ts`; absent where there is no face. */
  readonly pose?: { readonly yaw: number; readonly pitch: number } | undefined
  /** Middle of the face box in frame widths and heights, and the width of the box in frame widths. */
  readonly place?: { readonly x: number; readonly y: number; readonly width: number } | undefined
}

/** Ratios as in `face/pose.ts`: ±0.25 of yaw is about 20°. A slight turn, so that the sample still resembles the person at sign-in. */
export const poseLimits = {
  slightYaw: 0.1,
  slightPitch: 0.07,
  frontalYaw: 0.2,
  mostYaw: 0.6,
  mostPitch: 0.4,
} as const

/** How far the middle of the face may wander between two good frames, in widths of the face. */
const steadyWander = 0.35

export type Answer =
  | { readonly outcome: 'satisfied' }
  | { readonly outcome: 'good' }
  /** `hint` is a defect, or what is wrong with the pose. */
  | { readonly outcome: 'not_yet'; readonly hint: string }

export interface StepProgress {
  readonly goodFrames: number
  readonly previous?: Observation['place']
}

/** Weighs one frame against the step; the caller carries the count of good frames. */
export function weigh(step: ChallengeStep, progress: StepProgress, seen: Observation): Answer {
  const hint = findHint(step.pose, seen)
  if (hint !== undefined) return { outcome: 'not_yet', hint }
  if (!isSteady(progress.previous, seen.place)) return { outcome: 'not_yet', hint: 'moving' }
  return progress.goodFrames + 1 >= step.goodFrames ? { outcome: 'satisfied' } : { outcome: 'good' }
}

function findHint(wanted: PoseName, seen: Observation): string | undefined {
  // A step that asks for a turn must not complain about one.
  const defect = seen.defects.find((each) => wanted === 'front' || each !== 'turned')
  if (defect !== undefined) return defect
  if (seen.pose === undefined) return 'no_face'
  return isPose(wanted, seen.pose) ? undefined : `pose_${wanted}`
}

function isPose(wanted: PoseName, { yaw, pitch }: { readonly yaw: number; readonly pitch: number }): boolean {
  const isWithin = Math.abs(yaw) <= poseLimits.mostYaw && Math.abs(pitch) <= poseLimits.mostPitch
  if (!isWithin) return false
  switch (wanted) {
    case 'front':
      return Math.abs(yaw) <= poseLimits.frontalYaw
    case 'left':
      return yaw >= poseLimits.slightYaw
    case 'right':
      return yaw <= -poseLimits.slightYaw
    case 'up':
      return pitch >= poseLimits.slightPitch
    case 'down':
      return pitch <= -poseLimits.slightPitch
  }
}

function isSteady(previous: Observation['place'], now: Observation['place']): boolean {
  if (now === undefined) return false
  if (previous === undefined) return true
  const wander = Math.hypot(now.x - previous.x, now.y - previous.y) / now.width
  return wander <= steadyWander
}
