import { assert } from 'chai'
import { drawCurve } from '../../src/admin/console-curve.ts'
import { sampleCalibration } from '../pages/admin-rates.ts'

describe('The drawing of a calibration', () => {
  it('falls from strict to loose, with its bounds beside it and the point in force upon it', () => {
    const curve = drawCurve(sampleCalibration)
    assert.isDefined(curve)
    const places = curve.line.split(' ').map((each) => each.split(',').map(Number))
    assert.lengthOf(places, sampleCalibration.points.length)
    for (const [at, [x = NaN, y = NaN]] of places.entries()) {
      assert.isTrue(x >= curve.left && x <= curve.right && y >= curve.top && y <= curve.bottom)
      const [nextX = Infinity, nextY = Infinity] = places[at + 1] ?? []
      assert.isTrue(nextX > x && nextY > y, 'to the right and down')
    }
    assert.deepInclude(curve.dots, curve.inForce)
    assert.deepEqual(
      curve.rows.filter(({ isInForce }) => isInForce).map(({ threshold }) => threshold),
      ['0.407'],
    )
    assert.isTrue(curve.across.some(({ text }) => text === '10⁻⁵'))
    assert.isTrue(curve.up.some(({ text }) => text === '10 %'))
  })

  it('is told in words to who does not see it', () => {
    assert.equal(
      drawCurve(sampleCalibration)?.says,
      'The fewer strangers pass, the more often the person is missed. The line falls from 0.000023 % false matches with 80.7 % false non-matches to 0.97 % false matches with 0.92 % false non-matches. In force: 0.0083 % false matches with 4.3 % false non-matches, at a score of 0.407.',
    )
  })

  it('is none where there is one point, or the one in force has no place on it', () => {
    const { points, operatingPoint } = sampleCalibration
    const of = (change: object) => drawCurve({ ...sampleCalibration, ...change })
    assert.isUndefined(of({ points: points.slice(3, 4) }))
    assert.isUndefined(of({ operatingPoint: { ...operatingPoint, minScore: 0.9 } }))
    assert.isUndefined(of({ points: points.map((each) => ({ ...each, fmr: 0 })) }))
  })
})
