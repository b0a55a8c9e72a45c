/** Builds a measuring engine from the files of a machine: verified networks on the image adapter that works here. */
import { createDetector } from './detector.ts'
import { createMeshFinder } from './face-mesh.ts'
import { createEmbedder } from './embedder.ts'
import { findOpenCv } from './image-opencv.ts'
import { createMeasuringEngine, type MeasuringEngine } from './measuring-engine.ts'
import type { ImageAdapter } from './image.ts'
import { type EngineModels, type VerifiedModel } from './model-files.ts'
import type { ModelEntry } from './manifest.ts'
import type { Model } from './models.ts'
import type { InferenceServer } from './remote/inference-line.ts'
import { awaitServer, openServedModel } from './remote/kserve.ts'
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
): Promise<OpenedEngine> {
  // Loaded where networks run here: elsewhere, 60 MB a worker are saved.
  const { openModel } = await import('./models.ts')
  return assembleEngine(await eachModel(models, openModel), choice)
}

/** @throws {Error} saying what is wrong with the inference server or a network of its. */
export async function openServedEngine(
  models: EngineModels<ModelEntry>,
  choice: AdapterChoice,
  server: InferenceServer,
): Promise<OpenedEngine> {
  await awaitServer(server)
  return assembleEngine(await eachModel(models, (entry) => openServedModel(entry, server)), choice)
}

export type OpenedEngine = MeasuringEngine & { readonly imageAdapter: ImageAdapter['name'] }

async function eachModel<Closed>(
  { coarse, fine, recogniser, mesh, pad }: EngineModels<Closed>,
  open: (model: Closed) => Promise<Model>,
): Promise<EngineModels<Model>> {
  return {
    coarse: await open(coarse),
    fine: await open(fine),
    recogniser: await open(recogniser),
    mesh: await open(mesh),
    pad: await Promise.all(pad.map(open)),
  }
}

async function assembleEngine(models: EngineModels<Model>, choice: AdapterChoice): Promise<OpenedEngine> {
  const adapter = await openImageAdapter(choice)
  const engine = createMeasuringEngine({
    adapter,
    coarse: await createDetector(models.coarse),
    fine: await createDetector(models.fine),
    embedder: createEmbedder(models.recogniser),
    mesh: createMeshFinder(models.mesh),
    ...(models.pad.length === 0 ? {} : { liveness: createLivenessMeter(models.pad) }),
  })
  return { ...engine, imageAdapter: adapter.name }
}
