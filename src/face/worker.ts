/** A face worker: a forked process that looks at one frame at a time, so that hostile bytes cost an attempt, never the server. */
import { flushCompileCache } from 'node:module'
import { setPriority } from 'node:os'
import { readManifest } from './manifest.ts'
import type { MeasuringEngine, Wish } from './measuring-engine.ts'
import { readVerifiedModels, selectModels } from './model-files.ts'
import { openEngine, openServedEngine } from './open-engine.ts'
import { startLaps } from './stages.ts'
import { type Sent, toWorker, type ToWorker } from './worker-messages.ts'

// A terminal's Ctrl-C reaches the whole group: the server ends its workers itself, after the frames in hand.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
// The server is gone, however it went.
process.on('disconnect', () => process.exit(0))

// Where every core looks at a frame, pages and tokens are still answered first: three shares to one.
setPriority(5)

const started = Promise.withResolvers<MeasuringEngine>()

process.on('message', (message) => {
  void take(toWorker.parse(message))
})

async function take(message: ToWorker): Promise<void> {
  if (message.kind === 'measure') {
    await measure(message.frame, message.wish)
    return
  }
  try {
    const { imageAdapter, inference, manifestPath, modelFolders } = message
    const models = selectModels(readManifest(manifestPath))
    const engine =
      inference === undefined
        ? await openEngine(await readVerifiedModels(models, modelFolders), imageAdapter)
        : await openServedEngine(models, imageAdapter, inference)
    started.resolve(engine)
    send({ kind: 'ready', imageAdapter: engine.imageAdapter })
    // Written now, for the next start: a worker ends by force, which leaves no time for it.
    flushCompileCache()
  } catch (error) {
    send({ kind: 'refused', message: explain(error) })
  }
}

async function measure(frame: Uint8Array, wish: Wish): Promise<void> {
  const engine = await started.promise
  const { lap, times } = startLaps(() => performance.now())
  try {
    send({ kind: 'measured', measurement: await engine.measure(frame, wish, lap), stages: times })
  } catch (error) {
    // Not the frame's content, which never throws: a bug. The server keeps what is said here for the log.
    process.stderr.write(`${explain(error)}\n`)
    send({ kind: 'measured', measurement: { outcome: 'failed' }, stages: [] })
  }
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause === undefined ? error.message : `${error.message}: ${explain(error.cause)}`
}

function send(message: Sent): void {
  process.send?.(message)
}
