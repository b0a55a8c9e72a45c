import { assert } from 'chai'
import fc from 'fast-check'
import { HOTP, Secret } from 'otpauth'
import type { AttemptOutcome } from '../../src/interactions/attempts.ts'
import type { AccountEvent } from '../../src/interactions/events.ts'
import { createSecondFactor, type SecondFactorDependencies } from '../../src/interactions/second-factor.ts'
import { makeSeed } from '../../src/interactions/totp.ts'
import { handClock } from './fakes.ts'

const codes = ['0123456789ABCDEF', 'GHJKMNPQRSTVWXYZ']
const [recoveryCode = ''] = codes

/** One subject, `ada`, with an app and two recovery codes; what was asked of the store is written down in order. */
function open({ failures = 0 } = {}) {
  const hand = handClock()
  const seed = makeSeed()
  const active = { id: 'seed-1', subjectId: 'ada', seed }
  const left = new Set(codes)
  const asked: string[] = []
  const outcomes: AttemptOutcome[] = []
  const events: AccountEvent[] = []
  const state = { lastStep: -1, consecutiveFailures: failures, lastFailureAt: hand.now }
  const dependencies: SecondFactorDependencies = {
    clock: hand.clock,
    digestIdentifier: (email) => `digest of ${email}`,
    findEmail: (subjectId) => Promise.resolve(subjectId === 'ada' ? 'ada@example.com' : undefined),
    attempts: {
      begin: ({ factor, identifierDigest }, admit) => {
        asked.push(`begin ${factor} ${identifierDigest}`)
        const isAdmitted = admit(state).outcome === 'proceed'
        if (isAdmitted) Object.assign(state, { lastFailureAt: hand.now })
        if (isAdmitted) state.consecutiveFailures += 1
        return Promise.resolve({ attemptId: 'one', isAdmitted })
      },
      settle: (_, outcome) => {
        outcomes.push(outcome)
        if (outcome.outcome === 'accept') state.consecutiveFailures = 0
        return Promise.resolve()
      },
    },
    totpSeeds: {
      findActive: (subjectId) => {
        asked.push('look for an app')
        return Promise.resolve(subjectId === 'ada' ? active : undefined)
      },
      spend: (_, step) => {
        asked.push('spend a step')
        const isUnspent = step > state.lastStep
        if (isUnspent) state.lastStep = step
        return Promise.resolve(isUnspent)
      },
    },
    recoveryCodes: {
      find: (subjectId, code) => {
        asked.push('look for a recovery code')
        return Promise.resolve(subjectId === 'ada' && left.has(code) ? code : undefined)
      },
      spend: (_, id) => {
        asked.push('spend a recovery code')
        return Promise.resolve(left.delete(id))
      },
      summarise: (subjectId) => Promise.resolve(subjectId === 'ada' ? { left: left.size } : undefined),
    },
    events: {
      happened: (event) => {
        events.push(event)
        return Promise.resolve()
      },
    },
  }
  const code = (stepsAhead = 0): string =>
    HOTP.generate({
      secret: new Secret({ buffer: new Uint8Array(seed).buffer }),
      counter: Math.floor(hand.now.getTime() / 30_000) + stepsAhead,
    })
  return { ...createSecondFactor(dependencies), code, asked, outcomes, events, hand, state, left }
}

describe('The second factor', () => {
  it('takes each code of an app once, whenever in its time it is tried', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ wait: fc.integer({ min: 31, max: 200 }), ahead: fc.integer({ min: -3, max: 3 }) }),
          {
            maxLength: 20,
          },
        ),
        async (tries) => {
          const test = open()
          let newest = -Infinity
          for (const { wait, ahead } of tries) {
            // Longer than any delay of the lock-out.
            test.hand.pass(wait)
            const step = Math.floor(test.hand.now.getTime() / 30_000) + ahead
            const isDue = Math.abs(ahead) <= 1 && step > newest
            const given = test.code(ahead)
            const isAccepted = await test.verify('ada', given)
            if (isAccepted !== isDue) {
              // Once in a million another step has the same code; nothing else may excuse it.
              const isChance = [-1, 0, 1].some((other) => other !== ahead && test.code(other) === given)
              assert.isTrue(isChance, `${ahead} steps ahead`)
              return
            }
            if (isAccepted) newest = step
          }
        },
      ),
    )
  })

  it('does the same work and writes the same for a subject without codes as for wrong codes', async () => {
    for (const given of ['000000', 'ZZZZ-ZZZZ-ZZZZ-ZZZZ', 'no code', '', '0'.repeat(10_000)]) {
      const withApp = open()
      const without = open()
      assert.isFalse(await withApp.verify('ada', given))
      assert.isFalse(await without.verify('ben', given))
      const work = (asked: readonly string[]): string[] =>
        asked.map((each) => each.replace(/digest of.*/, ''))
      assert.deepEqual(work(without.asked), work(withApp.asked))
      assert.deepEqual(without.outcomes, [{ outcome: 'no_match', subjectId: 'ben' }])
      assert.deepEqual(withApp.outcomes, [{ outcome: 'no_match', subjectId: 'ada' }])
    }
  })

  it('spends nothing while the lock-out lasts, and still looks', async () => {
    for (const given of [(test: ReturnType<typeof open>) => test.code(), () => recoveryCode]) {
      const test = open({ failures: 5 })
      test.hand.pass(29)
      assert.isFalse(await test.verify('ada', given(test)))
      assert.isEmpty(test.asked.filter((each) => each.startsWith('spend')))
      assert.lengthOf(test.asked, 2)
      assert.equal(test.outcomes[0]?.outcome, 'locked')
      test.hand.pass(1)
      assert.isTrue(await test.verify('ada', given(test)), 'the code is good once the time is over')
    }
  })

  it('trusts the app no more after a hundred wrong codes, and a recovery code all the same', async () => {
    const test = open({ failures: 99 })
    test.hand.pass(31)
    assert.isFalse(await test.verify('ada', '000000'))
    test.hand.pass(3600)
    assert.isFalse(await test.verify('ada', test.code()))
    assert.isTrue(await test.verify('ada', recoveryCode))
    assert.isTrue(await test.verify('ada', test.code()), 'the run of failures has ended')
  })

  it('tells of each recovery code that was used, and how many are left', async () => {
    const test = open()
    const origin = { clientId: 'demo', address: '192.0.2.7' }
    assert.isTrue(await test.verify('ada', ' 0123-4567 89ab cdef', origin))
    assert.isFalse(await test.verify('ada', recoveryCode, origin))
    assert.isTrue(await test.verify('ada', test.code(), origin))
    assert.deepEqual(test.events, [
      { type: 'recovery_code_used', subjectId: 'ada', ...origin, detail: { left: 1 } },
    ])
  })

  it('is there with an app, or with a recovery code left', async () => {
    const test = open()
    assert.isTrue(await test.isEnrolled('ada'))
    assert.isFalse(await test.isEnrolled('ben'))
  })

  it('counts codes of an app and recovery codes in one run of failures', async () => {
    const test = open()
    for (const given of ['000000', 'wrong', '000000', '', '000000']) await test.verify('ada', given)
    assert.equal(test.state.consecutiveFailures, 5)
    assert.isTrue(
      test.asked.filter((each) => each.startsWith('begin')).every((each) => each.startsWith('begin otp')),
    )
    assert.isFalse(await test.verify('ada', recoveryCode))
  })
})
