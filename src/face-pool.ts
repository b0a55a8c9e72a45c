/** The face workers of this machine, as the settings want them: for the server here, and for servers elsewhere. */
import { readFileSync } from 'node:fs'
import type { Config } from './config.ts'
import { modelFolders } from './face/model-store.ts'
import type { InferenceServer } from './face/remote/inference-line.ts'
import { startWorkerPool, type PoolEvent, type WorkerPool } from './face/worker-pool.ts'

/** Frames that may wait for a worker, per worker: more would answer later than a person waits. */
export const queuePerWorker = 8
export const frameTimeoutMs = 5000

export type PoolConfig = Pick<Config, 'faceWorkers' | 'imageAdapter' | 'modelsDir' | 'inference'>

/** @throws {Error} where a network is missing or altered, or a file that the settings name cannot be read */
export async function startPool(
  config: PoolConfig,
  onEvent: (event: PoolEvent) => void,
): Promise<WorkerPool> {
  return startWorkerPool({
    workers: config.faceWorkers,
    imageAdapter: config.imageAdapter,
    modelFolders: modelFolders(config.modelsDir),
    inference: inferenceOf(config),
    maxQueue: config.faceWorkers * queuePerWorker,
    frameTimeoutMs,
    onEvent,
  })
}

/** With the authority's certificate read. @throws {Error} where it cannot be */
export function inferenceOf({ inference }: Pick<Config, 'inference'>): InferenceServer | undefined {
  if (inference === undefined) return undefined
  const { url, token, caFile } = inference
  return { url, token, ca: caFile === undefined ? undefined : readFileSync(caFile, 'utf8') }
}
