/** The detection error trade-off of a calibration (ISO/IEC 19795-1) as a drawing: what a threshold costs, and which one is in force. */
import type { Curve } from '../http/admin-house-pages.ts'
import { percentOf } from './console-words.ts'
import type { CalibrationInForce } from './house-services.ts'

type Point = CalibrationInForce['points'][number]

/** Where the lines are, in the units of the drawing. */
const plot = { left: 56, right: 318, top: 10, bottom: 196 } as const
/** Fewer make no line. */
const fewest = 2

/** @returns undefined where the calibration holds too few points to be drawn */
export function drawCurve({ points, operatingPoint }: CalibrationInForce): Curve | undefined {
  // A rate of zero lies nowhere on a log scale.
  const shown = points.filter(({ fmr, fnmr }) => fmr > 0 && fnmr > 0)
  const inForce = shown.find(({ threshold }) => threshold === operatingPoint.minScore)
  if (shown.length < fewest || inForce === undefined) return undefined
  const x = axisOf(
    shown.flatMap(({ fmr, fmrUpper }) => [fmr, fmrUpper]),
    plot.left,
    plot.right,
  )
  const y = axisOf(
    shown.map(({ fnmr }) => fnmr),
    plot.bottom,
    plot.top,
  )
  const place = (rate: number, { fnmr }: Point): string => `${x.place(rate)},${y.place(fnmr)}`
  return {
    ...plot,
    line: shown.map((each) => place(each.fmr, each)).join(' '),
    bounds: shown.map((each) => place(each.fmrUpper, each)).join(' '),
    dots: shown.map(({ fmr, fnmr }) => ({ x: x.place(fmr), y: y.place(fnmr) })),
    inForce: { x: x.place(inForce.fmr), y: y.place(inForce.fnmr) },
    across: x.ticks.map((decade) => ({ at: x.place(10 ** decade), text: powerOf(decade) })),
    up: y.ticks.map((decade) => ({ at: y.place(10 ** decade), text: percentOf(10 ** decade) })),
    says: describe(shown, inForce),
    rows: points.map(({ threshold, fmr, fmrUpper, fnmr }) => ({
      threshold: String(threshold),
      fmr: percentOf(fmr),
      fmrUpper: percentOf(fmrUpper),
      fnmr: percentOf(fnmr),
      isInForce: threshold === operatingPoint.minScore,
    })),
  }
}

interface Axis {
  readonly place: (rate: number) => number
  /** Powers of ten. */
  readonly ticks: readonly number[]
}

function axisOf(rates: readonly number[], start: number, end: number): Axis {
  const first = Math.floor(Math.log10(Math.min(...rates)))
  const last = Math.max(first + 1, Math.min(0, Math.ceil(Math.log10(Math.max(...rates)))))
  return {
    place: (rate) => {
      const share = (Math.log10(rate) - first) / (last - first)
      return Number((start + share * (end - start)).toFixed(1))
    },
    ticks: Array.from({ length: last - first + 1 }, (_, at) => first + at),
  }
}

const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** “10⁻⁵” */
function powerOf(decade: number): string {
  if (decade === 0) return '1'
  const power = Array.from(String(Math.abs(decade)))
    .map((each) => digits[Number(each)] ?? '')
    .join('')
  return `10${decade < 0 ? '⁻' : ''}${power}`
}

/** What whoever does not see it is told. */
function describe(shown: readonly Point[], inForce: Point): string {
  const [strict] = shown
  const loose = shown.at(-1)
  const pair = ({ fmr, fnmr }: Point): string =>
    `${percentOf(fmr)} false matches with ${percentOf(fnmr)} false non-matches`
  const range =
    strict === undefined || loose === undefined
      ? ''
      : ` The line falls from ${pair(strict)} to ${pair(loose)}.`
  return `The fewer strangers pass, the more often the person is missed.${range} In force: ${pair(inForce)}, at a score of ${inForce.threshold}.`
}
