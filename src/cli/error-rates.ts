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

/** For each fold, the accuracy at the threshold that was best on the other folds (LFW, view 2). */
export function foldAccuracies(trials: readonly Trial[]): readonly number[] {
  const folds = [...new Set(trials.map((trial) => trial.fold))]
  return folds.map((fold) => {
    const { threshold } = bestThreshold(trials.filter((trial) => trial.fold !== fold))
    const held = trials.filter((trial) => trial.fold === fold)
    return held.filter((trial) => trial.score >= threshold === trial.isGenuine).length / held.length
  })
}

/** The mean over the folds. */
export function crossValidatedAccuracy(trials: readonly Trial[]): number {
  const accuracies = foldAccuracies(trials)
  return accuracies.reduce((sum, each) => sum + each, 0) / accuracies.length
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
