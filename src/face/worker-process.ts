/** One face worker as the server sees it: started, given one frame at a time, ended by force where it does not answer. */
import { type ChildProcess, fork } from 'node:child_process'
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Measurement } from './engine.ts'
import type { Wish } from './measuring-engine.ts'
import type { StageTime } from './stages.ts'
import { opencvEnvironment } from './opencv-environment.ts'
import { type FromWorker, fromWorker, type ToWorker } from './worker-messages.ts'

export type WorkerStart = Omit<Extract<ToWorker, { kind: 'start' }>, 'kind'>
export interface Job {
  readonly frame: Uint8Array
  readonly wish: Wish
}

export interface JobResult {
  readonly measurement: Measurement
  /** None where the worker died or was late. */
  readonly stages: readonly StageTime[]
}

type Question = ({ readonly kind: 'start' } & WorkerStart) | ({ readonly kind: 'measure' } & Job)

export interface WorkerProcess {
  readonly processId: number | undefined
  /** True from the moment of its death, before any promise has told of it. */
  hasEnded(): boolean
  /** Settles when the worker can take frames; fails with what the worker, or its death, says. */
  readonly ready: Promise<'opencv' | 'sharp'>
  /** Settles when the process is gone, with the last lines that it wrote; never fails. */
  readonly ended: Promise<string>
  /** One at a time. Never fails: a worker that dies or is late gives `failed`. */
  measure(job: Job, timeoutMs: number): Promise<JobResult>
  /** Ends the process at once, whatever it is doing. */
  kill(): void
}

const workerFile = fileURLToPath(new URL('worker.ts', import.meta.url))
const keptOutputCharacters = 2000

export function startWorker(start: WorkerStart): WorkerProcess {
  const child = forkWorker()
  const ready = Promise.withResolvers<'opencv' | 'sharp'>()
  // Whoever waits for it still sees the failure; nobody waiting is no crash.
  ready.promise.catch(() => undefined)
  const ended = Promise.withResolvers<string>()
  const waiting: { answer?: (result: JobResult) => void; hasEnded: boolean } = { hasEnded: false }
  const answer = (result: JobResult) => {
    waiting.answer?.(result)
    delete waiting.answer
  }
  const output = keepOutput(child)
  const bury = (how: string) => {
    waiting.hasEnded = true
    const said = [how, output.text()].filter((each) => each !== '').join(': ')
    ready.reject(new Error(`the face worker ended before it was ready (${said})`))
    answer({ measurement: { outcome: 'failed' }, stages: [] })
    ended.resolve(said)
  }
  child.on('error', (error) => {
    bury(error.message)
  })
  child.on('exit', (code, signal) => {
    bury(signal ?? `exit code ${code ?? 'unknown'}`)
  })
  child.on('message', (message) => {
    const read = fromWorker.safeParse(message)
    if (!read.success || read.data.kind === 'refused') child.kill('SIGKILL')
    if (read.success) hear(read.data, { ready, answer })
  })
  send(child, { kind: 'start', ...start })
  return {
    processId: child.pid,
    hasEnded: () => waiting.hasEnded,
    ready: ready.promise,
    ended: ended.promise,
    measure: (job, timeoutMs) =>
      new Promise((resolve) => {
        const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs)
        waiting.answer = (result) => {
          clearTimeout(timer)
          resolve(result)
        }
        send(child, { kind: 'measure', ...job })
      }),
    kill: () => {
      child.kill('SIGKILL')
    },
  }
}

/** Each of these lowers a worker's resident memory; docs/benchmarks.md has the figures. */
function memorySavers(): { readonly env: Readonly<Record<string, string>>; readonly execArgv: string[] } {
  const versionedCache = getCompileCacheDir()
  // The server's cache, where it keeps one: a worker that finds its sources there compiled never loads
  // Node's type stripper, which stays in memory once loaded. The name of the version is added by Node.
  const cache: Record<string, string> =
    versionedCache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(versionedCache) }
  return {
    // One frame at a time needs one heap of glibc's, not one per thread.
    env: { ...cache, MALLOC_ARENA_MAX: '1' },
    // Pixels live outside of the JavaScript heap, whose young generation may stay small.
    execArgv: ['--max-semi-space-size=2'],
  }
}

function forkWorker(): ChildProcess {
  const { env, execArgv } = memorySavers()
  return fork(workerFile, [], {
    // Nothing of the server's environment: a broken decoder must find no secret in it.
    env: { ...opencvEnvironment, OMP_NUM_THREADS: '1', VIPS_CONCURRENCY: '1', ...env },
    execArgv,
    serialization: 'advanced',
    // OpenCV's loader talks on stdout.
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
}

interface Hearing {
  readonly ready: PromiseWithResolvers<'opencv' | 'sharp'>
  readonly answer: (result: JobResult) => void
}

function hear(message: FromWorker, { ready, answer }: Hearing): void {
  switch (message.kind) {
    case 'ready':
      ready.resolve(message.imageAdapter)
      break
    case 'refused':
      ready.reject(new Error(message.message))
      break
    case 'measured':
      answer(message)
      break
  }
}

/** A closed channel is not an error here: the end of the process is heard by itself. */
function send(child: ChildProcess, message: Question): void {
  if (child.connected) child.send(message, () => undefined)
}

function keepOutput(child: ChildProcess): { readonly text: () => string } {
  const kept: string[] = []
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
    const text = (kept.join('') + chunk).slice(-keptOutputCharacters)
    kept.splice(0, kept.length, text)
  })
  return { text: () => kept.join('').trim() }
}
