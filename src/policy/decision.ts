/** Evidence of one face attempt and the operating point → accept or not. Pure. */
import { isPresentationAttack, type LivenessEvidence } from './presentation-attack.ts'

export interface Evidence {
  /** Best comparison score over the gallery; undefined where there was no template to compare with. */
  readonly score: number | undefined
  readonly liveness: LivenessEvidence
  /** Whether `lockout` let the attempt go on. */
  readonly isAdmitted: boolean
}

export interface DecisionPoint {
  readonly minScore: number
}

/** `reason` is for the attempt record alone: the person sees one sentence for all of them. */
export type Decision =
  | { readonly outcome: 'accept' }
  | { readonly outcome: 'retry'; readonly reason: 'presentation_attack' | 'no_match' | 'no_template' }
  | { readonly outcome: 'lock'; readonly reason: 'too_many_attempts' }

export function decide(evidence: Evidence, at: DecisionPoint): Decision {
  // Lock first: the score of an attempt that was not admitted decides nothing, however high it is.
  if (!evidence.isAdmitted) return { outcome: 'lock', reason: 'too_many_attempts' }
  // Liveness next: how well a photograph resembles its person is nobody's business.
  if (isPresentationAttack(evidence.liveness)) return { outcome: 'retry', reason: 'presentation_attack' }
  if (evidence.score === undefined) return { outcome: 'retry', reason: 'no_template' }
  // Written so that a NaN on either side refuses.
  if (!(evidence.score >= at.minScore)) return { outcome: 'retry', reason: 'no_match' }
  return { outcome: 'accept' }
}
