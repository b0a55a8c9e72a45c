/** What a house takes while nobody signs in: memory, processor and the time of its start, with and without what saves memory. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../test/flows/house.ts'
import { modelsDir } from '../test/media.ts'
import { childrenOf, cpuSeconds, residentMb } from '../test/load/processes.ts'
import { root } from './machine.ts'
import { adaptersHere, type Adapter } from './material.ts'
import { toFigure, type Figure, type Section } from './report.ts'

const starts = 3
const settleMs = 4000
const idleSeconds = 20

interface Footprint {
  readonly firstAnswerMs: number
  readonly serverMb: number
  readonly workerMb: readonly number[]
  readonly idleShare: number
}

export async function measureFootprint(): Promise<Section> {
  const figures: Figure[] = []
  for (const adapter of adaptersHere()) {
    const saving: Footprint[] = []
    const plain: Footprint[] = []
    for (let each = 0; each < starts; each++) {
      plain.push(await measureStart(adapter, plainStart))
      saving.push(await measureStart(adapter, ownStart))
    }
    figures.push(...figuresOf(adapter, saving, plain))
  }
  return { title: 'At rest', about, figures, findings }
}

const about = `\`npm start\` with the networks at hand and the demo, ${starts} times; resident memory ${settleMs / 1000} s after the first answer, and the processor over the ${idleSeconds} s after that. "Plain" is the same server by \`node src/main.ts\`, without the flags and the cache that \`npm start\` gives: what they save is the difference.`

const findings = [
  'Of a worker, about 50 MB are Node’s own program, 20 MB onnxruntime’s library, and with OpenCV 80 MB its 250 shared libraries, 27 MB of which serve its windows and videos alone; the networks and their blobs take the rest.',
  'What lowers it: one heap of glibc’s (MALLOC_ARENA_MAX=1), a young generation of 2 MB, compiled code kept in a cache (so that Node’s type stripper, 15 MB, is never loaded), onnxruntime without memory patterns, sharp loaded only where it serves, the OpenCV binding loaded without the loader around it, and one blob kept for each detector.',
]

interface Start {
  readonly program: readonly string[]
}

const ownStart: Start = { program: ['scripts/start.mjs'] }
const plainStart: Start = { program: ['src/main.ts'] }

async function measureStart(adapter: Adapter, { program }: Start): Promise<Footprint> {
  const folder = await mkdtemp(join(tmpdir(), 'mien-bench-'))
  const [port, demoPort] = [await freePort(), await freePort()]
  const issuer = `http://localhost:${port}`
  const start = performance.now()
  const child = spawn(process.execPath, [...program], {
    cwd: root,
    stdio: 'ignore',
    env: {
      ...process.env,
      MIEN_ISSUER: issuer,
      MIEN_PORT: String(port),
      MIEN_DEMO_PORT: String(demoPort),
      MIEN_DATA_DIR: folder,
      MIEN_IMAGE_ADAPTER: adapter,
      ...(modelsDir === undefined ? {} : { MIEN_MODELS_DIR: modelsDir }),
    },
  })
  try {
    await untilAnswered(`${issuer}/.well-known/openid-configuration`)
    const firstAnswerMs = performance.now() - start
    await wait(settleMs)
    const server = serverOf(child, program)
    const family = [server, ...childrenOf(server)]
    const [serverMb = NaN, ...workerMb] = family.map(residentMb)
    const used = () => family.reduce((sum, each) => sum + cpuSeconds(each), 0)
    const before = used()
    await wait(idleSeconds * 1000)
    return { firstAnswerMs, serverMb, workerMb, idleShare: ((used() - before) / idleSeconds) * 100 }
  } finally {
    child.kill('SIGTERM')
    await new Promise((resolve) => child.once('exit', resolve))
    await rm(folder, { recursive: true, force: true })
  }
}

/** `npm start` waits for the server that it starts. */
function serverOf(child: ChildProcess, program: readonly string[]): number {
  const own = child.pid ?? NaN
  return program === ownStart.program ? (childrenOf(own)[0] ?? NaN) : own
}

async function untilAnswered(url: string): Promise<void> {
  const patience = performance.now() + 60_000
  while (performance.now() < patience) {
    const isThere = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    )
    if (isThere) return
    await wait(20)
  }
  throw new Error(`${url} never answered`)
}

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

function figuresOf(
  adapter: Adapter,
  saving: readonly Footprint[],
  plain: readonly Footprint[],
): readonly Figure[] {
  const most = (value: number) => ({ is: 'at most', value }) as const
  const workers = (from: readonly Footprint[]) => from.flatMap(({ workerMb }) => workerMb)
  const servers = (from: readonly Footprint[]) => from.map(({ serverMb }) => serverMb)
  const answers = saving.map(({ firstAnswerMs }) => firstAnswerMs / 1000)
  const shares = saving.map(({ idleShare }) => idleShare)
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
    toFigure({ label: `${adapter}: **first answer**`, unit: 's', values: answers, goal: most(3) }),
  ]
}
