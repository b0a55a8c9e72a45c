import { assert } from 'chai'
import { decideAdmission, faceLimits, passwordLimits } from '../../src/policy/lockout.ts'

const now = new Date('2026-01-01T12:00:00Z')
const secondsAgo = (seconds: number): Date => new Date(now.getTime() - seconds * 1000)

describe('The lock-out', () => {
  it('lets the first five failures follow each other without delay', () => {
    for (let failures = 0; failures < 5; failures += 1) {
      const tally = { consecutiveFailures: failures, lastFailureAt: now }
      assert.deepEqual(
        decideAdmission(tally, now, faceLimits),
        { outcome: 'proceed' },
        `${failures} failures`,
      )
    }
  })

  it('asks for 30 seconds before each attempt after the fifth failure', () => {
    const tally = { consecutiveFailures: 5, lastFailureAt: secondsAgo(29) }
    assert.deepEqual(decideAdmission(tally, now, faceLimits), {
      outcome: 'wait',
      until: new Date('2026-01-01T12:00:01Z'),
    })
    assert.equal(
      decideAdmission({ ...tally, lastFailureAt: secondsAgo(30) }, now, faceLimits).outcome,
      'proceed',
    )
    const later = { consecutiveFailures: 49, lastFailureAt: secondsAgo(3) }
    assert.equal(decideAdmission(later, now, faceLimits).outcome, 'wait')
  })

  it('switches the face off after fifty failures, however long ago the last one was', () => {
    const tally = { consecutiveFailures: 50, lastFailureAt: secondsAgo(1e6) }
    assert.deepEqual(decideAdmission(tally, now, faceLimits), { outcome: 'disabled' })
  })

  it('slows a password down but never switches it off', () => {
    const tally = { consecutiveFailures: 5000, lastFailureAt: secondsAgo(31) }
    assert.deepEqual(decideAdmission(tally, now, passwordLimits), { outcome: 'proceed' })
  })

  it('counts failures of all factors together for the delay, and those of the face alone for switching it off', () => {
    const shared = { consecutiveFailures: 5, lastFailureAt: secondsAgo(3) }
    const none = { consecutiveFailures: 0, lastFailureAt: undefined }
    assert.equal(decideAdmission({ ...none, shared }, now, passwordLimits).outcome, 'wait')
    const many = { consecutiveFailures: 50, lastFailureAt: secondsAgo(1e6) }
    assert.equal(decideAdmission({ ...many, shared: none }, now, faceLimits).outcome, 'disabled')
    assert.equal(decideAdmission({ ...none, shared: many }, now, faceLimits).outcome, 'proceed')
  })

  it('slows a network down that has guessed at many accounts', () => {
    const none = { consecutiveFailures: 0, lastFailureAt: undefined }
    const network = { consecutiveFailures: 20, lastFailureAt: secondsAgo(3) }
    assert.equal(decideAdmission({ ...none, shared: none, network }, now, passwordLimits).outcome, 'wait')
    const fewer = { ...network, consecutiveFailures: 19 }
    assert.equal(
      decideAdmission({ ...none, shared: none, network: fewer }, now, passwordLimits).outcome,
      'proceed',
    )
  })

  it('fails closed where the tally makes no sense', () => {
    assert.equal(
      decideAdmission({ consecutiveFailures: NaN, lastFailureAt: now }, now, faceLimits).outcome,
      'disabled',
    )
    assert.equal(decideAdmission({ consecutiveFailures: 9 }, now, faceLimits).outcome, 'disabled')
    const broken = { consecutiveFailures: 9, lastFailureAt: new Date(NaN) }
    assert.notEqual(decideAdmission(broken, now, faceLimits).outcome, 'proceed')
  })
})
