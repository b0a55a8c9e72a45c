import { assert } from 'chai'
import { modelTag, readManifest } from '../../src/face/manifest.ts'
import { selectModels } from '../../src/face/model-files.ts'
import { findMinLiveness } from '../../src/face/pad-calibration.ts'

describe('the calibration that ships with the default recogniser', () => {
  const { recogniser } = selectModels(readManifest())
  const calibration = recogniser.calibration!

  it('belongs to the very network that is shipped', () => {
    assert.equal(calibration.model, modelTag(recogniser))
  })

  it('claims no false match rate below what its number of people supports', () => {
    const pairsOfPeople = (calibration.subjects * (calibration.subjects - 1)) / 2
    assert.isAtLeast(calibration.smallestSupportedFmr, 2.99 / pairsOfPeople)
    for (const { fmr, fmrUpper } of calibration.points) {
      assert.isAtLeast(fmrUpper, calibration.smallestSupportedFmr)
      assert.isAbove(fmrUpper, fmr)
    }
  })

  it('asks for a higher score, and misses more genuine people, the fewer impostors may pass', () => {
    for (const [at, point] of calibration.points.slice(1).entries()) {
      const stricter = calibration.points[at]!
      assert.isAbove(point.fmrUpper, stricter.fmrUpper)
      assert.isBelow(point.threshold, stricter.threshold)
      assert.isAtMost(point.fnmr, stricter.fnmr)
    }
  })
})

describe('the calibration that ships with the PAD networks', () => {
  const manifest = readManifest()
  const calibration = manifest.padCalibration!

  it('belongs to the very networks that are shipped', () => {
    assert.deepEqual(calibration.models, selectModels(manifest).pad.map(modelTag))
    assert.equal(findMinLiveness(calibration.models, calibration), calibration.minLiveness)
  })

  it('gives no threshold where the networks are absent, and none to others', () => {
    assert.isUndefined(findMinLiveness([], calibration))
    assert.throws(() => findMinLiveness(['other/1'], calibration), /measured with others/)
    assert.throws(() => findMinLiveness(calibration.models, undefined), /no threshold/)
  })

  it('refuses nobody whom it was measured on, with a margin', () => {
    assert.isBelow(calibration.minLiveness, calibration.bonaFide.lowest - 0.15)
    assert.equal(calibration.bonaFide.bpcer, 0)
  })
})
