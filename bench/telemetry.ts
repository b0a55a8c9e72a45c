/** What metrics and traces cost the server: the cheapest answer that it gives, without them, with metrics, and with both. */
import { startCollector } from '../test/telemetry/collector.ts'
import { freePort } from '../test/flows/house.ts'
import { cpuSeconds } from '../test/load/processes.ts'
import { startRemoteHouse, type RemoteHouse } from '../test/load/remote-house.ts'
import { round, toFigure, type Section } from './report.ts'
import { medianOf, ratios } from './statistics.ts'

const rounds = 7
const requestsPerRound = 4000
const atOnce = 50

const about = `The public keys, ${requestsPerRound} times a round, ${atOnce} at a time, of servers in processes of their own that take turns: it is the cheapest answer that means anything, so that nothing else costs a larger share. A tenth of the requests is traced. Processor time of the server alone.`

export async function measureTelemetry(): Promise<Section> {
  const collector = await startCollector()
  const metrics = async () => ({ MIEN_METRICS_PORT: String(await freePort()) })
  const traces = { MIEN_TRACES_URL: collector.url, MIEN_TRACES_RATIO: '0.1' }
  const houses: RemoteHouse[] = []
  try {
    for (const settings of [{}, await metrics(), { ...(await metrics()), ...traces }])
      houses.push(await startRemoteHouse({ MIEN_FACE_WORKERS: '1', ...settings }))
    for (const house of houses) await askOften(house)
    const costs = houses.map((): number[] => [])
    for (let each = 0; each < rounds; each++)
      for (const [at, house] of houses.entries()) costs[at]?.push(await costOf(house))
    return sectionOf(costs)
  } finally {
    for (const house of houses) await house.close()
    await collector.close()
  }
}

function sectionOf([off = [], counted = [], both = []]: readonly (readonly number[])[]): Section {
  const [price, whole] = [ratios(counted, off), ratios(both, off)]
  const percent = (values: readonly number[]): number => round((medianOf(values) - 1) * 100)
  return {
    title: 'Metrics and traces',
    about,
    figures: [
      toFigure({ label: 'neither, one answer', unit: 'µs of processor', values: off }),
      toFigure({ label: 'metrics, one answer', unit: 'µs of processor', values: counted }),
      toFigure({ label: '**metrics over neither**', unit: '', values: price }),
      toFigure({ label: '**metrics and traces over neither**', unit: '', values: whole }),
    ],
    findings: [
      `metrics cost ${percent(price)} % of the cheapest answer, with traces of a tenth of the requests ${percent(whole)} %; next to a frame, which costs tens of milliseconds, nothing.`,
    ],
  }
}

/** Microseconds of processor that the server takes for one answer. */
async function costOf(house: RemoteHouse): Promise<number> {
  const before = cpuSeconds(house.processId)
  await askOften(house)
  return ((cpuSeconds(house.processId) - before) * 1e6) / requestsPerRound
}

async function askOften({ origin }: RemoteHouse): Promise<void> {
  const ask = async (): Promise<void> => {
    for (let each = 0; each < requestsPerRound / atOnce; each++) {
      const answer = await fetch(`${origin}/jwks`)
      if (!answer.ok) throw new Error(`the public keys were answered with ${answer.status}`)
      await answer.arrayBuffer()
    }
  }
  await Promise.all(Array.from({ length: atOnce }, ask))
}
