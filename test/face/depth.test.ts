import { assert } from 'chai'
import { backdropChange } from '../../src/face/backdrop.ts'
import { affineResidual, averagePoints } from '../../src/face/depth.ts'

const square = [
  { x: 0, y: 0 },
  { x: 100, y: 0 },
  { x: 100, y: 100 },
  { x: 0, y: 100 },
  { x: 50, y: 50 },
]

describe('Depth from points that moved', () => {
  it('is nothing for any affine map: shifted, turned in the picture, scaled, sheared', () => {
    const moved = square.map(({ x, y }) => ({ x: 0.7 * x - 0.3 * y + 40, y: 0.2 * x + 1.3 * y - 9 }))
    assert.closeTo(affineResidual(square, moved), 0, 1e-9)
  })

  it('is what a point that stands out moves beyond the others', () => {
    const nose = square.map((point, at) => (at === 4 ? { x: 75, y: 50 } : point))
    const twice = square.map((point, at) => (at === 4 ? { x: 100, y: 50 } : point))
    assert.isAbove(affineResidual(square, nose), 0.05)
    assert.closeTo(affineResidual(square, twice), 2 * affineResidual(square, nose), 1e-9)
  })

  it('does not depend on how large the face is in the picture', () => {
    const nose = square.map((point, at) => (at === 4 ? { x: 75, y: 50 } : point))
    const double = (points: typeof square) => points.map(({ x, y }) => ({ x: 2 * x, y: 2 * y }))
    assert.closeTo(affineResidual(double(square), double(nose)), affineResidual(square, nose), 1e-9)
  })

  it('is no number where the points lie on one spot, are missing or not as many', () => {
    assert.isNaN(
      affineResidual(
        square.map(() => ({ x: 1, y: 1 })),
        square,
      ),
    )
    assert.isNaN(affineResidual(square, square.slice(1)))
    assert.isNaN(
      affineResidual(
        square,
        square.map(() => ({ x: NaN, y: 0 })),
      ),
    )
  })

  it('averages each point by itself', () => {
    const shifted = square.map(({ x, y }) => ({ x: x + 10, y: y - 4 }))
    assert.deepEqual(averagePoints([square, shifted])[0], { x: 5, y: -2 })
  })
})

describe('What is behind the person', () => {
  it('is unchanged by what a camera does to the whole picture, and changed by a cut', () => {
    const scene = Uint8Array.from([10, 80, 200, 40])
    assert.equal(
      backdropChange(
        scene,
        scene.map((value) => value + 20),
      ),
      0,
    )
    assert.isAbove(backdropChange(scene, Uint8Array.from([200, 10, 30, 90])), 60)
    assert.isNaN(backdropChange(scene, new Uint8Array(3)))
  })
})
