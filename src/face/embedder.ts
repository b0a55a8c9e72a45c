/** An aligned crop to an embedding (ArcFace). */
import { Embedding } from './embedding.ts'
import { modelTag } from './manifest.ts'
import type { Model } from './models.ts'
import { toBlob } from './preprocessing.ts'
import type { Raster } from './raster.ts'

export interface Embedder {
  embed(crop: Raster): Promise<Embedding>
}

export function createEmbedder(model: Model): Embedder {
  const { entry } = model
  const [output] = entry.outputs
  const tag = modelTag(entry)
  return {
    embed: async (crop) => {
      const outputs = await model.run(toBlob(crop, entry.preprocessing))
      const raw = output === undefined ? undefined : outputs.get(output.name)
      if (raw === undefined) throw new Error(`the recogniser ${entry.name} gave nothing`)
      return Embedding.from(raw, tag)
    },
  }
}
