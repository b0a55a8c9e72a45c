/** `npm run bench:growth`: fills databases, measures, and writes docs/growth.json and docs/scaling.md. */
import { createHash } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { describeMachine, describeSources, root } from '../machine.ts'
import { openPostgresDatabases, openSqliteDatabases, type Databases } from './databases.ts'
import { report as benchmarksShape } from '../report.ts'
import { growth, toScaling, type Growth } from './document.ts'
import { measure, type Measured } from './measure.ts'

const { values } = parseArgs({
  options: {
    subjects: { type: 'string', default: '1000000' },
    rounds: { type: 'string', default: '400' },
    /** Writes the document anew from the figures that are there. */
    render: { type: 'boolean', default: false },
    /** Prints the figures and writes nothing. */
    dry: { type: 'boolean', default: false },
  },
})
const file = `${root}docs/growth.json`
const [subjects, rounds] = [Number(values.subjects), Number(values.rounds)]

if (values.render) render()
else await run()
process.exit(0)

async function run(): Promise<void> {
  // Filled side by side, measured one after the other.
  const [onPostgres, onSqlite] = await Promise.all([fill(openPostgresDatabases), fill(openSqliteDatabases)])
  const postgres = await measureOn(onPostgres)
  const sqlite = await measureOn(onSqlite)
  const machine = describeMachine()
  const date = new Date().toISOString()
  const unsigned = {
    command: 'npm run bench:growth',
    date,
    ...describeSources(),
    machine,
    postgres,
    sqlite,
    digest: '',
  }
  const digest = createHash('sha256').update(JSON.stringify(unsigned)).digest('hex')
  const report: Growth = { ...unsigned, digest }
  console.log(JSON.stringify({ postgres, sqlite }, undefined, 2))
  if (values.dry) return
  writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`)
  render()
}

interface Filled {
  readonly databases: Databases
  readonly fillSeconds: number
}

async function fill(open: (subjects: number) => Promise<Databases>): Promise<Filled> {
  const start = performance.now()
  const databases = await open(subjects)
  const fillSeconds = (performance.now() - start) / 1000
  console.error(`growth: ${databases.engine} filled in ${fillSeconds.toFixed()} s`)
  return { databases, fillSeconds }
}

async function measureOn({ databases, fillSeconds }: Filled): Promise<Measured> {
  try {
    return await measure(databases, { subjects, rounds, fillSeconds })
  } finally {
    await databases.end()
  }
}

function render(): void {
  const report = growth.parse(JSON.parse(readFileSync(file, 'utf8')))
  const benchmarks = benchmarksShape.parse(JSON.parse(readFileSync(`${root}docs/benchmarks.json`, 'utf8')))
  writeFileSync(`${root}docs/scaling.md`, toScaling(report, benchmarks))
}
