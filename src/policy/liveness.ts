/** Whether the evidence of a challenge is of one living person in one take. Pure; every comparison fails closed on NaN. */
import type { ChallengeStep, HeadPose, PoseName } from './challenge.ts'

/** Measured on the frames of one step that counted. */
export interface StepEvidence {
  readonly pose: PoseName
  /** Comparison score of each frame with the templates; empty where there are none to compare with. */
  readonly scores: readonly number[]
  /** How far the head was turned from the first frontal look, on average: by `HeadPose`’s yaw and pitch. */
  readonly turn: HeadPose
  /** Residual of the best affine map from the first frontal look. */
  readonly affineResidual: number
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
   * Over 26 rigid points of the mesh, averaged over at least four frames. Heads turned by 15° gave 0.054 or more and
   * 20° to the side 0.075 to 0.13; two frontal looks of one person up to 0.045; a flat card tilted by up to 50° up to
   * 0.022, and turned so far that it is refused for its yaw, 0.074; bent cards less for their turn than heads.
   */
  leastAffineResidual: { atAll: 0.048, perYaw: 0.25, perPitchDegree: 0.003 },
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

export type LivenessReason = 'flat' | 'still' | 'not_one_person' | 'not_one_take' | 'too_fast' | 'not_asked'

/** @param minScore threshold of the operating point, which every frontal frame must reach against the templates. */
export function judgeLiveness(evidence: TakeEvidence, minScore: number): LivenessVerdict {
  const at = livenessLimits
  const refuse = (reason: LivenessReason): LivenessVerdict => ({ outcome: 'not_live', reason })
  if (!(evidence.seconds >= at.leastSeconds)) return refuse('too_fast')
  if (!isOneTake(evidence)) return refuse('not_one_take')
  if (!evidence.steps.every((step) => step.leastAlike <= at.mostAlike)) return refuse('still')
  const turned = evidence.steps.filter(({ pose }) => isTurn(pose))
  if (!turned.every(isDeep)) return refuse('flat')
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

/** The further a head turns, the more of it no affine map explains; a bent photograph falls behind. */
function isDeep({ pose, turn, affineResidual }: StepEvidence): boolean {
  const { leastAffineResidual: least } = livenessLimits
  const isSideways = pose === 'left' || pose === 'right'
  const byTurn = isSideways ? Math.abs(turn.yaw) * least.perYaw : Math.abs(turn.pitch) * least.perPitchDegree
  return affineResidual >= least.atAll && affineResidual >= byTurn
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
