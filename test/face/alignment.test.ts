import { assert } from 'chai'
import { alignFace, arcFaceTemplate } from '../../src/face/alignment.ts'
import type { Landmarks, Point } from '../../src/face/engine.ts'
import type { Similarity } from '../../src/face/raster.ts'

function moveAll(landmarks: Landmarks, move: (point: Point) => Point): Landmarks {
  const [one, two, three, four, five] = landmarks
  return [move(one), move(two), move(three), move(four), move(five)]
}

function assertSimilarity(found: Similarity | undefined, wanted: Similarity): void {
  assert.isDefined(found)
  for (const key of ['a', 'b', 'tx', 'ty'] as const) assert.closeTo(found[key], wanted[key], 1e-9, key)
}

describe('aligning a face', () => {
  it('leaves a face that lies on the template where it is', () => {
    assertSimilarity(alignFace(arcFaceTemplate), { a: 1, b: 0, tx: 0, ty: 0 })
  })

  it('undoes a shift and an enlargement', () => {
    const seen = moveAll(arcFaceTemplate, ({ x, y }) => ({ x: x * 2 + 100, y: y * 2 + 40 }))
    assertSimilarity(alignFace(seen), { a: 0.5, b: 0, tx: -50, ty: -20 })
  })

  it('stands a tilted head upright', () => {
    // A quarter turn clockwise in the picture: (x, y) → (−y, x).
    const seen = moveAll(arcFaceTemplate, ({ x, y }) => ({ x: -y, y: x }))
    assertSimilarity(alignFace(seen), { a: 0, b: -1, tx: 0, ty: 0 })
  })

  it('finds the least-squares answer where the landmarks fit no similarity', () => {
    const seen: Landmarks = [
      { x: 210, y: 180 },
      { x: 290, y: 184 },
      { x: 262, y: 230 },
      { x: 222, y: 270 },
      { x: 280, y: 276 },
    ]
    const best = alignFace(seen)
    assert.isDefined(best)
    const errorOf = ({ a, b, tx, ty }: Similarity) =>
      seen.reduce((sum, { x, y }, at) => {
        const target = arcFaceTemplate[at]!
        return sum + (a * x - b * y + tx - target.x) ** 2 + (b * x + a * y + ty - target.y) ** 2
      }, 0)
    const least = errorOf(best)
    for (const key of ['a', 'b', 'tx', 'ty'] as const) {
      for (const step of [-1e-3, 1e-3]) assert.isAbove(errorOf({ ...best, [key]: best[key] + step }), least)
    }
  })

  it('gives no answer for landmarks that are one point, or no numbers', () => {
    const point = { x: 50, y: 50 }
    assert.isUndefined(alignFace([point, point, point, point, point]))
    assert.isUndefined(alignFace(moveAll(arcFaceTemplate, () => ({ x: NaN, y: NaN }))))
  })
})
