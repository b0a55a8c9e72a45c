/** How many events of the audit trail PostgreSQL takes: its chain is one after the other, however many write. */
import { hasPostgres } from '../test/servers/postgres.ts'
import { openPostgresTestStore } from '../test/store/engines.ts'
import { round, toFigure, type Section } from './report.ts'
import { medianOf } from './statistics.ts'

const rounds = 7
const eventsPerRound = 400
const writers = [1, 4, 16] as const
const nodes = 2

const title = 'The chain of the audit trail'
const about = `Events appended on PostgreSQL on this very machine, ${eventsPerRound} a round, by so many writers side by side on ${nodes} nodes: each event in a transaction of its own, linked to the one before it. The server of the tests does not wait for its disk, so that what is measured is the chain and not a disk.`

export async function measureAuditChain(): Promise<Section> {
  if (!hasPostgres())
    return { title, about, figures: [], findings: [], skipped: 'there is no PostgreSQL here' }
  const test = await openPostgresTestStore()
  const others = await Promise.all(
    Array.from({ length: nodes - 1 }, () => test.reopen({ checkpointFile: undefined })),
  )
  try {
    const audits = [test.store, ...others].map(({ audit }) => audit)
    const append = async (count: number): Promise<number> => {
      const began = performance.now()
      const write = async (at: number): Promise<void> => {
        const audit = audits[at % audits.length]
        for (let each = 0; each < eventsPerRound / count; each++) await audit?.append({ type: 'signed_in' })
      }
      await Promise.all(Array.from({ length: count }, (_, at) => write(at)))
      return eventsPerRound / ((performance.now() - began) / 1000)
    }
    await append(writers[0])
    const rates = new Map<number, number[]>(writers.map((count) => [count, []]))
    for (let each = 0; each < rounds; each++) for (const [count, own] of rates) own.push(await append(count))
    return sectionOf(rates)
  } finally {
    await Promise.all(others.map((other) => other.close()))
    await test.close()
  }
}

function sectionOf(rates: ReadonlyMap<number, readonly number[]>): Section {
  const most = Math.max(...[...rates.values()].map(medianOf))
  return {
    title,
    about,
    figures: [...rates].map(([count, values]) =>
      toFigure({ label: `${count} at once`, unit: 'events/s', values }),
    ),
    findings: [
      `the chain takes ${round(most)} events a second at most; with three or four of them a sign-in that is ${round(most / 4)} to ${round(most / 3)} sign-ins a second. More nodes do not make it more.`,
    ],
  }
}
