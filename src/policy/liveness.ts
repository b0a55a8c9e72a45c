/** Whether the evidence of a challenge is of one living person in one take. Pure; every comparison fails closed on NaN. */
import type { ChallengeStep, PoseName } from './challenge.ts'

/** Measured on the frames of one step that counted. */
export interface StepEvidence {
  readonly pose: PoseName
  /** Comparison score of each frame with the templates; empty where there are none to compare with. */
  readonly scores: readonly number[]
  /** Residual of the best affine map from the first frontal look; of marked turns alone. */
  readonly affineResidual?: number | undefined
  /** Least comparison score between two frames of the step. */
  readonly leastAlike: number
}

export interface TakeEvidence {
  readonly steps: readonly StepEvidence[]
  /** Score of the first frontal look with the last. */
  readonly frontalAgreement: number
  /** Largest wander of the face’s middle between two frames, in widths of the face. */
  readonly mostWander: number
  /** Largest change of what is behind the person between two frames, 0…255. */
  readonly mostBackdropChange: number
  /** Frames without one face, between the first good frame and the last. */
  readonly facelessFrames: number
  readonly seconds: number
}

export const livenessLimits = {
  /**
   * Five landmarks, averaged over four frames: people who turned gave 0.07 to 0.115; a flat photograph, turned or tilted
   * by up to 50°, at most 0.032; two frontal looks of one person at most 0.046.
   */
  leastAffineResidual: 0.05,
  /** A turned face resembles its templates less than a frontal one. */
  leastTurnedScore: 0.25,
  /** A still is this much like itself in all its frames; a person sitting still is not. */
  mostAlike: 0.9985,
  mostWander: 0.9,
  mostBackdropChange: 28,
  mostFacelessFrames: 3,
  /** Faster than a person can be told, turn and be told again. */
  leastSeconds: 1.5,
} as const

export type LivenessVerdict =
  | { readonly outcome: 'live' }
  /** For the attempt record alone: the person sees one sentence. */
  | { readonly outcome: 'not_live'; readonly reason: LivenessReason }

export type LivenessReason = 'flat' | 'still' | 'not_one_person' | 'not_one_take' | 'too_fast'

/** @param minScore threshold of the operating point, which every frontal frame must reach against the templates. */
export function judgeLiveness(evidence: TakeEvidence, minScore: number): LivenessVerdict {
  const at = livenessLimits
  const refuse = (reason: LivenessReason): LivenessVerdict => ({ outcome: 'not_live', reason })
  if (!(evidence.seconds >= at.leastSeconds)) return refuse('too_fast')
  if (!isOneTake(evidence)) return refuse('not_one_take')
  if (!evidence.steps.every((step) => step.leastAlike <= at.mostAlike)) return refuse('still')
  const turned = evidence.steps.filter(({ pose }) => isTurn(pose))
  if (!turned.every((step) => (step.affineResidual ?? NaN) >= at.leastAffineResidual)) return refuse('flat')
  if (!(evidence.frontalAgreement >= minScore)) return refuse('not_one_person')
  if (!evidence.steps.every((step) => isOwn(step))) return refuse('not_one_person')
  return { outcome: 'live' }
}

function isOneTake({ mostWander, mostBackdropChange, facelessFrames }: TakeEvidence): boolean {
  const at = livenessLimits
  return (
    mostWander <= at.mostWander &&
    mostBackdropChange <= at.mostBackdropChange &&
    facelessFrames <= at.mostFacelessFrames
  )
}

function isTurn(pose: PoseName): boolean {
  return pose !== 'front' && pose !== 'closer'
}

/** Frontal frames are held to the threshold by the decision itself, on their mean; each alone must not be somebody else. */
function isOwn({ scores }: StepEvidence): boolean {
  return scores.every((score) => score >= livenessLimits.leastTurnedScore)
}

/** Whether these steps ask for liveness at all. */
export function provesLiveness(steps: readonly ChallengeStep[]): boolean {
  return steps.some((step) => step.isMarked)
}
