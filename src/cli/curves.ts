/** ROC and DET of a verification (ISO/IEC 19795-1) as points, and as pictures. */
import type { Trial } from './error-rates.ts'
import { drawChart } from './svg-chart.ts'

/** Error rates at one threshold. */
export interface OperatingRates {
  readonly threshold: number
  /** The share of impostor trials that pass, and of genuine ones that do not. */
  readonly far: number
  readonly frr: number
}

/** One point per score that occurs, lowest threshold last, and before them the threshold that nothing passes. */
export function traceRates(trials: readonly Trial[]): readonly OperatingRates[] {
  const genuine = trials.filter((trial) => trial.isGenuine).length
  const impostors = trials.length - genuine
  const sorted = trials.toSorted((one, other) => other.score - one.score)
  const rates: OperatingRates[] = [{ threshold: Infinity, far: 0, frr: 1 }]
  let [passed, found] = [0, 0]
  for (const [at, { isGenuine, score }] of sorted.entries()) {
    if (isGenuine) found += 1
    else passed += 1
    // Equal scores pass or fail together.
    if (sorted[at + 1]?.score === score) continue
    rates.push({ threshold: score, far: passed / impostors, frr: 1 - found / genuine })
  }
  return rates
}

/** True acceptance over false acceptance; the false ones on a log scale, where a good network is told from a better one. */
export function drawRoc(trials: readonly Trial[], caption: string): string {
  const points = traceRates(trials).filter(({ far }) => far > 0)
  const lowest = Math.min(...points.map(({ frr }) => 1 - frr))
  return drawChart({
    title: 'Receiver operating characteristic',
    caption,
    x: { label: 'False acceptance rate (log scale)', scale: 'log', ...decadesOf(trials, false) },
    y: {
      label: 'True acceptance rate',
      scale: 'linear',
      from: Math.min(0.9, Math.floor(lowest * 10) / 10),
      to: 1,
    },
    points: points.map(({ far, frr }) => [far, 1 - frr]),
  })
}

/** Both errors on log scales; a rate of zero lies nowhere on them. */
export function drawDet(trials: readonly Trial[], caption: string): string {
  return drawChart({
    title: 'Detection error trade-off',
    caption,
    x: { label: 'False acceptance rate (log scale)', scale: 'log', ...decadesOf(trials, false) },
    y: { label: 'False rejection rate (log scale)', scale: 'log', ...decadesOf(trials, true) },
    points: listDetPoints(trials),
  })
}

export function listDetPoints(trials: readonly Trial[]): readonly (readonly [number, number])[] {
  return traceRates(trials)
    .filter(({ far, frr }) => far > 0 && frr > 0)
    .map(({ far, frr }) => [far, frr])
}

/** From the decade of the smallest rate that so many trials can show, up to 1. */
function decadesOf(
  trials: readonly Trial[],
  isGenuine: boolean,
): { readonly from: number; readonly to: number } {
  const count = trials.filter((trial) => trial.isGenuine === isGenuine).length
  return { from: 10 ** -Math.ceil(Math.log10(Math.max(10, count))), to: 1 }
}
