/** What a calibration says: to people, as Markdown, and to the server, as the file that it reads. */
import type { Calibration } from '../face/manifest.ts'
import type { AttemptCost, CalibrationRefusal, CalibrationResult, GroupRates } from './calibration.ts'
import type { Interval } from './intervals.ts'
import { roundRate, writeRate } from './rounding.ts'

export type CalibrationReport<Result extends CalibrationResult | CalibrationRefusal> = Result & {
  readonly model: string
  readonly dataset: string
  readonly imageAdapter: 'opencv' | 'sharp'
  /** Pictures in which no face was found. */
  readonly failureToAcquire: number
  readonly resamples: number
  /** ISO 8601, the day alone. */
  readonly date: string
}

/** The part that decides, without what only explains it. */
export function toCalibrationFile(report: CalibrationReport<CalibrationResult>): Calibration {
  const { model, dataset, imageAdapter, subjects, images, subjectPairs, impostorPairs } = report
  const { smallestSupportedFmr, worstGroup, points } = report
  return {
    model,
    dataset,
    imageAdapter,
    subjects,
    images,
    subjectPairs,
    impostorPairs,
    smallestSupportedFmr,
    ...(worstGroup === undefined ? {} : { worstGroup }),
    points: [...points],
  }
}

export function describeCalibration(report: CalibrationReport<CalibrationResult>): string {
  const sections = [
    head(report),
    measured(report),
    groupTable(report),
    pointTable(report),
    costTable(report),
    method(report),
  ]
  return sections.filter((section) => section !== '').join('\n\n')
}

function head({
  dataset,
  date,
  model,
  imageAdapter,
  targetFmr,
  threshold,
  fnmr,
  worstGroup,
}: CalibrationReport<CalibrationResult>): string {
  const inGroup = worstGroup === undefined ? '' : `, in the worst group (${worstGroup}) too`
  return `# Error rates on ${dataset}

At a threshold of **${threshold}** the false match rate of one comparison is **${writeRate(targetFmr)}** at most${inGroup}, and ${percent(fnmr)} of genuine comparisons are missed.

${rows(
  ['', ''],
  [
    ['network', `\`${model}\``],
    ['image adapter', imageAdapter],
    ['date', date],
    ['command', `\`${commandOf(targetFmr, worstGroup !== undefined)}\``],
  ],
)}`
}

function commandOf(targetFmr: number, hasGroups: boolean): string {
  return `mien calibrate --images FOLDER${hasGroups ? ' --groups FILE' : ''} --target-fmr ${writeRate(targetFmr)}`
}

function measured(report: CalibrationReport<CalibrationResult>): string {
  const { fmrIntervals, fnmrIntervals } = report
  return `## What was measured

${rows(
  ['', 'figure'],
  [
    ['people', count(report.subjects)],
    ['pictures with a face', count(report.images)],
    ['pictures without', count(report.failureToAcquire)],
    ['pairs of people', count(report.subjectPairs)],
    ['impostor comparisons', count(report.impostorPairs)],
    ['genuine comparisons', `${count(report.genuinePairs)} of ${count(report.genuineSubjects)} people`],
    ['highest impostor score', report.highestImpostor.toFixed(3)],
    ['smallest false match rate that these people support', writeRate(report.smallestSupportedFmr)],
  ],
)}

At the threshold:

${rows(
  ['rate', 'seen', 'Clopper-Pearson', 'subject bootstrap'],
  [
    [
      'false matches',
      writeRate(report.fmr),
      interval(fmrIntervals.clopperPearson),
      interval(fmrIntervals.subjectBootstrap),
    ],
    [
      'false non-matches',
      writeRate(report.fnmr),
      interval(fnmrIntervals.clopperPearson),
      interval(fnmrIntervals.subjectBootstrap),
    ],
  ],
)}`
}

function groupTable({ groups }: CalibrationResult): string {
  if (groups.length === 0) return ''
  const toRow = (each: GroupRates) => [
    each.group,
    count(each.subjects),
    count(each.impostorPairs),
    writeRate(each.fmr),
    writeRate(each.fmrUpper),
    each.fnmr === undefined ? 'not measured' : writeRate(each.fnmr),
    each.fnmrIntervals === undefined ? '' : interval(each.fnmrIntervals.subjectBootstrap),
  ]
  const heads = ['group', 'people', 'impostor comparisons', 'FMR', 'FMR at most', 'FNMR', 'FNMR, bootstrap']
  return `## Groups, at the one threshold

${rows(heads, groups.map(toRow))}`
}

function pointTable({ points }: CalibrationResult): string {
  const toRow = (each: CalibrationResult['points'][number]) => [
    String(each.threshold),
    ...[each.fmrUpper, each.fmr, each.fnmr].map(writeRate),
  ]
  return `## Thresholds

${rows(['threshold', 'FMR at most', 'FMR seen', 'FNMR seen'], points.map(toRow))}`
}

function costTable({ costs, fmrUpper }: CalibrationResult): string {
  const toRow = (each: AttemptCost) => [
    String(each.templates),
    String(each.attempts),
    writeRate(each.falseMatchChance),
  ]
  return `## What templates and attempts cost

The chance that a stranger is matched at least once, 1 − (1 − FMR)^(templates × attempts), at the bound of ${writeRate(fmrUpper)}. \`MIEN_TARGET_FMR\` speaks of one attempt: the server divides it by the number of templates and takes the threshold for that.

${rows(['templates', 'attempts', 'chance at most'], costs.map(toRow))}`
}

function method({ resamples }: CalibrationReport<CalibrationResult>): string {
  return `## How it was measured

Every picture was compared with every other. Each pair of people weighs the same in the false matches, and each person in the false non-matches. Clopper-Pearson counts each pair of people, or each person, as one trial; the bootstrap draws people ${count(resamples)} times, with a fixed seed. Each end of an interval holds by itself with 95 % confidence. A threshold is claimed for a rate only where the higher of the two upper ends holds it; below the smallest supported rate nothing is claimed (without a single false match, n pairs support 3 / n). People who resemble each other more than these, or pictures that are worse, give other rates.`
}

/** A Markdown table with columns of even width, readable as it is. */
function rows(heads: readonly string[], body: readonly (readonly string[])[]): string {
  const widths = heads.map((each, at) => Math.max(3, each.length, ...body.map((row) => row[at]?.length ?? 0)))
  const toLine = (cells: readonly string[]) =>
    `| ${widths.map((width, at) => (cells[at] ?? '').padEnd(width)).join(' | ')} |`
  const rule = `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`
  return [toLine(heads), rule, ...body.map(toLine)].join('\n')
}

function interval([low, high]: Interval): string {
  return `${writeRate(low)} to ${writeRate(high)}`
}

function percent(rate: number): string {
  return `${roundRate(rate * 100)} %`
}

/** Thousands parted, whatever the machine's language. */
function count(value: number): string {
  return value.toLocaleString('en-GB')
}
