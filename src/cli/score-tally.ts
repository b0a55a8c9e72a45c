/** Millions of comparison scores, kept as a fine histogram. */
import { compare } from '../face/comparison.ts'
import type { Embedding } from '../face/embedding.ts'

/** Bins per unit of score: thresholds are told to a ten-thousandth. */
const binsPerUnit = 10_000

export interface ScoreTally {
  /** Compares the two and counts the score with a weight. */
  add(probe: Embedding, reference: Embedding, weight: number): void
  /** The weighted share of scores at or above a threshold. */
  shareFrom(threshold: number): number
  /** The lowest threshold, to a ten-thousandth, that satisfies a claim that holds from some threshold on. */
  lowestThreshold(holds: (threshold: number) => boolean): number
  count(): number
  highest(): number
}

export function createScoreTally(): ScoreTally {
  const weights = new Float64Array(2 * binsPerUnit + 2)
  const seen = { count: 0, highest: -1 }
  const binOf = (score: number) => Math.floor((score + 1) * binsPerUnit + 1e-6)
  const thresholdOf = (bin: number) => Math.round(bin - binsPerUnit) / binsPerUnit
  const shareFrom = (threshold: number) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0)
    return weights.subarray(binOf(threshold)).reduce((sum, weight) => sum + weight, 0) / total
  }
  return {
    add: (probe, reference, weight) => {
      const score = compare(probe, reference)
      const bin = binOf(score)
      weights[bin] = (weights[bin] ?? 0) + weight
      seen.count += 1
      seen.highest = Math.max(seen.highest, score)
    },
    shareFrom,
    lowestThreshold: (holds) => {
      // Halving: the claim fails below some bin and holds from it on.
      let [fails, sure] = [0, weights.length - 1]
      while (sure - fails > 1) {
        const middle = (fails + sure) >> 1
        if (holds(thresholdOf(middle))) sure = middle
        else fails = middle
      }
      return thresholdOf(sure)
    },
    count: () => seen.count,
    highest: () => seen.highest,
  }
}
