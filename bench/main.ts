/** `npm run bench`: measures, prints, and writes docs/benchmarks.json and docs/benchmarks.md. */
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { digestOf, toMarkdown } from './document.ts'
import { describeMachine, describeSources, root } from './machine.ts'
import { report as reportShape, type Report, type Section } from './report.ts'
import { sections } from './sections.ts'

const { values } = parseArgs({
  options: {
    /** Some sections, which are printed and written nowhere: the document is of one run. */
    only: { type: 'string' },
    /** Writes the document anew from the figures that are there: for a change of its words. */
    render: { type: 'boolean', default: false },
  },
})
const file = `${root}docs/benchmarks.json`

if (values.render) render()
else await bench(values.only?.split(','))
process.exit(0)

async function bench(only: readonly string[] | undefined): Promise<void> {
  const chosen = sections.filter(({ name }) => only?.includes(name) ?? true)
  if (chosen.length === 0) throw new Error(`--only takes ${sections.map(({ name }) => name).join(', ')}`)
  const machine = describeMachine()
  const measured: Section[] = []
  for (const { name, measure } of chosen) {
    const start = performance.now()
    measured.push(await measure())
    console.error(`bench: ${name}, ${((performance.now() - start) / 1000).toFixed()} s`)
  }
  const date = new Date().toISOString()
  const unsigned = {
    command: 'npm run bench',
    date,
    ...describeSources(),
    machine,
    sections: measured,
    digest: '',
  }
  const report: Report = { ...unsigned, digest: digestOf(unsigned) }
  console.log(toMarkdown(report))
  if (only !== undefined) return
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`)
  render()
}

function render(): void {
  const written = reportShape.parse(JSON.parse(readFileSync(file, 'utf8')))
  writeFileSync(`${root}docs/benchmarks.md`, toMarkdown(written))
}
