/** Evidence of one face attempt and the operating point → accept or not. Pure. */
import type { FlashVerdict } from './colour-flash.ts'
import type { LivenessVerdict } from './liveness.ts'
import { isPresentationAttack, type LivenessEvidence } from './presentation-attack.ts'

export interface Evidence {
  /** Best comparison score over the gallery; undefined where there was no template to compare with. */
  readonly score: number | undefined
  /** Whether `lockout` let the attempt go on. */
  readonly isAdmitted: boolean
  /** What the challenge showed. */
  readonly challenge: LivenessVerdict
  /** What coloured light showed, where it was asked for. */
  readonly flash: FlashVerdict
  /** What the networks say: evidence against, never for. */
  readonly liveness: LivenessEvidence
}

export interface DecisionPoint {
  readonly minScore: number
}

/** `reason` is for the attempt record alone: the person sees one sentence for all of them. */
export type Decision =
  | { readonly outcome: 'accept' }
  | { readonly outcome: 'retry'; readonly reason: 'no_match' | 'no_template' | 'presentation_attack' }
  | { readonly outcome: 'lock'; readonly reason: 'too_many_attempts' }

export function decide(evidence: Evidence, at: DecisionPoint): Decision {
  // Lock first: the score of an attempt that was not admitted decides nothing, however high it is.
  if (!evidence.isAdmitted) return { outcome: 'lock', reason: 'too_many_attempts' }
  // Liveness next: how well a photograph resembles its person is nobody's business.
  if (isPresentationAttack(evidence.liveness)) return { outcome: 'retry', reason: 'presentation_attack' }
  if (evidence.flash.outcome === 'unanswered') return { outcome: 'retry', reason: 'presentation_attack' }
  if (evidence.score === undefined) return { outcome: 'retry', reason: 'no_template' }
  if (evidence.challenge.outcome !== 'live') return { outcome: 'retry', reason: reasonOf(evidence.challenge) }
  // Written so that a NaN on either side refuses.
  if (!(evidence.score >= at.minScore)) return { outcome: 'retry', reason: 'no_match' }
  return { outcome: 'accept' }
}

/** Somebody else in front of the camera is no attack on the camera. */
function reasonOf({
  reason,
}: Extract<LivenessVerdict, { outcome: 'not_live' }>): 'no_match' | 'presentation_attack' {
  return reason === 'not_one_person' ? 'no_match' : 'presentation_attack'
}
