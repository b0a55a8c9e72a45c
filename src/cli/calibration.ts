/** From embeddings of many people to the threshold of a wanted false match rate: pure. */
import { type FalseMatches, type Gallery, measureFalseMatches, type RateIntervals } from './false-matches.ts'
import { type FalseNonMatches, measureFalseNonMatches } from './false-non-matches.ts'
import { trialsFor } from './intervals.ts'
import type { Resampling } from './resampling.ts'
import { roundRate, roundRateUp, writeRate } from './rounding.ts'
import { lowestThreshold } from './score-tally.ts'

/** FMRs for which a threshold is sought besides the wanted one, where the data can support it. */
const usualFmrs = [1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2] as const

export interface Population {
  /** One gallery per person, none of them empty. */
  readonly galleries: readonly Gallery[]
  /** By name: the galleries of the same people who belong to it. */
  readonly groups: ReadonlyMap<string, readonly Gallery[]>
}

export interface GroupRates {
  readonly group: string
  readonly subjects: number
  readonly impostorPairs: number
  readonly smallestSupportedFmr: number
  readonly fmr: number
  readonly fmrUpper: number
  readonly fmrIntervals: RateIntervals
  /** Absent where nobody of the group has two pictures. */
  readonly fnmr?: number
  readonly fnmrIntervals?: RateIntervals
}

export interface Point {
  readonly fmr: number
  readonly fmrUpper: number
  readonly threshold: number
  readonly fnmr: number
}

export interface AttemptCost {
  readonly templates: number
  readonly attempts: number
  /** 1 − (1 − FMR)^(templates · attempts), at the upper bound of the FMR. */
  readonly falseMatchChance: number
}

interface Extent {
  readonly targetFmr: number
  readonly subjects: number
  readonly images: number
  readonly subjectPairs: number
  readonly impostorPairs: number
  readonly genuineSubjects: number
  readonly genuinePairs: number
  readonly highestImpostor: number
  /** Of the group that supports least, where there are groups. */
  readonly smallestSupportedFmr: number
}

export interface CalibrationResult extends Extent {
  readonly outcome: 'calibrated'
  readonly threshold: number
  /** Of all people; `fmrUpper` is that of the worst group. */
  readonly fmr: number
  readonly fmrUpper: number
  readonly fmrIntervals: RateIntervals
  readonly fnmr: number
  readonly fnmrIntervals: RateIntervals
  /** The group whose bound is highest at the threshold. */
  readonly worstGroup?: string
  readonly groups: readonly GroupRates[]
  readonly costs: readonly AttemptCost[]
  /** Strictest first. */
  readonly points: readonly Point[]
}

interface Refusal {
  readonly reason: string
  /** Zero where more people would not help. */
  readonly morePeopleNeeded: number
}

export interface CalibrationRefusal extends Extent, Refusal {
  readonly outcome: 'refused'
}

/** The people of a group, or all of them: a threshold must hold in every part. */
interface Part {
  readonly group: string | undefined
  readonly galleries: readonly Gallery[]
  readonly matches: FalseMatches
}

/** A claim is made only where the more cautious 95 % upper bound holds it, in the worst group too. */
export function calibratePopulation(
  { galleries, groups }: Population,
  targetFmr: number,
  resampling: Resampling,
): CalibrationResult | CalibrationRefusal {
  const toPart = (group: string | undefined, some: readonly Gallery[]): Part => ({
    group,
    galleries: some,
    matches: measureFalseMatches(some, Math.max(targetFmr, ...usualFmrs), resampling),
  })
  const whole = toPart(undefined, galleries)
  const parts = [whole, ...[...groups].map(([group, some]) => toPart(group, some))]
  const misses = measureFalseNonMatches(galleries, resampling)
  const extent = {
    targetFmr,
    subjects: galleries.length,
    images: galleries.reduce((sum, gallery) => sum + gallery.length, 0),
    subjectPairs: whole.matches.subjectPairs,
    impostorPairs: whole.matches.impostorPairs,
    genuineSubjects: misses.subjects,
    genuinePairs: misses.genuinePairs,
    highestImpostor: whole.matches.highestScore,
    smallestSupportedFmr: smallestSupported(parts),
  }
  const threshold = lowestThreshold((each) => upperAt(parts, each) <= targetFmr)
  const refusal = refuseTarget(parts, targetFmr) ?? refuseScores(misses, threshold)
  if (refusal !== undefined) return { outcome: 'refused', ...refusal, ...extent }
  return {
    outcome: 'calibrated',
    ...extent,
    ...rateThreshold(parts, misses, { threshold, targetFmr, resampling }),
  }
}

function smallestSupported(parts: readonly Part[]): number {
  return roundRateUp(Math.max(...parts.map((part) => part.matches.smallestSupportedFmr)))
}

function upperAt(parts: readonly Part[], threshold: number): number {
  return Math.max(...parts.map((part) => part.matches.upperAt(threshold)))
}

/** Even without one false match, so few people could not show that the rate is so low. */
function refuseTarget(parts: readonly Part[], targetFmr: number): Refusal | undefined {
  const [short] = parts
    .filter(({ matches }) => !(matches.smallestSupportedFmr <= targetFmr))
    .sort((one, other) => other.matches.smallestSupportedFmr - one.matches.smallestSupportedFmr)
  if (short === undefined) return undefined
  const { subjects, subjectPairs, smallestSupportedFmr } = short.matches
  const morePeopleNeeded = peopleFor(targetFmr) - subjects
  const who = short.group === undefined ? 'people' : `people of the group ${short.group}`
  const reason =
    `a false match rate of ${writeRate(targetFmr)} cannot be claimed from ${subjects} ${who}: ` +
    `their ${subjectPairs} pairs support ${writeRate(roundRateUp(smallestSupportedFmr))} at best. ` +
    `${morePeopleNeeded} more ${who} would be needed`
  return { reason, morePeopleNeeded }
}

/** The least number of people who make enough pairs for the rule of three. */
export function peopleFor(fmr: number): number {
  return Math.ceil((1 + Math.sqrt(1 + 8 * trialsFor(fmr))) / 2)
}

function refuseScores(misses: FalseNonMatches, threshold: number): Refusal | undefined {
  if (misses.subjects === 0) {
    const reason = 'nobody has two pictures: what a threshold costs genuine people cannot be measured'
    return { reason, morePeopleNeeded: 1 }
  }
  if (threshold <= 1) return undefined
  const reason = 'no threshold keeps the rate: the same picture lies in the folders of several people'
  return { reason, morePeopleNeeded: 0 }
}

interface Choice {
  readonly threshold: number
  readonly targetFmr: number
  readonly resampling: Resampling
}

function rateThreshold(parts: readonly Part[], misses: FalseNonMatches, choice: Choice) {
  const { threshold, targetFmr, resampling } = choice
  const groups = parts.slice(1).map((part) => rateGroup(part, threshold, resampling))
  const [worst] = groups.toSorted((one, other) => other.fmrUpper - one.fmrUpper)
  const [chosen] = listPoints(parts, misses, [targetFmr])
  const [whole] = parts
  if (whole === undefined || chosen === undefined)
    throw new Error('a threshold was rated before it was found')
  return {
    ...chosen,
    fmrIntervals: whole.matches.intervalsAt(threshold),
    fnmrIntervals: misses.intervalsAt(threshold),
    ...(worst === undefined ? {} : { worstGroup: worst.group }),
    groups,
    costs: countAttempts(chosen.fmrUpper),
    points: listPoints(parts, misses, [...usualFmrs, targetFmr]),
  }
}

function rateGroup(
  { group = '', galleries, matches }: Part,
  threshold: number,
  resampling: Resampling,
): GroupRates {
  const misses = measureFalseNonMatches(galleries, resampling)
  const fnmr = misses.rateAt(threshold)
  return {
    group,
    subjects: matches.subjects,
    impostorPairs: matches.impostorPairs,
    smallestSupportedFmr: roundRateUp(matches.smallestSupportedFmr),
    fmr: roundRate(matches.rateAt(threshold)),
    fmrUpper: roundRateUp(matches.upperAt(threshold)),
    fmrIntervals: matches.intervalsAt(threshold),
    ...(fnmr === undefined ? {} : { fnmr: roundRate(fnmr), fnmrIntervals: misses.intervalsAt(threshold) }),
  }
}

/** One threshold per FMR that is supported; several FMRs may share one. */
function listPoints(
  parts: readonly Part[],
  misses: FalseNonMatches,
  fmrs: readonly number[],
): readonly Point[] {
  const supported = fmrs.filter((fmr) => fmr >= smallestSupported(parts)).sort((one, other) => one - other)
  const points = new Map<number, Point>()
  for (const wanted of supported) {
    const threshold = lowestThreshold((each) => upperAt(parts, each) <= wanted)
    if (threshold > 1 || points.has(threshold)) continue
    points.set(threshold, {
      fmr: roundRate(parts[0]?.matches.rateAt(threshold) ?? 1),
      // Rounding up must not carry the bound past what it was chosen to hold.
      fmrUpper: Math.min(wanted, roundRateUp(upperAt(parts, threshold))),
      threshold,
      fnmr: roundRate(misses.rateAt(threshold) ?? 1),
    })
  }
  return [...points.values()]
}

/** One template and the most that are enrolled; one attempt, as many as NIST SP 800-63B-4 lets follow each other, and all. */
const costTable = { templates: [1, 5, 10], attempts: [1, 5, 50] } as const

export function countAttempts(fmr: number): readonly AttemptCost[] {
  return costTable.templates.flatMap((templates) =>
    costTable.attempts.map((attempts) => ({
      templates,
      attempts,
      falseMatchChance: roundRateUp(-Math.expm1(templates * attempts * Math.log1p(-fmr))),
    })),
  )
}
