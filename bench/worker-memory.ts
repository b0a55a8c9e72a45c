/** What each measure against memory saves in a worker: the same worker started without any, and with one more each time. */
import { fork, type ChildProcess } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { manifestPath } from '../src/face/manifest.ts'
import { opencvEnvironment } from '../src/face/opencv-environment.ts'
import { residentMb } from '../test/load/processes.ts'
import { adaptersHere, folders, readFrame, type Adapter } from './material.ts'
import { toFigure, type Figure, type Section } from './report.ts'

const rounds = 3
const framesMeasured = 60

interface Variant {
  readonly label: string
  readonly env: Readonly<Record<string, string>>
  readonly flags: readonly string[]
}

const workerFile = fileURLToPath(new URL('../src/face/worker.ts', import.meta.url))

export async function measureWorkerMemory(): Promise<Section> {
  const cache = await mkdtemp(join(tmpdir(), 'mien-bench-'))
  const compiled = { NODE_COMPILE_CACHE: cache }
  const young = ['--max-semi-space-size=2']
  const variants: readonly Variant[] = [
    { label: 'nothing saved', env: {}, flags: [] },
    { label: 'and the young generation held at 2 MB', env: {}, flags: young },
    { label: 'and one heap of glibc’s', env: { MALLOC_ARENA_MAX: '1' }, flags: young },
    {
      label: 'and compiled code from a cache (as the server starts it)',
      env: { MALLOC_ARENA_MAX: '1', ...compiled },
      flags: young,
    },
  ]
  const frame = await readFrame()
  const figures: Figure[] = []
  try {
    for (const adapter of adaptersHere()) {
      await measureOnce(adapter, frame, { label: 'fills the cache', env: compiled, flags: [] })
      figures.push(...(await measureAll(adapter, frame, variants)))
    }
  } finally {
    await rm(cache, { recursive: true })
  }
  return { title: 'Memory of a worker', about, figures, findings: [] }
}

const about = `Resident memory of one worker after ${framesMeasured} frames with everything measured. Each line adds a measure to the one before; "of which" is read from the system's map of the last one. Also saved, in every line: onnxruntime keeps no memory patterns, sharp is loaded only where it serves, the OpenCV binding comes without the loader around it, and each detector keeps its one square.`

async function measureAll(
  adapter: Adapter,
  frame: Uint8Array,
  variants: readonly Variant[],
): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  let maps: readonly Mapped[] = []
  for (const variant of variants) {
    const values: number[] = []
    for (let round = 0; round < rounds; round++) {
      const seen = await measureOnce(adapter, frame, variant)
      values.push(seen.megabytes)
      maps = seen.maps
    }
    figures.push(toFigure({ label: `${adapter}: ${variant.label}`, unit: 'MB', values }))
  }
  const shares = maps.map(({ what, megabytes }) =>
    toFigure({ label: `${adapter}: of which ${what}`, unit: 'MB', values: [megabytes] }),
  )
  return [...figures, ...shares]
}

async function measureOnce(
  imageAdapter: Adapter,
  frame: Uint8Array,
  { env, flags }: Variant,
): Promise<{ readonly megabytes: number; readonly maps: readonly Mapped[] }> {
  const child = fork(workerFile, [], {
    env: { ...opencvEnvironment, OMP_NUM_THREADS: '1', VIPS_CONCURRENCY: '1', ...env },
    execArgv: [...flags],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  try {
    await ask(child, { kind: 'start', imageAdapter, modelFolders: [...folders], manifestPath })
    const wish = { face: 'largest', embedding: true, presentationAttack: true, challenge: true }
    for (let each = 0; each < framesMeasured; each++) await ask(child, { kind: 'measure', frame, wish })
    const processId = child.pid ?? NaN
    return { megabytes: residentMb(processId), maps: readMaps(processId) }
  } finally {
    child.kill('SIGKILL')
  }
}

function ask(child: ChildProcess, question: object): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const end = () => {
      reject(new Error('the worker of the bench ended'))
    }
    child.once('exit', end)
    child.once('message', (answer) => {
      child.off('exit', end)
      resolve(answer)
    })
    child.send(question)
  })
}

interface Mapped {
  readonly what: string
  readonly megabytes: number
}

/** Resident parts of a process by what they are of (proc(5), smaps). */
function readMaps(processId: number): readonly Mapped[] {
  const sums = new Map<string, number>()
  let what = ''
  for (const line of readFileSync(`/proc/${processId}/smaps`, 'utf8').split('\n')) {
    const head = /^[0-9a-f]+-[0-9a-f]+ \S+ \S+ \S+ \S+ *(.*)$/.exec(line)
    if (head !== null) what = nameOf(head[1] ?? '')
    const kilobytes = Number(/^Rss: +(\d+) kB/.exec(line)?.[1] ?? 0)
    sums.set(what, (sums.get(what) ?? 0) + kilobytes / 1024)
  }
  return [...sums]
    .map(([name, megabytes]) => ({ what: name, megabytes }))
    .filter(({ megabytes }) => megabytes > 1)
}

function nameOf(path: string): string {
  if (path === process.execPath) return 'Node’s program'
  if (path.includes('onnxruntime')) return 'onnxruntime’s library'
  if (path.startsWith('/')) return 'other libraries'
  return path === '[heap]' ? 'glibc’s heap' : 'JavaScript, and large blocks'
}
