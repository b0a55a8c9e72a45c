/** Bootstrap resampling (Efron and Tibshirani, 1993): the same data as if other people had come. */
import type { Interval } from './intervals.ts'

/** Uniform in 0…1, 1 left out. */
export type Random = () => number

/** How a bootstrap is drawn: whoever calls brings the randomness. */
export interface Resampling {
  readonly random: Random
  readonly resamples: number
}

/**
 * The same numbers for the same seed, so that a report can be made again to the last digit (sfc32 by C. Doty-Humphrey).
 * No secret may come of it.
 */
export function createSeededRandom(seed: number): Random {
  const state = new Uint32Array([seed, 0x9e3779b9, 0x243f6a88, 1])
  const next = () => {
    const [a = 0, b = 0, c = 0, counter = 0] = state
    const drawn = (a + b + counter) >>> 0
    state.set([b ^ (b >>> 9), c + (c << 3), ((c << 21) | (c >>> 11)) + drawn, counter + 1])
    return drawn / 2 ** 32
  }
  // The seed reaches every bit of the state only after some rounds.
  for (let round = 0; round < 16; round++) next()
  return next
}

/** Draws as many as there are, with replacement: how often each one came. */
export function drawWithReplacement(count: number, random: Random): Uint32Array {
  const times = new Uint32Array(count)
  for (let draw = 0; draw < count; draw++) {
    const drawn = Math.floor(random() * count)
    times[drawn] = (times[drawn] ?? 0) + 1
  }
  return times
}

/** The percentile interval of resampled values, with `tail` of them beyond each end. Sorts what it is given. */
export function percentileInterval(values: Float64Array, tail: number): Interval {
  values.sort()
  const beyond = Math.floor(values.length * tail)
  return [values[beyond] ?? NaN, values[values.length - 1 - beyond] ?? NaN]
}
