/** Liveness scores of one capture → is it refused as a presentation attack (ISO/IEC 30107-3)? Deny-only: a high score grants nothing. Pure. */

export type LivenessEvidence =
  /** The networks for it are not here. */
  | { readonly outcome: 'not_judged' }
  /** `score` is the median over the frames; NaN where there is none. */
  | { readonly outcome: 'judged'; readonly score: number; readonly minLiveness: number }

/**
 * @param scores of the frames that the capture counts, 0…1 each.
 * @param minLiveness the calibrated threshold; `undefined` where the networks are absent.
 */
export function weighLiveness(scores: readonly number[], minLiveness: number | undefined): LivenessEvidence {
  if (minLiveness === undefined) return { outcome: 'not_judged' }
  return { outcome: 'judged', score: median(scores), minLiveness }
}

export function isPresentationAttack(evidence: LivenessEvidence): boolean {
  if (evidence.outcome === 'not_judged') return false
  // Written so that a NaN on either side refuses.
  return !(evidence.score >= evidence.minLiveness)
}

/** NaN where there is no value, or one of them is NaN: a frame that could not be scored speaks against the capture. */
export function median(values: readonly number[]): number {
  if (values.some((value) => Number.isNaN(value))) return NaN
  const sorted = values.toSorted((one, other) => one - other)
  const middle = sorted.length / 2
  const [lower = NaN, upper = NaN] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]]
  return (lower + upper) / 2
}
