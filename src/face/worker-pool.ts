/** The face engine in forked processes: the networks' files checked, the crew started, and each frame handed to it. */
import { createCrew, type CrewOptions, type PoolEvent, untouched } from './crew.ts'
import type { FaceService, Measurement, Wanted } from './engine.ts'
import { checkFrameBytes } from './image-header.ts'
import { manifestPath as shippedManifest, type ModelEntry, modelTag, readManifest } from './manifest.ts'
import { type EngineModels, listAbsent, readVerifiedModels, selectModels } from './model-files.ts'
import type { AdapterChoice } from './open-engine.ts'
import type { InferenceServer } from './remote/inference-line.ts'
import type { Job } from './worker-process.ts'
import type { TimedMeasurement } from './stages.ts'

export type { PoolEvent }

export interface WorkerPoolOptions extends CrewOptions {
  readonly imageAdapter: AdapterChoice
  readonly modelFolders: readonly string[]
  /** Where the networks run, if not in the workers themselves; then no file of theirs is read here. */
  readonly inference?: InferenceServer | undefined
  /** Another list of networks than the shipped one. */
  readonly manifestPath?: string
}

export interface WorkerPool extends FaceService {
  /** For evaluations alone: measures the face nearest the centre, whatever its defects. */
  measureCentralFace(frame: Uint8Array, wanted?: Wanted): Promise<Measurement>
  /** The same with its times, for servers elsewhere. */
  measureTimed(frame: Uint8Array, wish: Job['wish']): Promise<TimedMeasurement>
}

/**
 * Checks the networks' files, then forks the workers and returns before they have loaded them: see `ready`.
 * @throws {Error} naming the file, where a network is missing or has another checksum than the manifest's.
 */
export async function startWorkerPool(options: WorkerPoolOptions): Promise<WorkerPool> {
  const manifestPath = options.manifestPath ?? shippedManifest
  const entries = selectModels(readManifest(manifestPath))
  const { imageAdapter, modelFolders, inference } = options
  const pad = inference === undefined ? await verifyFiles(entries, options) : entries.pad
  const start = { imageAdapter, modelFolders: [...modelFolders], manifestPath, inference }
  const crew = createCrew(options, start)
  const measureTimed = async (frame: Uint8Array, wish: Job['wish']): Promise<TimedMeasurement> => {
    // The cheapest refusals need no worker, and 50 MB need not be copied to one.
    const fault = checkFrameBytes(frame)
    if (fault !== undefined) return untouched({ outcome: 'unreadable', fault })
    const done = await crew.enqueue({ frame, wish })
    const { measurement, ...times } = done
    options.onEvent?.({ kind: 'frame_done', outcome: measurement.outcome, ...times })
    return done
  }
  const measure = async (frame: Uint8Array, wish: Job['wish']): Promise<Measurement> =>
    (await measureTimed(frame, wish)).measurement
  return {
    model: modelTag(entries.recogniser),
    padModels: pad.map(modelTag),
    get imageAdapter() {
      const known = imageAdapter === 'auto' ? crew.imageAdapter() : imageAdapter
      if (known === undefined) throw new Error('the image adapter is known once the engine is ready')
      return known
    },
    ready: crew.ready,
    workers: Math.max(1, options.workers),
    hasWorker: crew.hasWorker,
    state: crew.state,
    measure: (frame, wanted) => measure(frame, { face: 'largest', ...wanted }),
    measureCentralFace: (frame, wanted = { embedding: true }) =>
      measure(frame, { face: 'central', ...wanted }),
    measureTimed,
    close: crew.close,
  }
}

/** @returns the networks that judge presentation attacks here */
async function verifyFiles(
  entries: EngineModels<ModelEntry>,
  { modelFolders, onEvent }: WorkerPoolOptions,
): Promise<readonly ModelEntry[]> {
  const { pad } = await readVerifiedModels(entries, modelFolders)
  const absent = listAbsent(entries, modelFolders).map(({ file }) => file)
  if (absent.length > 0) onEvent?.({ kind: 'pad_absent', files: absent })
  return pad.map(({ entry }) => entry)
}
