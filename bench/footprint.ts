/** What a house takes while nobody signs in: memory, processor and the time of its start. */
import {
  firstStart,
  measureStart,
  ownStart,
  plainStart,
  settleMs,
  type Footprint,
} from '../test/load/start.ts'
import { adaptersHere, type Adapter } from './material.ts'
import { toFigure, type Figure, type Section } from './report.ts'

const starts = 3
const idleSeconds = 10

export async function measureFootprint(): Promise<Section> {
  const figures: Figure[] = []
  for (const imageAdapter of adaptersHere()) {
    const saving: Footprint[] = []
    const plain: Footprint[] = []
    const first: Footprint[] = []
    for (let each = 0; each < starts; each++) {
      first.push(await measureStart({ imageAdapter, idleSeconds: 0, start: firstStart }))
      plain.push(await measureStart({ imageAdapter, idleSeconds: 0, start: plainStart }))
      saving.push(await measureStart({ imageAdapter, idleSeconds, start: ownStart }))
    }
    figures.push(...figuresOf(imageAdapter, { saving, plain, first }))
  }
  return { title: 'At rest', about, figures, findings: [] }
}

const about = `\`npm start\` with the networks at hand and the demo, ${starts} times; resident memory ${settleMs / 1000} s after the first answer, and the processor over the ${idleSeconds} s after that. "Plain" is the same server by \`node src/main.ts\`, without the flags and the compile cache that \`npm start\` gives it. "Nothing compiled" is \`npm start\` as on the first day, without what a start before it left in that cache.`

interface Seen {
  readonly saving: readonly Footprint[]
  readonly plain: readonly Footprint[]
  readonly first: readonly Footprint[]
}

function figuresOf(adapter: Adapter, { saving, plain, first }: Seen): readonly Figure[] {
  const most = (value: number) => ({ is: 'at most', value }) as const
  const workers = (from: readonly Footprint[]) => from.flatMap(({ workerMb }) => workerMb)
  const servers = (from: readonly Footprint[]) => from.map(({ serverMb }) => serverMb)
  const answers = (from: readonly Footprint[]) => from.map(({ firstAnswerMs }) => firstAnswerMs / 1000)
  const shares = saving.map(({ idlePercent }) => idlePercent)
  return [
    toFigure({ label: `${adapter}: **server**`, unit: 'MB', values: servers(saving), goal: most(150) }),
    toFigure({ label: `${adapter}: server, plain`, unit: 'MB', values: servers(plain) }),
    toFigure({ label: `${adapter}: **each worker**`, unit: 'MB', values: workers(saving), goal: most(250) }),
    toFigure({ label: `${adapter}: each worker, plain`, unit: 'MB', values: workers(plain) }),
    toFigure({
      label: `${adapter}: **server and workers, of a core**`,
      unit: '%',
      values: shares,
      goal: most(0.5),
    }),
    toFigure({ label: `${adapter}: first answer`, unit: 's', values: answers(saving) }),
    toFigure({
      label: `${adapter}: **first answer, nothing compiled**`,
      unit: 's',
      values: answers(first),
      goal: most(3),
    }),
  ]
}
