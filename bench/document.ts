/** A report as docs/benchmarks.md, byte for byte the same from the same report; the digest ties the figures to the run. */
import { createHash } from 'node:crypto'
import { isMet, type Figure, type Report, type Section } from './report.ts'

/** SHA-256 over everything but itself. */
export function digestOf(report: Report): string {
  return createHash('sha256')
    .update(JSON.stringify({ ...report, digest: '' }))
    .digest('hex')
}

export function toMarkdown(report: Report): string {
  const { machine, command, date, commit, isCommitted, digest, sections } = report
  const lines = [
    '# Benchmarks',
    '',
    `Written by \`${command}\` from \`docs/benchmarks.json\`; do not edit either. Ratios compare what took turns within one run, so that they hold where the machine is slower or busy; times belong to this machine. Every figure is a median, with the least and the most in brackets.`,
    '',
    `- **Machine**: ${machine.processor}, ${machine.cores} cores, ${machine.memoryGb} GB; ${machine.system}; Node ${machine.node}, onnxruntime ${machine.onnxruntime}, OpenCV ${machine.opencv}; load average at the start ${machine.load}`,
    `- **Date**: ${date}`,
    `- **Commit**: ${commit}${isCommitted ? '' : ', with changes that were not committed'}`,
    `- **Digest of the figures**: ${digest}`,
    ...toVerdict(sections),
    ...sections.flatMap(toLines),
    '',
  ]
  return lines.join('\n')
}

/** The goals that were missed, by how much; before any figure, so that nobody has to look for them. */
function toVerdict(sections: readonly Section[]): readonly string[] {
  const figures = sections.flatMap((section) => section.figures)
  const met = figures.filter((figure) => isMet(figure) === true)
  const missed = figures.filter((figure) => isMet(figure) === false)
  return [
    `- **Goals met**: ${met.length} of ${met.length + missed.length}`,
    ...(missed.length > 0 ? ['- **Goals missed**:'] : []),
    ...missed.map(
      (each) =>
        `  - ${each.label.replaceAll('**', '')}: ${valueOf(each)}, where ${each.goal?.is ?? ''} ${each.goal?.value ?? ''} was wanted`,
    ),
  ]
}

function toLines({ title, about, figures, findings, skipped }: Section): readonly string[] {
  const head = ['', `## ${title}`, '', about]
  if (skipped !== undefined) return [...head, '', `Not measured: ${skipped}.`]
  const rows = figures.map((each) => `| ${each.label} | ${valueOf(each)} | ${goalOf(each)} |`)
  const said = findings.map((each) => `- ${each}`)
  return [
    ...head,
    '',
    '| figure | measured | goal |',
    '| --- | --- | --- |',
    ...rows,
    ...(said.length > 0 ? ['', ...said] : []),
  ]
}

function valueOf({ median, least, most, unit, values }: Figure): string {
  const spread = values > 1 ? ` (${least} to ${most})` : ''
  return `${median}${spread} ${unit}`.trim()
}

function goalOf(figure: Figure): string {
  const { goal } = figure
  if (goal === undefined) return ''
  return `${goal.is} ${goal.value}: ${isMet(figure) === true ? 'met' : '**missed**'}`
}
