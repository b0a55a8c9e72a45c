/** Builds a measuring engine from the files of a machine: verified networks on the image adapter that works here. */
import { createDetector } from './detector.ts'
import { createMeshFinder } from './face-mesh.ts'
import { createEmbedder } from './embedder.ts'
import { findOpenCv } from './image-opencv.ts'
import { createMeasuringEngine, type MeasuringEngine } from './measuring-engine.ts'
import type { ImageAdapter } from './image.ts'
import { type EngineModels, type VerifiedModel } from './model-files.ts'
import { openModel } from './models.ts'
import { createLivenessMeter } from './presentation-attack.ts'

export type AdapterChoice = 'auto' | 'opencv' | 'sharp'

/** @throws {Error} where OpenCV is asked for and its binding is not built. */
export async function openImageAdapter(choice: AdapterChoice): Promise<ImageAdapter> {
  const opencv = choice === 'sharp' ? undefined : findOpenCv()
  if (opencv !== undefined) return opencv
  if (choice === 'opencv') {
    throw new Error('the OpenCV binding is not built; build it with "npm run setup:opencv" or choose sharp')
  }
  // Loaded where it serves alone: 18 MB a worker are saved where OpenCV does.
  const { openSharp } = await import('./image-sharp.ts')
  return openSharp()
}

/** @throws {Error} saying which file is wrong, where a network does not open. */
export async function openEngine(
  models: EngineModels<VerifiedModel>,
  choice: AdapterChoice,
): Promise<MeasuringEngine & { readonly imageAdapter: ImageAdapter['name'] }> {
  const adapter = await openImageAdapter(choice)
  const pad = await Promise.all(models.pad.map(openModel))
  const engine = createMeasuringEngine({
    adapter,
    coarse: await createDetector(await openModel(models.coarse)),
    fine: await createDetector(await openModel(models.fine)),
    embedder: createEmbedder(await openModel(models.recogniser)),
    mesh: createMeshFinder(await openModel(models.mesh)),
    ...(pad.length === 0 ? {} : { liveness: createLivenessMeter(pad) }),
  })
  return { ...engine, imageAdapter: adapter.name }
}
