/** The face engine as the app wants it: workers started, and the threshold that was measured for its recogniser. */
import type { Logger } from 'pino'
import { requireCalibration } from './calibration-file.ts'
import type { Config } from './config.ts'
import { type Calibration, modelTag, readManifest, type ModelEntry } from './face/manifest.ts'
import { selectModels } from './face/model-files.ts'
import { modelFolders } from './face/model-store.ts'
import { findMinLiveness } from './face/pad-calibration.ts'
import { startWorkerPool, type PoolEvent, type WorkerPool } from './face/worker-pool.ts'
import { enrolmentRules } from './policy/enrolment.ts'
import { findOperatingPoint, type OperatingPoint } from './policy/operating-point.ts'

/** Frames that may wait for a worker, per worker: more would answer later than a person waits. */
const queuePerWorker = 8
const frameTimeoutMs = 5000

export interface FaceParts {
  readonly engine: WorkerPool
  readonly operatingPoint: OperatingPoint
  readonly recogniser: { readonly name: string; readonly model: string }
  /** Captures that score lower are refused; `undefined` where the networks that score them are absent. */
  readonly minLiveness: number | undefined
}

/** @throws {Error} where a network is missing or altered, or where a calibration is another network's or does not support the wanted FMR */
export async function openFaceParts(config: Config, log: Logger): Promise<FaceParts> {
  const manifest = readManifest()
  const recogniser = recogniserOf(manifest.models)
  const calibration = requireCalibration(recogniser, config.calibrationFile)
  const operatingPoint = requireOperatingPoint(calibration, config.targetFmr)
  const minLiveness = findMinLiveness(selectModels(manifest).pad.map(modelTag), manifest.padCalibration)
  const engine = await startWorkerPool({
    workers: config.faceWorkers,
    imageAdapter: config.imageAdapter,
    modelFolders: modelFolders(config.modelsDir),
    maxQueue: config.faceWorkers * queuePerWorker,
    frameTimeoutMs,
    onEvent: (event) => {
      logEvent(log, event)
    },
  })
  const named = { name: recogniser.name, model: modelTag(recogniser) }
  return {
    engine,
    operatingPoint,
    recogniser: named,
    minLiveness: engine.padModels.length === 0 ? undefined : minLiveness,
  }
}

function recogniserOf(models: readonly ModelEntry[]): ModelEntry {
  const recogniser = models.find((each) => each.purpose === 'recogniser')
  if (recogniser === undefined) throw new Error('models/manifest.json names no recogniser')
  return recogniser
}

function requireOperatingPoint({ points, dataset }: Calibration, targetFmr: number): OperatingPoint {
  const wish = { targetFmr, templates: enrolmentRules.mostSamples }
  const point = findOperatingPoint(points, wish)
  if (point !== undefined) return point
  throw new Error(
    `MIEN_TARGET_FMR is ${targetFmr}, which with ${wish.templates} templates the calibration on ${dataset} does not support. ` +
      'Ask for a higher rate, or calibrate on more people (npm run mien -- calibrate --help) and name the file in MIEN_CALIBRATION_FILE.',
  )
}

function logEvent(log: Logger, event: PoolEvent): void {
  switch (event.kind) {
    case 'pad_absent':
      log.warn(
        { files: event.files },
        'presentation attacks are not judged, for these networks are absent; fetch them with "npm run mien -- models pull"',
      )
      return
    case 'worker_ready':
      log.debug({ imageAdapter: event.imageAdapter }, 'face worker ready')
      return
    case 'worker_ended':
      log.warn({ detail: event.detail, restartInMs: event.restartInMs }, 'face worker ended')
  }
}
