/** The face engine as the app wants it: workers started, and the threshold that was measured for its recogniser. */
import type { Logger } from 'pino'
import { requireCalibration } from './calibration-file.ts'
import type { Config } from './config.ts'
import { type Calibration, type Manifest, modelTag, readManifest, type ModelEntry } from './face/manifest.ts'
import { selectModels } from './face/model-files.ts'
import { findMinLiveness } from './face/pad-calibration.ts'
import type { FaceService } from './face/engine.ts'
import type { PeerEvent } from './face/remote/peer.ts'
import { openRemoteEngine } from './face/remote/remote-engine.ts'
import type { PoolEvent } from './face/worker-pool.ts'
import { frameTimeoutMs, queuePerWorker, startPool } from './face-pool.ts'
import { enrolmentRules } from './policy/enrolment.ts'
import { findOperatingPoint, type OperatingPoint } from './policy/operating-point.ts'

export interface FaceParts {
  readonly engine: FaceService
  readonly operatingPoint: OperatingPoint
  readonly recogniser: { readonly name: string; readonly model: string }
  /** What the threshold rests on. */
  readonly calibration: Calibration
  readonly manifest: Manifest
  /** Captures that score lower are refused; `undefined` where the networks that score them are absent. */
  readonly minLiveness: number | undefined
}

/** @throws {Error} where a network is missing or altered, or where a calibration is another network's or does not support the wanted FMR */
export async function openFaceParts(
  config: Config,
  log: Logger,
  onEvent: (event: PoolEvent) => void = () => undefined,
): Promise<FaceParts> {
  const manifest = readManifest()
  const recogniser = recogniserOf(manifest.models)
  const calibration = requireCalibration(recogniser, config.calibrationFile)
  const operatingPoint = requireOperatingPoint(calibration, config.targetFmr)
  const minLiveness = findMinLiveness(selectModels(manifest).pad.map(modelTag), manifest.padCalibration)
  const engine = await openFaceEngine(config, manifest, { log, onEvent })
  const named = { name: recogniser.name, model: modelTag(recogniser) }
  return {
    engine,
    operatingPoint,
    calibration,
    manifest,
    recogniser: named,
    minLiveness: engine.padModels.length === 0 ? undefined : minLiveness,
  }
}

interface Hearers {
  readonly log: Logger
  readonly onEvent?: (event: PoolEvent) => void
}

/** On other machines, where the settings name such; else in processes here. @throws {Error} as above */
async function openFaceEngine(
  config: Config,
  manifest: Manifest,
  { log, onEvent }: Hearers,
): Promise<FaceService> {
  const { faceWorkerUrls: urls, faceWorkerCredentials: credentials } = config
  if (urls.length === 0 || credentials === undefined)
    return startPool(config, (event) => {
      logEvent(log, event)
      onEvent?.(event)
    })
  const { pad, ...others } = selectModels(manifest)
  const networks = [...Object.values(others), ...pad].map(({ sha256 }) => sha256)
  return openRemoteEngine({
    urls,
    credentials,
    wanted: { model: modelTag(others.recogniser), networks },
    padModels: pad.map(modelTag),
    mostPerWorker: queuePerWorker + 1,
    frameTimeoutMs,
    onFrame: onEvent,
    onEvent: (event) => {
      logPeer(log, event)
    },
  })
}

function logPeer(log: Logger, event: PeerEvent): void {
  if (event.kind === 'peer_fit') log.info({ url: event.url, workers: event.workers }, 'face worker ready')
  else log.warn({ url: event.url, detail: event.detail }, 'face worker out of reach')
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
      return
    case 'frame_done':
  }
}
