/** Error rates of comparisons (ISO/IEC 19795-1): pure functions over scores. */

/** One comparison of a verification protocol; `score` is −1 where a face was not found. */
export interface Trial {
  readonly isGenuine: boolean
  readonly score: number
  readonly fold: number
}

interface RatedThreshold {
  readonly threshold: number
  readonly accuracy: number
}

/** The threshold that decides most trials rightly, half-way between two scores. */
export function bestThreshold(trials: readonly Trial[]): RatedThreshold {
  const sorted = trials.toSorted((one, other) => one.score - other.score)
  let right = trials.filter((trial) => trial.isGenuine).length
  let best: RatedThreshold = { threshold: -1, accuracy: right / trials.length }
  for (const [at, { isGenuine, score }] of sorted.entries()) {
    right += isGenuine ? -1 : 1
    const next = sorted[at + 1]?.score ?? 1
    if (next > score && right / trials.length > best.accuracy) {
      best = { threshold: (score + next) / 2, accuracy: right / trials.length }
    }
  }
  return best
}

/** Mean over the folds of the accuracy at the threshold that was best on the other folds (LFW, view 2). */
export function crossValidatedAccuracy(trials: readonly Trial[]): number {
  const folds = [...new Set(trials.map((trial) => trial.fold))]
  const accuracies = folds.map((fold) => {
    const { threshold } = bestThreshold(trials.filter((trial) => trial.fold !== fold))
    const held = trials.filter((trial) => trial.fold === fold)
    return held.filter((trial) => trial.score >= threshold === trial.isGenuine).length / held.length
  })
  return accuracies.reduce((sum, each) => sum + each, 0) / folds.length
}

/** The share of genuine trials above the lowest threshold at which no more than `far` of the impostors pass. */
export function truePositivesAt(trials: readonly Trial[], far: number): { tar: number; threshold: number } {
  const genuine = trials.filter((trial) => trial.isGenuine).map((trial) => trial.score)
  const impostors = trials.filter((trial) => !trial.isGenuine).map((trial) => trial.score)
  const highestFirst = impostors.toSorted((one, other) => other - one)
  const threshold = highestFirst[Math.floor(far * impostors.length)] ?? -1
  return { tar: genuine.filter((score) => score > threshold).length / genuine.length, threshold }
}

/** Where both error rates meet: the mean of the two at the threshold at which they differ least. */
export function equalErrorRate(trials: readonly Trial[]): number {
  const sorted = trials.toSorted((one, other) => one.score - other.score)
  const genuine = trials.filter((trial) => trial.isGenuine).length
  const impostors = trials.length - genuine
  let [missed, passed] = [0, impostors]
  let closest = { gap: Infinity, rate: 1 }
  for (const { isGenuine } of sorted) {
    if (isGenuine) missed += 1
    else passed -= 1
    const [fnmr, fmr] = [missed / genuine, passed / impostors]
    const gap = Math.abs(fnmr - fmr)
    if (gap < closest.gap) closest = { gap, rate: (fnmr + fmr) / 2 }
  }
  return closest.rate
}

/**
 * Clopper-Pearson upper bound (one-sided, 95 %) of a rate seen as `events` in `trials`; events may be a weighted,
 * and so a broken, number. Without events it is the rule of three: about 3 / trials.
 */
export function upperBound95(events: number, trials: number): number {
  if (!(trials > 0) || events >= trials) return 1
  let [low, high] = [events / trials, 1]
  // The bound is where as few events as these would be seen once in twenty times.
  while (high - low > high * 1e-9) {
    const middle = (low + high) / 2
    if (1 - betaShare(middle, events + 1, trials - events) > 0.05) low = middle
    else high = middle
  }
  return high
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
