/** Error rates of presentation attack detection (ISO/IEC 30107-3): pure functions over liveness scores of captures. */
import { isPresentationAttack, median, weighLiveness } from '../policy/presentation-attack.ts'
import { clopperPearson, type Interval, twoSided } from './intervals.ts'

/** Liveness scores of the frames of one capture that could be measured; none where it failed to acquire a face. */
export type CaptureScores = readonly number[]

export interface Rate {
  /** Captures that gave a score. */
  readonly captures: number
  /** Captures in which no frame could be measured: in neither part of the rate. */
  readonly failuresToAcquire: number
  readonly errors: number
  /** `null` where there was no capture to rate. */
  readonly rate: number | null
  /** 95 %, Clopper-Pearson: as if each capture were independent of the others. */
  readonly interval: Interval
}

export interface SpeciesRate extends Rate {
  readonly species: string
}

export interface PadRates {
  readonly threshold: number
  /** Bona fide presentations that are refused. */
  readonly bpcer: Rate
  /** Attack presentations that are taken for bona fide, for each species apart. */
  readonly apcer: readonly SpeciesRate[]
  /** The species with the highest APCER, which is that of the subsystem; of equal ones that with the higher bound. */
  readonly worst: SpeciesRate | null
}

export interface Evaluated {
  readonly bonaFide: readonly CaptureScores[]
  readonly attacks: ReadonlyMap<string, readonly CaptureScores[]>
}

export function ratePad({ bonaFide, attacks }: Evaluated, threshold: number): PadRates {
  const isRefused = (scores: CaptureScores) => isPresentationAttack(weighLiveness(scores, threshold))
  const apcer = [...attacks].map(([species, captures]) => ({
    species,
    ...rate(captures, (scores) => !isRefused(scores)),
  }))
  return { threshold, bpcer: rate(bonaFide, isRefused), apcer, worst: findWorst(apcer) }
}

function rate(captures: readonly CaptureScores[], isError: (scores: CaptureScores) => boolean): Rate {
  const acquired = captures.filter((scores) => scores.length > 0)
  const errors = acquired.filter(isError).length
  return {
    captures: acquired.length,
    failuresToAcquire: captures.length - acquired.length,
    errors,
    rate: acquired.length === 0 ? null : errors / acquired.length,
    interval: clopperPearson(errors, acquired.length, twoSided),
  }
}

function findWorst(species: readonly SpeciesRate[]): SpeciesRate | null {
  const [worst] = species
    .filter(({ rate: each }) => each !== null)
    .toSorted((one, other) => (other.rate ?? 0) - (one.rate ?? 0) || other.interval[1] - one.interval[1])
  return worst ?? null
}

/** Of the captures that acquired a face. */
export function lowestMedian(captures: readonly CaptureScores[]): number | null {
  const medians = captures.filter((scores) => scores.length > 0).map(median)
  return medians.length === 0 ? null : Math.min(...medians)
}

/** Thresholds at which the trade is told. */
export const toldThresholds: readonly number[] = [0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95]
