/** The frame, the networks and the engines that the sections measure with. */
import { readManifest } from '../src/face/manifest.ts'
import {
  readVerifiedModels,
  selectModels,
  type EngineModels,
  type VerifiedModel,
} from '../src/face/model-files.ts'
import { modelFolders } from '../src/face/model-store.ts'
import { openModel } from '../src/face/models.ts'
import { openImageAdapter } from '../src/face/open-engine.ts'
import { toBlob } from '../src/face/preprocessing.ts'
import { findOpenCv } from '../src/face/image-opencv.ts'
import { startWorkerPool, type WorkerPool } from '../src/face/worker-pool.ts'
import { frames, modelsDir } from '../test/media.ts'

export type Adapter = 'sharp' | 'opencv'

export const folders = modelFolders(modelsDir)

/** The image adapters that work on this machine. */
export function adaptersHere(): readonly Adapter[] {
  return findOpenCv() === undefined ? ['sharp'] : ['sharp', 'opencv']
}

export function readNetworks(): Promise<EngineModels<VerifiedModel>> {
  return readVerifiedModels(selectModels(readManifest()), folders)
}

/** A person looking ahead, 640×480 as the capture page sends it. */
export async function readFrame(): Promise<Buffer> {
  const [frame] = await frames('d0', { from: 1, to: 2 })
  if (frame === undefined) throw new Error('the video d0 has no frame')
  return frame
}

export async function startPool(workers: number, imageAdapter: Adapter, maxQueue = 64): Promise<WorkerPool> {
  const pool = await startWorkerPool({
    workers,
    imageAdapter,
    modelFolders: folders,
    maxQueue,
    frameTimeoutMs: 30_000,
  })
  await pool.ready
  return pool
}

/**
 * Runs the networks one after the other, with nothing around them. Their inputs are cut from the frame: the small
 * networks take twice as long on a picture as on a constant.
 */
export async function openBare(
  models: readonly VerifiedModel[],
  frame: Uint8Array,
): Promise<() => Promise<void>> {
  const adapter = await openImageAdapter('sharp')
  const decoding = await adapter.decode(frame)
  if (decoding.outcome !== 'decoded') throw new Error('the frame of the bench cannot be read')
  const { image } = decoding
  const middle = {
    x: (image.widthPx - image.heightPx) / 2,
    y: 0,
    widthPx: image.heightPx,
    heightPx: image.heightPx,
  }
  const bare = await Promise.all(
    models.map(async (verified) => {
      const { input, preprocessing, purpose } = verified.entry
      const sidePx = Number(input.shape[2])
      const isDetector = purpose === 'detector-fine' || purpose === 'detector-coarse'
      const raster = isDetector ? image.letterbox(sidePx).raster : image.cut(middle, sidePx)
      return { model: await openModel(verified), blob: toBlob(raster, preprocessing) }
    }),
  )
  return async () => {
    for (const { model, blob } of bare) await model.run(blob)
  }
}
