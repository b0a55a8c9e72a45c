/** A face embedding: a unit-length vector that names the network that made it, so that foreign vectors cannot be compared. */

/** Length of the vectors we accept: every recogniser in the field gives 128 or 512 numbers. */
const dimensions = new Set([128, 512])

export class Embedding {
  readonly vector: Float32Array
  /** `<sha256 of the model file>/<preprocessing version>`; embeddings of different models are never compared. */
  readonly model: string

  private constructor(vector: Float32Array, model: string) {
    this.vector = vector
    this.model = model
  }

  /**
   * Normalises raw network output to unit length.
   * @throws {TypeError} where the length is neither 128 nor 512, the model tag is empty, or the vector is zero or not finite.
   */
  static from(raw: Float32Array | readonly number[], model: string): Embedding {
    return Embedding.adopt(new Float32Array(raw), model)
  }

  /**
   * As `from`, but in place: the array becomes the embedding's own, and whoever gives it away keeps no hand on it.
   * Spares an array for each template of a gallery, whose making and collection took a fifth of its opening.
   * @throws {TypeError} as `from` does.
   */
  static adopt(raw: Float32Array, model: string): Embedding {
    if (model === '') throw new TypeError('an embedding must name its model')
    if (!dimensions.has(raw.length))
      throw new TypeError(`an embedding of ${raw.length} numbers is not one we know`)
    // Plain loops: iterators and callbacks took 7 µs a template of the 5 that it may take.
    let squares = 0
    for (let at = 0; at < raw.length; at++) squares += (raw[at] ?? NaN) ** 2
    const norm = Math.sqrt(squares)
    // Written so that NaN fails too.
    if (!(norm > 1e-6 && norm < Infinity))
      throw new TypeError('an embedding must be a finite vector, not zero')
    for (let at = 0; at < raw.length; at++) raw[at] = (raw[at] ?? NaN) / norm
    return new Embedding(raw, model)
  }

  /**
   * The normalised mean of several embeddings of one capture: less noisy than any of them.
   * @throws {TypeError} where there is none, or where they are of different models.
   */
  static mean(embeddings: readonly Embedding[]): Embedding {
    const [first] = embeddings
    if (first === undefined) throw new TypeError('the mean of no embeddings is undefined')
    const sum = new Float32Array(first.vector.length)
    for (const each of embeddings) {
      if (each.model !== first.model) throw new TypeError(`cannot average ${each.model} with ${first.model}`)
      each.vector.forEach((value, at) => {
        sum[at] = (sum[at] ?? 0) + value
      })
    }
    return Embedding.adopt(sum, first.model)
  }
}
