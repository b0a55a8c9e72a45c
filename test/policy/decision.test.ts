import { assert } from 'chai'
import { decide, type Evidence } from '../../src/policy/decision.ts'

const at = { minScore: 0.4 }
const live = { outcome: 'judged', score: 0.97, minLiveness: 0.3 } as const
const genuine: Evidence = { score: 0.71, liveness: live, isAdmitted: true }

describe('The decision on a face attempt', () => {
  it('accepts a genuine probe at the threshold and above', () => {
    assert.deepEqual(decide(genuine, at), { outcome: 'accept' })
    assert.deepEqual(decide({ ...genuine, score: 0.4 }, at), { outcome: 'accept' })
  })

  it('asks for another try just below the threshold', () => {
    assert.deepEqual(decide({ ...genuine, score: 0.3999 }, at), { outcome: 'retry', reason: 'no_match' })
  })

  it('refuses an attempt that was not admitted, however high its score', () => {
    assert.deepEqual(decide({ ...genuine, score: 1, isAdmitted: false }, at), {
      outcome: 'lock',
      reason: 'too_many_attempts',
    })
  })

  it('refuses a presentation attack however high its comparison score', () => {
    const photograph = { ...genuine, score: 1, liveness: { ...live, score: 0.1 } }
    assert.deepEqual(decide(photograph, at), { outcome: 'retry', reason: 'presentation_attack' })
  })

  it('grants nothing for a live face: the comparison still decides', () => {
    const stranger = { ...genuine, score: 0.1, liveness: { ...live, score: 1 } }
    assert.deepEqual(decide(stranger, at), { outcome: 'retry', reason: 'no_match' })
  })

  it('decides by the comparison alone where liveness cannot be judged', () => {
    assert.deepEqual(decide({ ...genuine, liveness: { outcome: 'not_judged' } }, at), { outcome: 'accept' })
  })

  it('refuses where there is no template to compare with', () => {
    assert.deepEqual(decide({ ...genuine, score: undefined }, at), {
      outcome: 'retry',
      reason: 'no_template',
    })
  })

  it('never accepts NaN, neither as a score nor as a threshold nor as a liveness score', () => {
    assert.notEqual(decide({ ...genuine, score: NaN }, at).outcome, 'accept')
    assert.notEqual(decide(genuine, { minScore: NaN }).outcome, 'accept')
    for (const broken of [{ score: NaN }, { minLiveness: NaN }]) {
      assert.notEqual(decide({ ...genuine, liveness: { ...live, ...broken } }, at).outcome, 'accept')
    }
  })
})
