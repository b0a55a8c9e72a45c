/** Embeds many image files once each, on all cores, for evaluations and calibrations. */
import { readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { readConfig } from '../config.ts'
import type { Embedding } from '../face/embedding.ts'
import { modelFolders } from '../face/model-store.ts'
import { startWorkerPool } from '../face/worker-pool.ts'
import { processTerminal, UsageError } from './terminal.ts'

export interface EmbeddingOptions {
  readonly imageAdapter: 'auto' | 'opencv' | 'sharp'
  /** Looked in before the usual folders. */
  readonly modelDir: string | undefined
}

export interface EmbeddedImages {
  /** `undefined` for a picture in which no face was found. */
  readonly embeddings: ReadonlyMap<string, Embedding | undefined>
  readonly model: string
  readonly imageAdapter: 'opencv' | 'sharp'
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
): Promise<EmbeddedImages> {
  const workers = availableParallelism()
  const pool = await startWorkerPool({
    workers,
    imageAdapter: options.imageAdapter,
    modelFolders: modelFolders(options.modelDir ?? readConfig().modelsDir),
    maxQueue: workers * 2,
    frameTimeoutMs: 60_000,
  })
  try {
    await pool.ready
    const embeddings = new Map<string, Embedding | undefined>()
    const waiting = [...new Set(paths)].values()
    const embedNext = async () => {
      for (const path of waiting) {
        const measured = await pool.measureCentralFace(await readFile(path))
        embeddings.set(path, measured.outcome === 'measured' ? measured.embedding : undefined)
        processTerminal.redraw?.(`${embeddings.size} pictures embedded`)
      }
    }
    // A frame waits for each worker while it looks at another.
    await Promise.all(Array.from({ length: workers * 2 }, embedNext))
    processTerminal.redraw?.('')
    return { embeddings, model: pool.model, imageAdapter: pool.imageAdapter }
  } finally {
    await pool.close()
  }
}
