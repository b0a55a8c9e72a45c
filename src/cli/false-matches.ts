/** False match rates of a population: every picture against every one of other people, with their bounds. */
import { compare } from '../face/comparison.ts'
import type { Embedding } from '../face/embedding.ts'
import { clopperPearson, type Interval, oneSided, upperBound95 } from './intervals.ts'
import { drawWithReplacement, percentileInterval, type Resampling } from './resampling.ts'
import { binCount, binOf, createScoreTally, lowestThreshold, type ScoreTally } from './score-tally.ts'

/** The pictures of one person. */
export type Gallery = readonly Embedding[]

export interface FalseMatches {
  readonly subjects: number
  readonly subjectPairs: number
  /** Pairs of pictures of two people. */
  readonly impostorPairs: number
  readonly highestScore: number
  /** Below it nothing is claimed: two people at least, and the rule of three over their pairs. */
  readonly smallestSupportedFmr: number
  /** Every pair of people weighs the same, or the few with hundreds of pictures would speak for all. */
  rateAt(threshold: number): number
  /** Each end holds by itself with 95 % confidence. */
  intervalsAt(threshold: number): RateIntervals
  /** The more cautious of both upper ends. */
  upperAt(threshold: number): number
}

export interface RateIntervals {
  readonly clopperPearson: Interval
  readonly subjectBootstrap: Interval
}

/**
 * The pictures of the same two people are no independent trials: Clopper-Pearson counts pairs of people, as if each
 * were one trial. Nor are the pairs that one person is in: the bootstrap draws people. The first knows what a data
 * set without an event hides, the second what a person who resembles many does; so the more cautious one counts.
 * @param highestFmr the bounds are known up to some times this rate, and taken as 1 beyond it.
 */
export function measureFalseMatches(
  galleries: readonly Gallery[],
  highestFmr: number,
  resampling: Resampling,
): FalseMatches {
  const tally = createScoreTally()
  forEachImpostor(galleries, ({ score, weight }) => {
    tally.add(score, weight)
  })
  const subjectPairs = (galleries.length * (galleries.length - 1)) / 2
  const bootstrap = resampleRates(galleries, selectHighest(galleries, tally, highestFmr), resampling)
  const intervalsAt = (threshold: number) => ({
    clopperPearson: clopperPearson(tally.shareFrom(threshold) * subjectPairs, subjectPairs, oneSided),
    subjectBootstrap: bootstrap(threshold),
  })
  return {
    subjects: galleries.length,
    subjectPairs,
    impostorPairs: tally.countFrom(-1),
    highestScore: tally.highest(),
    smallestSupportedFmr: upperBound95(0, subjectPairs),
    rateAt: (threshold) => tally.shareFrom(threshold),
    intervalsAt,
    upperAt: (threshold) => {
      const { clopperPearson: exact, subjectBootstrap } = intervalsAt(threshold)
      return Math.max(exact[1], subjectBootstrap[1])
    },
  }
}

/** One comparison of pictures of two people, named by their place. */
interface Impostor {
  readonly one: number
  readonly other: number
  readonly score: number
  readonly weight: number
}

function forEachImpostor(galleries: readonly Gallery[], take: (impostor: Impostor) => void): void {
  for (const [one, probes] of galleries.entries()) {
    for (let other = one + 1; other < galleries.length; other++) {
      const references = galleries[other] ?? []
      const weight = 1 / (probes.length * references.length)
      comparePictures(probes, references, (score) => {
        take({ one, other, score, weight })
      })
    }
  }
}

function comparePictures(probes: Gallery, references: Gallery, take: (score: number) => void): void {
  for (const probe of probes) {
    for (const reference of references) take(compare(probe, reference))
  }
}

/** The scores that a threshold of interest might let pass, as columns: millions fit. */
interface HighScores {
  readonly lowestBin: number
  readonly one: Uint32Array
  readonly other: Uint32Array
  readonly bin: Uint32Array
  readonly weight: Float64Array
}

/** An upper bound lies above its rate: scores beyond the rate of interest are needed to see where it crosses. */
const margin = 2

function selectHighest(galleries: readonly Gallery[], tally: ScoreTally, highestFmr: number): HighScores {
  const lowest = lowestThreshold((threshold) => tally.shareFrom(threshold) <= highestFmr * margin)
  const [lowestBin, count] = [binOf(lowest), tally.countFrom(lowest)]
  const [one, other, bin] = [new Uint32Array(count), new Uint32Array(count), new Uint32Array(count)]
  const weight = new Float64Array(count)
  let at = 0
  forEachImpostor(galleries, (impostor) => {
    const scoreBin = binOf(impostor.score)
    if (scoreBin < lowestBin) return
    one[at] = impostor.one
    other[at] = impostor.other
    bin[at] = scoreBin
    weight[at] = impostor.weight
    at += 1
  })
  return { lowestBin, one, other, bin, weight }
}

/** A pair of people counts as often as both were drawn; a person drawn twice is no impostor of himself. */
function resampleRates(
  galleries: readonly Gallery[],
  scores: HighScores,
  { random, resamples }: Resampling,
): (threshold: number) => Interval {
  const bins = binCount - scores.lowestBin
  const rates = new Float64Array(bins * resamples)
  for (let draw = 0; draw < resamples; draw++) {
    const times = drawWithReplacement(galleries.length, random)
    const pairs = (galleries.length ** 2 - times.reduce((sum, each) => sum + each ** 2, 0)) / 2
    const passed = addUp(scores, times, bins)
    // One person drawn alone is nobody's impostor: nothing is known then.
    for (let at = 0; at < bins; at++) rates[at * resamples + draw] = pairs > 0 ? (passed[at] ?? 1) / pairs : 1
  }
  const intervals = Array.from({ length: bins }, (_, at) =>
    percentileInterval(rates.subarray(at * resamples, (at + 1) * resamples), oneSided),
  )
  return (threshold) => intervals[binOf(threshold) - scores.lowestBin] ?? [0, 1]
}

/** The weight of the scores in each bin and all above it. */
function addUp(
  { lowestBin, one, other, bin, weight }: HighScores,
  times: Uint32Array,
  bins: number,
): Float64Array {
  const passed = new Float64Array(bins)
  for (let at = 0; at < bin.length; at++) {
    const often = (times[one[at] ?? 0] ?? 0) * (times[other[at] ?? 0] ?? 0)
    if (often === 0) continue
    const place = (bin[at] ?? 0) - lowestBin
    passed[place] = (passed[place] ?? 0) + often * (weight[at] ?? 0)
  }
  for (let place = bins - 2; place >= 0; place--) {
    passed[place] = (passed[place] ?? 0) + (passed[place + 1] ?? 0)
  }
  return passed
}
