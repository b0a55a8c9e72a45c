/** False non-match rates of a population: every picture against the others of the same person, with their bounds. */
import { compare } from '../face/comparison.ts'
import type { RateIntervals, Gallery } from './false-matches.ts'
import { clopperPearson, oneSided } from './intervals.ts'
import { drawWithReplacement, percentileInterval, type Resampling } from './resampling.ts'

export interface FalseNonMatches {
  /** People with two pictures or more. */
  readonly subjects: number
  readonly genuinePairs: number
  /** Every person weighs the same; `undefined` where nobody has two pictures. */
  rateAt(threshold: number): number | undefined
  /** Each end holds by itself with 95 % confidence. */
  intervalsAt(threshold: number): RateIntervals
}

export function measureFalseNonMatches(
  galleries: readonly Gallery[],
  { random, resamples }: Resampling,
): FalseNonMatches {
  const people = galleries.filter((gallery) => gallery.length > 1).map(compareWithin)
  const draws = Array.from({ length: resamples }, () => drawWithReplacement(people.length, random))
  const ratesAt = (threshold: number) => people.map((scores) => shareBelow(scores, threshold))
  const mean = (rates: readonly number[]) => rates.reduce((sum, each) => sum + each, 0) / rates.length
  return {
    subjects: people.length,
    genuinePairs: people.reduce((sum, scores) => sum + scores.length, 0),
    rateAt: (threshold) => (people.length === 0 ? undefined : mean(ratesAt(threshold))),
    intervalsAt: (threshold) => {
      const rates = ratesAt(threshold)
      if (rates.length === 0) return { clopperPearson: [0, 1], subjectBootstrap: [0, 1] }
      const resampled = draws.map((times) => weightedMean(rates, times))
      return {
        // As if each person were one trial: pictures of one person are no independent trials.
        clopperPearson: clopperPearson(mean(rates) * rates.length, rates.length, oneSided),
        subjectBootstrap: percentileInterval(Float64Array.from(resampled), oneSided),
      }
    },
  }
}

/** Scores of all pairs of a person's pictures, lowest first. */
function compareWithin(gallery: Gallery): Float64Array {
  const scores = gallery.flatMap((probe, at) =>
    gallery.slice(at + 1).map((reference) => compare(probe, reference)),
  )
  return Float64Array.from(scores).sort()
}

function shareBelow(sorted: Float64Array, threshold: number): number {
  const first = sorted.findIndex((score) => score >= threshold)
  return first < 0 ? 1 : first / sorted.length
}

function weightedMean(rates: readonly number[], times: Uint32Array): number {
  return rates.reduce((sum, rate, at) => sum + rate * (times[at] ?? 0), 0) / rates.length
}
