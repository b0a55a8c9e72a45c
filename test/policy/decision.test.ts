import { assert } from 'chai'
import { decide, type Evidence } from '../../src/policy/decision.ts'

const at = { minScore: 0.4 }
const live = { outcome: 'live' } as const
const genuine: Evidence = { score: 0.71, isAdmitted: true, liveness: live }

describe('The decision on a face attempt', () => {
  it('accepts a genuine probe at the threshold and above', () => {
    assert.deepEqual(decide(genuine, at), { outcome: 'accept' })
    assert.deepEqual(decide({ ...genuine, score: 0.4 }, at), { outcome: 'accept' })
  })

  it('asks for another try just below the threshold', () => {
    assert.deepEqual(decide({ ...genuine, score: 0.3999 }, at), { outcome: 'retry', reason: 'no_match' })
  })

  it('refuses an attempt that was not admitted, however high its score', () => {
    assert.deepEqual(decide({ score: 1, isAdmitted: false, liveness: live }, at), {
      outcome: 'lock',
      reason: 'too_many_attempts',
    })
  })

  it('refuses a presentation attack however high its comparison score', () => {
    for (const reason of ['flat', 'still', 'not_one_take', 'too_fast'] as const) {
      const attack = { ...genuine, score: 1, liveness: { outcome: 'not_live', reason } as const }
      assert.deepEqual(decide(attack, at), { outcome: 'retry', reason: 'presentation_attack' }, reason)
    }
  })

  it('refuses where there is no template to compare with', () => {
    assert.deepEqual(decide({ ...genuine, score: undefined }, at), {
      outcome: 'retry',
      reason: 'no_template',
    })
  })

  it('never accepts NaN, neither as a score nor as a threshold', () => {
    assert.notEqual(decide({ ...genuine, score: NaN }, at).outcome, 'accept')
    assert.notEqual(decide(genuine, { minScore: NaN }).outcome, 'accept')
  })
})
