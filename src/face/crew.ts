/** The processes that look at frames: a bounded queue before them, a time limit on each frame, a restart after each crash. */
import type { EngineState, Measurement } from './engine.ts'
import type { FrameDone, TimedMeasurement } from './stages.ts'
import { type Job, startWorker, type WorkerProcess, type WorkerStart } from './worker-process.ts'

export type PoolEvent =
  | {
      readonly kind: 'worker_ready'
      readonly imageAdapter: 'opencv' | 'sharp'
      readonly processId: number | undefined
    }
  /** `detail` is what it last wrote: for the log only. */
  | { readonly kind: 'worker_ended'; readonly detail: string; readonly restartInMs: number }
  /** Presentation attacks are not measured: these networks, all optional, are in no folder. */
  | { readonly kind: 'pad_absent'; readonly files: readonly string[] }
  /** Told in the context of whoever asked, just before they have the measurement. */
  | FrameDone

export interface CrewOptions {
  readonly workers: number
  /** Frames that may wait; one more is turned away. */
  readonly maxQueue: number
  /** A worker that looks longer at one frame is ended. */
  readonly frameTimeoutMs: number
  readonly onEvent?: (event: PoolEvent) => void
}

export type Done = TimedMeasurement

interface WaitingJob {
  readonly job: Job
  /** Of the monotonic clock, in milliseconds. */
  readonly since: number
  readonly settle: (done: Done) => void
}

/** What a crew knows at a moment; changed by the functions below alone. */
interface CrewState {
  readonly options: CrewOptions
  readonly start: WorkerStart
  readonly ready: PromiseWithResolvers<void>
  readonly queue: WaitingJob[]
  readonly idle: WorkerProcess[]
  readonly alive: Set<WorkerProcess>
  /** Those of them that have loaded their networks. */
  readonly able: Set<WorkerProcess>
  imageAdapter: 'opencv' | 'sharp' | undefined
  /** No frame is taken any more: closed, or unable to start. */
  isOver: boolean
}

export interface Crew {
  readonly ready: Promise<void>
  hasWorker: () => boolean
  state: () => EngineState
  imageAdapter: () => 'opencv' | 'sharp' | undefined
  enqueue: (job: Job) => Promise<Done>
  close: () => Promise<void>
}

export function createCrew(options: CrewOptions, start: WorkerStart): Crew {
  const crew: CrewState = {
    options,
    start,
    ready: Promise.withResolvers(),
    queue: [],
    idle: [],
    alive: new Set(),
    able: new Set(),
    imageAdapter: undefined,
    isOver: false,
  }
  // Whoever waits for it still sees the failure; nobody waiting is no crash.
  crew.ready.promise.catch(() => undefined)
  for (let each = 0; each < Math.max(1, options.workers); each++) hire(crew, 0)
  return {
    ready: crew.ready.promise,
    hasWorker: () => !crew.isOver && crew.able.size > 0,
    state: () => stateOf(crew),
    imageAdapter: () => crew.imageAdapter,
    enqueue: (job) => enqueue(crew, job),
    close: async () => {
      crew.ready.reject(new Error('the face engine was closed before it was ready'))
      const leaving = [...crew.alive].map((worker) => worker.ended)
      disband(crew)
      await Promise.all(leaving)
    },
  }
}

const retryAfterSeconds = 2

function stateOf({ options, queue, idle, alive, able, isOver }: CrewState): EngineState {
  // One that died idle is in neither set any more.
  const resting = idle.filter((worker) => able.has(worker)).length
  const wanted = isOver ? 0 : Math.max(1, options.workers)
  return { waiting: queue.length, wanted, alive: alive.size, able: able.size, busy: able.size - resting }
}

/** What no worker has looked at. */
export function untouched(measurement: Measurement, waitMs = 0): Done {
  return { measurement, waitMs, workMs: 0, stages: [] }
}

const overloaded: Measurement = { outcome: 'overloaded', retryAfterSeconds }

function enqueue(crew: CrewState, job: Job): Promise<Done> {
  if (crew.isOver) return Promise.resolve(untouched({ outcome: 'failed' }))
  // What a worker will take at once does not wait.
  if (crew.queue.length - crew.idle.length >= crew.options.maxQueue) {
    return Promise.resolve(untouched(overloaded))
  }
  return new Promise((resolve) => {
    const waiting: WaitingJob = {
      job,
      since: performance.now(),
      settle: (done) => {
        clearTimeout(timer)
        resolve(done)
      },
    }
    // Nobody waits for ever, even where the workers keep dying.
    const timer = setTimeout(() => {
      const at = crew.queue.indexOf(waiting)
      if (at >= 0) crew.queue.splice(at, 1)
      if (at >= 0) resolve(untouched(overloaded, performance.now() - waiting.since))
    }, crew.options.frameTimeoutMs * longestWaitInTimeouts)
    crew.queue.push(waiting)
    dispatch(crew)
  })
}

const longestWaitInTimeouts = 4

function dispatch(crew: CrewState): void {
  while (crew.queue.length > 0) {
    const worker = crew.idle.shift()
    if (worker === undefined) return
    // A worker that died idle is already being replaced.
    const next = worker.hasEnded() ? undefined : crew.queue.shift()
    if (next !== undefined) void run(crew, worker, next)
  }
}

async function run(
  crew: CrewState,
  worker: WorkerProcess,
  { job, since, settle }: WaitingJob,
): Promise<void> {
  const taken = performance.now()
  const { measurement, stages } = await worker.measure(job, crew.options.frameTimeoutMs)
  settle({ measurement, stages, waitMs: taken - since, workMs: performance.now() - taken })
  if (worker.hasEnded()) return
  crew.idle.push(worker)
  dispatch(crew)
}

const firstPauseMs = 100
const longestPauseMs = 10_000
/** Starts a worker, and its successor when it dies: soon after one that worked, ever later while they die at the start. */
function hire(crew: CrewState, deathsInARow: number): void {
  const worker = startWorker(crew.start)
  crew.alive.add(worker)
  const service = { isReady: false }
  worker.ready.then(
    (imageAdapter) => {
      service.isReady = true
      crew.able.add(worker)
      crew.imageAdapter = imageAdapter
      crew.options.onEvent?.({ kind: 'worker_ready', imageAdapter, processId: worker.processId })
      crew.ready.resolve()
      crew.idle.push(worker)
      dispatch(crew)
    },
    (error: unknown) => {
      // Where no worker has ever started, none will: the operator has to act.
      if (crew.imageAdapter !== undefined || crew.isOver) return
      crew.ready.reject(error)
      disband(crew)
    },
  )
  void worker.ended.then((detail) => {
    crew.alive.delete(worker)
    crew.able.delete(worker)
    if (crew.isOver) return
    const deaths = service.isReady ? 0 : deathsInARow + 1
    const restartInMs = Math.min(longestPauseMs, firstPauseMs * 2 ** deaths)
    crew.options.onEvent?.({ kind: 'worker_ended', detail, restartInMs })
    setTimeout(() => {
      if (!crew.isOver) hire(crew, deaths)
    }, restartInMs).unref()
  })
}

function disband(crew: CrewState): void {
  crew.isOver = true
  for (const { settle, since } of crew.queue.splice(0))
    settle(untouched({ outcome: 'failed' }, performance.now() - since))
  for (const worker of crew.alive) worker.kill()
}
