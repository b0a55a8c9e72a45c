/** `npm run bench`: measures, prints, and writes docs/benchmarks.json and docs/benchmarks.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { digestOf, toMarkdown } from './document.ts'
import { describeMachine, describeSources, root } from './machine.ts'
import { report as reportShape, type Report, type Section } from './report.ts'
import { sections } from './sections.ts'

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const chosen = sections.filter(
  ({ name }) => values.only === undefined || values.only.split(',').includes(name),
)
if (chosen.length === 0) throw new Error(`--only takes ${sections.map(({ name }) => name).join(', ')}`)

const machine = describeMachine()
const measured: Section[] = []
for (const { name, measure } of chosen) {
  console.error(`bench: ${name} …`)
  measured.push(await measure())
}
const unsigned = {
  command: 'npm run bench',
  date: new Date().toISOString(),
  ...describeSources(),
  machine,
  sections: measured,
  digest: '',
}
const report: Report = { ...unsigned, digest: digestOf(unsigned) }
console.log(toMarkdown(report))
// A part of the figures is printed and not written: the document is of one run.
if (values.only === undefined) {
  writeFileSync(`${root}docs/benchmarks.json`, `${JSON.stringify(report, undefined, 2)}\n`)
  const written = reportShape.parse(JSON.parse(readFileSync(`${root}docs/benchmarks.json`, 'utf8')))
  writeFileSync(`${root}docs/benchmarks.md`, toMarkdown(written))
}
process.exit(0)
