/** Intervals around a measured rate: exact binomial ones, Student's for a mean, and the distributions below them. */

export type Interval = readonly [low: number, high: number]

/** The chance left beyond each end of an interval: 0.05 for a claim in one direction, 0.025 for a 95 % interval. */
export const oneSided = 0.05
export const twoSided = 0.025

/**
 * Clopper-Pearson interval of a rate seen as `events` in `trials`; events may be a weighted, and so a broken, number.
 * Without events its upper end is the rule of three: about 3 / trials where 0.05 is left beyond it.
 */
export function clopperPearson(events: number, trials: number, tail: number): Interval {
  if (!(trials > 0) || !(events >= 0)) return [0, 1]
  const low = events === 0 ? 0 : solve((rate) => betaShare(rate, events, trials - events + 1) < tail)
  const high = events >= trials ? 1 : solve((rate) => 1 - betaShare(rate, events + 1, trials - events) > tail)
  return [low, high]
}

/** One-sided 95 % upper end of the Clopper-Pearson interval. */
export function upperBound95(events: number, trials: number): number {
  return clopperPearson(events, trials, oneSided)[1]
}

/** How many trials without an event bound a rate by `rate` (one-sided, 95 %). */
export function trialsFor(rate: number): number {
  return Math.ceil(Math.log(oneSided) / Math.log1p(-rate))
}

/** The least number in 0…1 at which `isBelow` holds no more. */
function solve(isBelow: (rate: number) => boolean): number {
  let [low, high] = [0, 1]
  while (high - low > high * 1e-10) {
    const middle = (low + high) / 2
    if (isBelow(middle)) low = middle
    else high = middle
  }
  return high
}

/** 95 % interval of a mean by Student's distribution: for the few folds of a cross-validation. */
export function meanInterval(values: readonly number[]): Interval {
  const mean = values.reduce((sum, each) => sum + each, 0) / values.length
  if (values.length < 2) return [-Infinity, Infinity]
  const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (values.length - 1)
  const margin = studentQuantile(values.length - 1) * Math.sqrt(variance / values.length)
  return [mean - margin, mean + margin]
}

/** The value that Student's t exceeds with a chance of 0.025 (DLMF 8.17 gives its share by the beta function). */
export function studentQuantile(degrees: number): number {
  // With x = n / (n + t²), the chance beyond ±t is the beta share of x at (n/2, 1/2).
  const x = solve((each) => betaShare(each, degrees / 2, 1 / 2) < 2 * twoSided)
  return Math.sqrt((degrees * (1 - x)) / x)
}

/** Regularised incomplete beta function, by its continued fraction (DLMF 8.17.22, modified Lentz). */
export function betaShare(x: number, a: number, b: number): number {
  if (x <= 0) return 0
  if (x >= 1) return 1
  if (x > (a + 1) / (a + b + 2)) return 1 - betaShare(1 - x, b, a)
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x))
  const tiny = 1e-300
  let d = 1 / nonZero(1 - ((a + b) * x) / (a + 1), tiny)
  let c = 1
  let fraction = d
  for (let m = 1; m < 10_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / nonZero(1 + even * d, tiny)
    c = nonZero(1 + even / c, tiny)
    fraction *= c * d
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / nonZero(1 + odd * d, tiny)
    c = nonZero(1 + odd / c, tiny)
    fraction *= c * d
    if (Math.abs(c * d - 1) < 1e-12) break
  }
  return (front * fraction) / a
}

function nonZero(value: number, tiny: number): number {
  return Math.abs(value) < tiny ? tiny : value
}

/** Stirling's series (DLMF 5.11.1), after stepping up to where it is exact to double precision. */
function logGamma(x: number): number {
  if (x < 10) return logGamma(x + 1) - Math.log(x)
  const inverse = 1 / x
  const series = inverse / 12 - inverse ** 3 / 360 + inverse ** 5 / 1260 - inverse ** 7 / 1680
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + series
}
