import { assert } from 'chai'
import fc from 'fast-check'
import { findOperatingPoint } from '../../src/policy/operating-point.ts'

const points = [
  { threshold: 0.55, fmrUpper: 1e-6 },
  { threshold: 0.45, fmrUpper: 1e-5 },
  { threshold: 0.38, fmrUpper: 1e-4 },
]

describe('The operating point', () => {
  it('counts each template of the gallery into the false match rate of an attempt', () => {
    assert.equal(findOperatingPoint(points, { targetFmr: 1e-4, templates: 1 })?.minScore, 0.38)
    assert.equal(findOperatingPoint(points, { targetFmr: 1e-4, templates: 5 })?.minScore, 0.45)
  })

  it('claims no rate that the calibration does not support', () => {
    assert.isUndefined(findOperatingPoint(points, { targetFmr: 1e-6, templates: 5 }))
    assert.isUndefined(findOperatingPoint([], { targetFmr: 1e-2, templates: 1 }))
    assert.isUndefined(findOperatingPoint(points, { targetFmr: NaN, templates: 5 }))
  })

  it('never grows laxer as the wanted rate grows stricter', () => {
    const rate = fc.double({ min: 1e-5, max: 1e-2, noNaN: true })
    fc.assert(
      fc.property(rate, rate, (one, other) => {
        const strict = findOperatingPoint(points, { targetFmr: Math.min(one, other), templates: 5 })
        const lax = findOperatingPoint(points, { targetFmr: Math.max(one, other), templates: 5 })
        return strict === undefined || (lax !== undefined && lax.minScore <= strict.minScore)
      }),
    )
  })
})
