/** From a wanted false match rate to the threshold that was measured for it. */

/** One row of a calibration: what was measured at a threshold. `fmrUpper` is the upper bound of the 95 % interval. */
export interface CalibrationPoint {
  readonly threshold: number
  readonly fmrUpper: number
}

export interface OperatingPoint {
  /** Least comparison score, −1…1, at which a probe matches. */
  readonly minScore: number
  /** What the threshold was chosen for: FMR of one comparison. */
  readonly fmrPerComparison: number
}

export interface OperatingPointWish {
  /** Wanted false match rate of one attempt, all templates of the gallery together (ISO/IEC 19795-1, 3.24). */
  readonly targetFmr: number
  /** The most templates that one probe is compared with; the best of k comparisons errs about k times as often as one. */
  readonly templates: number
}

/**
 * The lowest measured threshold whose upper FMR bound holds the wish.
 * @returns undefined where the calibration supports no such claim; the caller must refuse rather than take the nearest.
 */
export function findOperatingPoint(
  points: readonly CalibrationPoint[],
  wish: OperatingPointWish,
): OperatingPoint | undefined {
  const fmrPerComparison = wish.targetFmr / wish.templates
  if (!(fmrPerComparison > 0)) return undefined
  let minScore = Infinity
  for (const point of points) {
    if (point.fmrUpper <= fmrPerComparison && point.threshold < minScore) minScore = point.threshold
  }
  return Number.isFinite(minScore) ? { minScore, fmrPerComparison } : undefined
}
