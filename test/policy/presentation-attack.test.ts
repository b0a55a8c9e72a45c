import { assert } from 'chai'
import { isPresentationAttack, median, weighLiveness } from '../../src/policy/presentation-attack.ts'

const isRefused = (scores: readonly number[], minLiveness: number | undefined) =>
  isPresentationAttack(weighLiveness(scores, minLiveness))

describe('The liveness of a capture', () => {
  it('is the middle one of its scores, so that one odd frame neither damns nor saves it', () => {
    assert.isFalse(isRefused([0.9, 0.05, 0.8], 0.3))
    assert.isTrue(isRefused([0.1, 0.99, 0.2], 0.3))
    assert.equal(median([0.2, 0.9, 0.4, 0.6]), 0.5)
    assert.equal(median([7]), 7)
  })

  it('suffices at the threshold, and not just below it', () => {
    assert.isFalse(isRefused([0.3], 0.3))
    assert.isTrue(isRefused([0.2999], 0.3))
  })

  it('is refused where nothing was scored, a score is NaN or the threshold is', () => {
    assert.isTrue(isRefused([], 0.3))
    assert.isTrue(isRefused([NaN, 0.9, 0.9], 0.3))
    assert.isTrue(isRefused([0.9], NaN))
    assert.isTrue(isRefused([], 0))
  })

  it('is not judged where there is no network to score it, and is said to be so', () => {
    assert.deepEqual(weighLiveness([], undefined), { outcome: 'not_judged' })
    assert.isFalse(isRefused([0.01], undefined))
  })
})
