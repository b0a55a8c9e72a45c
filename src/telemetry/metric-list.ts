/** The metrics as docs/monitoring.md lists them: a table, aligned as the formatter would. */
import { counters, described, timers } from './metric-table.ts'

export function metricsAsTable(): string {
  const rows = Object.entries(described).map(([name, { help, labels = {} }]) => [
    `\`${name}\``,
    kindOf(name),
    Object.keys(labels)
      .map((label) => `\`${label}\``)
      .join(', '),
    help,
  ])
  return tableOf([['metric', 'kind', 'labels', 'what it says'], ...rows])
}

function kindOf(name: string): string {
  if (name in counters) return 'counter'
  return name in timers ? 'histogram' : 'gauge'
}

function tableOf(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  const lineOf = (cells: readonly string[]): string =>
    `| ${widths.map((width, column) => (cells[column] ?? '').padEnd(width)).join(' | ')} |`
  const rule = widths.map((width) => '-'.repeat(width))
  return [head, rule, ...body].map(lineOf).join('\n')
}
