import { assert } from 'chai'
import { decide, type Evidence } from '../../src/policy/decision.ts'

const at = { minScore: 0.4 }
const live = { outcome: 'judged', score: 0.97, minLiveness: 0.3 } as const
const passed = { outcome: 'live' } as const
const flash = { outcome: 'not_asked' } as const
const genuine: Evidence = { score: 0.71, isAdmitted: true, liveness: live, challenge: passed, flash }

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

  it('refuses a challenge that was not passed, however high the comparison score', () => {
    for (const reason of ['flat', 'still', 'not_one_take', 'too_fast'] as const) {
      const attack = { ...genuine, score: 1, challenge: { outcome: 'not_live', reason } as const }
      assert.deepEqual(decide(attack, at), { outcome: 'retry', reason: 'presentation_attack' }, reason)
    }
  })

  it('takes somebody else before the camera for a stranger, not for an attack', () => {
    const stranger = { ...genuine, challenge: { outcome: 'not_live', reason: 'not_one_person' } as const }
    assert.deepEqual(decide(stranger, at), { outcome: 'retry', reason: 'no_match' })
  })

  it('refuses a presentation attack however high its comparison score', () => {
    const photograph = { ...genuine, score: 1, liveness: { ...live, score: 0.1 } }
    assert.deepEqual(decide(photograph, at), { outcome: 'retry', reason: 'presentation_attack' })
  })

  it('refuses a face that did not answer the coloured light, and grants nothing for an answer', () => {
    const dull = { ...genuine, score: 1, flash: { outcome: 'unanswered' } as const }
    assert.deepEqual(decide(dull, at), { outcome: 'retry', reason: 'presentation_attack' })
    const stranger = { ...genuine, score: 0.1, flash: { outcome: 'answered' } as const }
    assert.deepEqual(decide(stranger, at), { outcome: 'retry', reason: 'no_match' })
  })

  it('grants nothing for a live face: the comparison still decides', () => {
    const stranger = { ...genuine, score: 0.1, liveness: { ...live, score: 1 } }
    assert.deepEqual(decide(stranger, at), { outcome: 'retry', reason: 'no_match' })
  })

  it('decides by the rest where the networks are not here', () => {
    assert.deepEqual(decide({ ...genuine, liveness: { outcome: 'not_judged' } }, at), { outcome: 'accept' })
  })

  it('refuses where there is no template to compare with', () => {
    assert.deepEqual(decide({ ...genuine, score: undefined }, at), {
      outcome: 'retry',
      reason: 'no_template',
    })
  })

  it('never accepts NaN, neither as a score nor as a threshold nor as a liveness score', () => {
    for (const broken of [{ score: NaN }, { minLiveness: NaN }]) {
      assert.notEqual(decide({ ...genuine, liveness: { ...live, ...broken } }, at).outcome, 'accept')
    }
    assert.notEqual(decide({ ...genuine, score: NaN }, at).outcome, 'accept')
    assert.notEqual(decide(genuine, { minScore: NaN }).outcome, 'accept')
  })
})
