import { assert } from 'chai'
import { bestScore, compare } from '../../src/face/comparison.ts'
import { Embedding } from '../../src/face/embedding.ts'

/** Unit vectors in a plane, at an angle in degrees. */
function at(degrees: number, model = 'm/1'): Embedding {
  const radians = (degrees * Math.PI) / 180
  return Embedding.from(
    Array.from({ length: 128 }, (_, index) =>
      index === 0 ? Math.cos(radians) : index === 1 ? Math.sin(radians) : 0,
    ),
    model,
  )
}

describe('comparing embeddings', () => {
  it('scores the cosine of the angle between probe and reference', () => {
    assert.closeTo(compare(at(0), at(60)), 0.5, 1e-6)
    assert.closeTo(compare(at(0), at(90)), 0, 1e-6)
    assert.closeTo(compare(at(0), at(180)), -1, 1e-6)
  })

  it('never scores above one, not even a probe with itself', () => {
    for (let degrees = 0; degrees < 360; degrees += 7) assert.isAtMost(compare(at(degrees), at(degrees)), 1)
  })

  it('refuses to compare embeddings of two models', () => {
    assert.throws(() => compare(at(0, 'm/1'), at(0, 'm/2')), TypeError, /m\/2/)
  })

  it('takes the closest template of a gallery', () => {
    assert.closeTo(bestScore(at(0), [at(80), at(60), at(120)]) ?? NaN, 0.5, 1e-6)
  })

  it('finds no score in an empty gallery', () => {
    assert.isUndefined(bestScore(at(0), []))
  })
})
