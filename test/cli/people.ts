/** People that exist only in tests: embeddings of chosen closeness, and folders that claim to hold their pictures. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Embedding } from '../../src/face/embedding.ts'
import type { EmbeddedImages } from '../../src/cli/embed-images.ts'
import { createSeededRandom, type Random } from '../../src/cli/resampling.ts'

export const model = `${'a'.repeat(64)}/1`

/** Sum of twelve uniform numbers: near enough to normal. */
function normal(random: Random): number {
  return Array.from({ length: 12 }, random).reduce((sum, each) => sum + each, -6)
}

/** Each picture is its person's direction with some noise: 0 gives equal pictures. */
export function drawGalleries(
  people: number,
  pictures: number,
  { seed = 1, noise = 0.5 } = {},
): readonly (readonly Embedding[])[] {
  const random = createSeededRandom(seed)
  return Array.from({ length: people }, () => {
    const own = Array.from({ length: 128 }, () => normal(random))
    return Array.from({ length: pictures }, () =>
      Embedding.from(
        own.map((each) => each + noise * normal(random)),
        model,
      ),
    )
  })
}

/** One folder per person below `folder`, and what an engine would have seen in the pictures. */
export function layOut(
  folder: string,
  galleries: readonly (readonly (Embedding | undefined)[])[],
): { readonly embed: (paths: readonly string[]) => Promise<EmbeddedImages> } {
  const seen = new Map<string, Embedding | undefined>()
  for (const [at, gallery] of galleries.entries()) {
    const own = join(folder, `person-${at}`)
    mkdirSync(own, { recursive: true })
    for (const [which, embedding] of gallery.entries()) {
      const path = join(own, `${which}.jpg`)
      writeFileSync(path, '')
      seen.set(path, embedding)
    }
  }
  return {
    embed: (paths) =>
      Promise.resolve({
        embeddings: new Map(paths.map((path) => [path, seen.get(path)])),
        model,
        imageAdapter: 'sharp',
      }),
  }
}
