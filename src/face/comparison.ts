/** Probe × reference → comparison score. Measures; decides nothing. */
import type { Embedding } from './embedding.ts'

/** −1…1, higher is closer (ISO/IEC 2382-37: comparison score). */
export type ComparisonScore = number

/** @throws {TypeError} where the two are of different models. */
export function compare(probe: Embedding, reference: Embedding): ComparisonScore {
  if (probe.model !== reference.model) {
    throw new TypeError(`cannot compare a ${probe.model} probe with a ${reference.model} template`)
  }
  // Both vectors are unit length (see Embedding.from), so their dot product is the cosine.
  return dot(probe.vector, reference.vector)
}

/** The closest of a gallery; `undefined` where the gallery is empty. Its FMR is about the gallery's size times one comparison's. */
export function bestScore(probe: Embedding, gallery: readonly Embedding[]): ComparisonScore | undefined {
  if (gallery.length === 0) return undefined
  return Math.max(...gallery.map((reference) => compare(probe, reference)))
}

function dot(one: Float32Array, other: Float32Array): number {
  let sum = 0
  for (let at = 0; at < one.length; at++) sum += (one[at] ?? NaN) * (other[at] ?? NaN)
  // Float rounding may carry a vector's product with itself past 1.
  return Math.min(1, Math.max(-1, sum))
}
