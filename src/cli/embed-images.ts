/** Embeds many image files once each, on all cores, for evaluations and calibrations. */
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { readConfig } from '../config.ts'
import type { Embedding } from '../face/embedding.ts'
import { readManifest } from '../face/manifest.ts'
import { selectModels } from '../face/model-files.ts'
import { modelFolders } from '../face/model-store.ts'
import { startWorkerPool, type WorkerPool } from '../face/worker-pool.ts'
import { type CachedFace, type EmbeddingCache, openEmbeddingCache } from './embedding-cache.ts'
import { startProgress } from './progress.ts'
import { type Terminal, UsageError } from './terminal.ts'

export interface EmbeddingOptions {
  readonly imageAdapter: 'auto' | 'opencv' | 'sharp'
  /** Looked in before the usual folders. */
  readonly modelDir: string | undefined
  /** Where embeddings are kept for the next run; `undefined` keeps none. */
  readonly cacheDir: string | undefined
}

export interface EmbeddedImages {
  /** `undefined` for a picture in which no face was found. */
  readonly embeddings: ReadonlyMap<string, Embedding | undefined>
  readonly model: string
  readonly imageAdapter: 'opencv' | 'sharp'
}

export interface EmbedDependencies {
  readonly terminal: Terminal
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number
}

/** @throws {UsageError} where the value is none of the three. */
export function toImageAdapter(value: string | undefined): EmbeddingOptions['imageAdapter'] {
  const known = (['auto', 'opencv', 'sharp'] as const).find((each) => each === (value ?? 'auto'))
  if (known === undefined)
    throw new UsageError(`--image-adapter is auto, opencv or sharp, not ${value ?? ''}`)
  return known
}

/** The face nearest the centre of each picture, whatever its quality: data sets show it there. */
export async function embedImages(
  paths: readonly string[],
  options: EmbeddingOptions,
  { terminal, now }: EmbedDependencies,
): Promise<EmbeddedImages> {
  const workers = availableParallelism()
  const pool = await startWorkerPool({
    workers,
    imageAdapter: options.imageAdapter,
    modelFolders: modelFolders(options.modelDir ?? readConfig().modelsDir),
    maxQueue: workers * 2,
    frameTimeoutMs: 60_000,
  })
  let cache: EmbeddingCache | undefined
  const distinct = [...new Set(paths)]
  const progress = startProgress(distinct.length, 'pictures', { redraw: terminal.redraw, now })
  try {
    await pool.ready
    cache = await openCache(options.cacheDir, pool, terminal)
    const embeddings = new Map<string, Embedding | undefined>()
    const waiting = distinct.values()
    const embedNext = async () => {
      for (const path of waiting) {
        const face = await embedImage(await readFile(path), pool, cache)
        if (face === undefined) terminal.warn(`${path} could not be measured`)
        embeddings.set(path, typeof face === 'string' ? undefined : face)
        progress.advance(embeddings.size)
      }
    }
    // A frame waits for each worker while it looks at another.
    await Promise.all(Array.from({ length: workers * 2 }, embedNext))
    return { embeddings, model: pool.model, imageAdapter: pool.imageAdapter }
  } finally {
    progress.end()
    await cache?.close()
    await pool.close()
  }
}

async function openCache(
  folder: string | undefined,
  pool: WorkerPool,
  terminal: Terminal,
): Promise<EmbeddingCache | undefined> {
  if (folder === undefined) return undefined
  const cache = await openEmbeddingCache(folder, {
    model: pool.model,
    detector: selectModels(readManifest()).fine.sha256,
    imageAdapter: pool.imageAdapter,
  })
  terminal.warn(
    `Embeddings of faces are biometric data: ${cache.path} holds them, readable by you alone. Delete it when you are done.`,
  )
  return cache
}

/** What a worker failed on may succeed the next time, and so is kept nowhere. */
async function embedImage(
  image: Buffer,
  pool: Pick<WorkerPool, 'measureCentralFace'>,
  cache: EmbeddingCache | undefined,
): Promise<CachedFace | undefined> {
  const known = cache?.find(image)
  if (known !== undefined) return known
  const measured = await pool.measureCentralFace(image)
  if (measured.outcome === 'failed' || measured.outcome === 'overloaded') return undefined
  const face = measured.outcome === 'measured' ? (measured.embedding ?? 'no_face') : 'no_face'
  await cache?.add(image, face)
  return face
}
