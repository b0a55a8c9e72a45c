/** Millions of comparison scores, kept as a fine histogram. */

/** Bins per unit of score: thresholds are told to a ten-thousandth. */
const binsPerUnit = 10_000
export const binCount = 2 * binsPerUnit + 2

/** A score on a boundary belongs above it, whatever rounding made of it. */
export function binOf(score: number): number {
  return Math.floor((score + 1) * binsPerUnit + 1e-6)
}

/** The least score of a bin. */
function thresholdOf(bin: number): number {
  return Math.round(bin - binsPerUnit) / binsPerUnit
}

/** The lowest threshold, to a ten-thousandth, that satisfies a claim that holds from some threshold on. */
export function lowestThreshold(holds: (threshold: number) => boolean): number {
  // Halving: the claim fails below some bin and holds from it on.
  let [fails, sure] = [0, binCount - 1]
  while (sure - fails > 1) {
    const middle = (fails + sure) >> 1
    if (holds(thresholdOf(middle))) sure = middle
    else fails = middle
  }
  return thresholdOf(sure)
}

export interface ScoreTally {
  /** Counts a score with a weight. */
  add(score: number, weight: number): void
  /** The weighted share of scores at or above a threshold. */
  shareFrom(threshold: number): number
  /** The number of scores at or above a threshold. */
  countFrom(threshold: number): number
  highest(): number
}

export function createScoreTally(): ScoreTally {
  const weights = new Float64Array(binCount)
  const counts = new Float64Array(binCount)
  const seen = { highest: -1 }
  const sum = (values: Float64Array, from = 0) => values.subarray(from).reduce((all, each) => all + each, 0)
  return {
    add: (score, weight) => {
      const bin = binOf(score)
      weights[bin] = (weights[bin] ?? 0) + weight
      counts[bin] = (counts[bin] ?? 0) + 1
      seen.highest = Math.max(seen.highest, score)
    },
    shareFrom: (threshold) => sum(weights, binOf(threshold)) / sum(weights),
    countFrom: (threshold) => sum(counts, binOf(threshold)),
    highest: () => seen.highest,
  }
}
