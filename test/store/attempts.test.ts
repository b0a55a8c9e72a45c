import { assert } from 'chai'
import type { AttemptOrigin, AttemptTallies, FailureTally } from '../../src/store/attempts.ts'
import { describeOnEachEngine } from './engines.ts'
import { inAnotherProcess, type AnyTestStore } from './fixtures.ts'

const face: AttemptOrigin = { identifierDigest: 'digest', factor: 'face', clientId: 'demo', address: '::1' }
const upTo =
  (limit: number) =>
  (tally: FailureTally): { outcome: string } => ({
    outcome: tally.consecutiveFailures < limit ? 'proceed' : 'wait',
  })

describeOnEachEngine('attempts', (openTestStore) => {
  let test: AnyTestStore
  beforeEach(async () => (test = await openTestStore()))
  afterEach(() => test.close())

  const failOnce = async (): Promise<void> => {
    const { attemptId } = await test.store.attempts.begin(face, upTo(100))
    await test.store.attempts.settle(attemptId, { outcome: 'no_match' })
  }

  it('count as failures from the moment they begin, so that a crash costs one', async () => {
    await test.store.attempts.begin(face, upTo(5))
    const tally = await test.store.attempts.tally('digest', 'face')
    assert.deepEqual(tally, { consecutiveFailures: 1, lastFailureAt: test.clock() })
  })

  it('that are accepted end the run of failures of their factor alone', async () => {
    const password = { ...face, factor: 'password' } as const
    await test.store.attempts.begin(password, upTo(5))
    await failOnce()
    await failOnce()
    const { attemptId } = await test.store.attempts.begin(face, upTo(5))
    await test.store.attempts.settle(attemptId, { outcome: 'accept' })
    assert.equal((await test.store.attempts.tally('digest', 'face')).consecutiveFailures, 0)
    assert.equal((await test.store.attempts.tally('digest', 'password')).consecutiveFailures, 1)
  })

  it('of all factors add up to one run of the account, which an accepted try of any of them ends', async () => {
    const shared: number[] = []
    const admit = ({ shared: run }: AttemptTallies) => {
      shared.push(run.consecutiveFailures)
      return { outcome: 'proceed' }
    }
    await test.store.attempts.begin(face, admit)
    await test.store.attempts.begin({ ...face, factor: 'password' }, admit)
    const { attemptId } = await test.store.attempts.begin({ ...face, factor: 'otp' }, admit)
    await test.store.attempts.settle(attemptId, { outcome: 'accept' })
    await test.store.attempts.begin(face, admit)
    assert.deepEqual(shared, [0, 1, 2, 0])
    assert.equal((await test.store.attempts.tally('digest', 'password')).consecutiveFailures, 1)
  })

  it('of strangers do not hold off a browser that the account knows, nor the other way round', async () => {
    const seen: number[] = []
    const admit = ({ shared }: AttemptTallies) => {
      seen.push(shared.consecutiveFailures)
      return { outcome: 'proceed' }
    }
    for (let tries = 0; tries < 7; tries += 1) await test.store.attempts.begin(face, admit)
    await test.store.attempts.begin({ ...face, browserDigest: 'known' }, admit)
    await test.store.attempts.begin({ ...face, browserDigest: 'known' }, admit)
    assert.deepEqual(seen.slice(-2), [0, 1])
    // What switches a face off counts everybody's tries.
    assert.equal((await test.store.attempts.tally('digest', 'face')).consecutiveFailures, 9)
  })

  it('at once cannot outrun the limit', async () => {
    const begun = await Promise.all(
      Array.from({ length: 20 }, () => test.store.attempts.begin(face, upTo(5))),
    )
    assert.equal(begun.filter(({ isAdmitted }) => isAdmitted).length, 5)
  })

  it('at once through three processes cannot outrun the limit either', async () => {
    const admitted = await Promise.all(
      Array.from({ length: 3 }, () => inAnotherProcess(test.location, 'begin')),
    )
    assert.equal(admitted[0]! + admitted[1]! + admitted[2]!, 5)
    assert.equal((await test.store.attempts.tally('digest', 'face')).consecutiveFailures, 5)
  })

  it('that were refused are recorded and do not count further', async () => {
    await failOnce()
    test.pass(10)
    const { attemptId, isAdmitted } = await test.store.attempts.begin(face, upTo(1))
    assert.isFalse(isAdmitted)
    await test.store.attempts.settle(attemptId, { outcome: 'locked' })
    const { consecutiveFailures, lastFailureAt } = await test.store.attempts.tally('digest', 'face')
    assert.equal(consecutiveFailures, 1)
    assert.equal(lastFailureAt?.toISOString(), '2026-01-01T12:00:00.000Z')
  })

  it('that were refused stay refused, whatever they are settled as', async () => {
    await failOnce()
    const { attemptId } = await test.store.attempts.begin(face, upTo(1))
    await test.store.attempts.settle(attemptId, { outcome: 'accept', subjectId: 'anna' })
    assert.equal((await test.store.attempts.tally('digest', 'face')).consecutiveFailures, 1)
    assert.equal((await test.store.attempts.recent('anna', 5))[0]?.outcome, 'locked')
  })

  it('settled twice keep their first outcome', async () => {
    const { attemptId } = await test.store.attempts.begin(face, upTo(5))
    await test.store.attempts.settle(attemptId, { outcome: 'no_match', subjectId: 'anna' })
    await test.store.attempts.settle(attemptId, { outcome: 'accept', subjectId: 'anna' })
    assert.equal((await test.store.attempts.tally('digest', 'face')).consecutiveFailures, 1)
    assert.equal((await test.store.attempts.recent('anna', 5))[0]?.outcome, 'no_match')
  })

  it('are forgiven by a reset, and counted across a restart', async () => {
    await failOnce()
    const again = await test.reopen()
    assert.equal((await again.attempts.tally('digest', 'face')).consecutiveFailures, 1)
    await again.attempts.reset('digest', 'face')
    assert.deepEqual(await test.store.attempts.tally('digest', 'face'), {
      consecutiveFailures: 0,
      lastFailureAt: undefined,
    })
    await again.close()
  })

  it('are listed newest first, without their scores', async () => {
    for (const outcome of ['no_match', 'accept'] as const) {
      const { attemptId } = await test.store.attempts.begin(face, upTo(5))
      await test.store.attempts.settle(attemptId, { outcome, subjectId: 'anna', score: 0.61234 })
      test.pass(1)
    }
    const recent = await test.store.attempts.recent('anna', 10)
    assert.deepEqual(
      recent.map(({ outcome }) => outcome),
      ['accept', 'no_match'],
    )
    assert.notInclude(JSON.stringify(recent), '0.61234')
    assert.equal((await test.store.attempts.recent('anna', 1)).length, 1)
  })

  it('keep what the networks said and what was odd in the operator’s record, and out of what is read back', async () => {
    const { attemptId } = await test.store.attempts.begin(face, upTo(5))
    const signals = ['camera_known_virtual', 'frames_too_regular']
    await test.store.attempts.settle(attemptId, {
      outcome: 'accept',
      subjectId: 'anna',
      padScore: 0.41234,
      signals,
    })
    const [row] = await test.sql('SELECT "padScore", signals FROM attempts')
    assert.deepEqual(row, { padScore: 0.41234, signals: JSON.stringify(signals) })
    assert.notMatch(JSON.stringify(await test.store.attempts.recent('anna', 5)), /0\.4|camera|regular/)
  })

  it('tell the audit trail what was odd by name alone, and nothing where nothing was', async () => {
    for (const signals of [['camera_unnamed', 'frames_too_regular'], []]) {
      const { attemptId } = await test.store.attempts.begin(face, upTo(5))
      await test.store.attempts.settle(attemptId, {
        outcome: 'no_match',
        subjectId: 'anna',
        padScore: 0.4,
        signals,
      })
    }
    const events = await test.store.audit.list({ subjectId: 'anna', types: ['risk_noticed'], limit: 10 })
    assert.deepEqual(
      events.map(({ type, clientId, address, detail }) => ({ type, clientId, address, detail })),
      [
        {
          type: 'risk_noticed',
          clientId: 'demo',
          address: '::1',
          detail: { signals: 'camera_unnamed frames_too_regular' },
        },
      ],
    )
  })

  it('that were refused for the lock-out keep what was odd too, once', async () => {
    await failOnce()
    const { attemptId } = await test.store.attempts.begin(face, upTo(1))
    const evidence = { subjectId: 'anna', padScore: 0.2, signals: ['camera_unnamed'] }
    await test.store.attempts.settle(attemptId, { outcome: 'locked', ...evidence })
    await test.store.attempts.settle(attemptId, { outcome: 'locked', ...evidence })
    const rows = await test.sql('SELECT outcome, signals FROM attempts WHERE id = ?', attemptId)
    assert.deepEqual(rows, [{ outcome: 'locked', signals: '["camera_unnamed"]' }])
    const types = (await test.store.audit.listOf('anna', 10)).map(({ type }) => type)
    assert.deepEqual(types, ['sign_in_locked', 'risk_noticed'])
  })

  it('that were refused are in the audit trail with their reason, accepted ones are not', async () => {
    for (const outcome of ['no_match', 'no_template', 'accept'] as const) {
      const { attemptId } = await test.store.attempts.begin(face, upTo(5))
      await test.store.attempts.settle(attemptId, { outcome, subjectId: 'anna', score: 0.7 })
    }
    const events = await test.store.audit.listOf('anna', 10)
    assert.deepEqual(
      events.map(({ type, outcome, reason, detail }) => ({ type, outcome, reason, detail })),
      ['no_template', 'no_match'].map((reason) => ({
        type: 'sign_in_refused',
        outcome: 'refused',
        reason,
        detail: { factor: 'face' },
      })),
    )
  })

  it('are all refused once the factor is switched off, until a reset, and the other factors go on', async () => {
    await test.store.attempts.switchOff('digest', 'face', 50)
    assert.equal((await test.store.attempts.tally('digest', 'face')).consecutiveFailures, 50)
    assert.equal((await test.store.attempts.tally('digest', 'password')).consecutiveFailures, 0)
    await test.store.attempts.reset('digest', 'face')
    assert.equal((await test.store.attempts.tally('digest', 'face')).consecutiveFailures, 0)
  })

  it('whose frames could not be scored have no score', async () => {
    const { attemptId } = await test.store.attempts.begin(face, upTo(5))
    await test.store.attempts.settle(attemptId, { outcome: 'presentation_attack', padScore: NaN })
    assert.deepEqual(await test.sql('SELECT "padScore", signals FROM attempts'), [
      { padScore: null, signals: null },
    ])
  })

  it('are undone whole where the rule itself fails', async () => {
    const broken = (): never => {
      throw new Error('rule failed')
    }
    await test.store.attempts.begin(face, broken).catch(() => undefined)
    assert.equal((await test.store.attempts.tally('digest', 'face')).consecutiveFailures, 0)
    assert.deepEqual(await test.sql('SELECT * FROM attempts'), [])
  })

  it('do not take other writes down with them when they are undone', async () => {
    const broken = (): never => {
      throw new Error('rule failed')
    }
    const [, subject] = await Promise.all([
      test.store.attempts.begin(face, broken).catch(() => undefined),
      test.store.subjects.create({ email: 'anna@example.com', passwordHash: 'h' }),
    ])
    assert.isDefined(await test.store.subjects.findById(subject.id))
  })

  it('stand under a digest that is the same for one address and says nothing without the pepper', async () => {
    const { digestIdentifier } = test.store
    assert.equal(digestIdentifier('Anna@example.com '), digestIdentifier('anna@EXAMPLE.com'))
    assert.notEqual(digestIdentifier('anna@example.com'), digestIdentifier('ben@example.com'))
    const other = await openTestStore({ identifierPepper: new Uint8Array(32).fill(8) })
    assert.notEqual(digestIdentifier('anna@example.com'), other.store.digestIdentifier('anna@example.com'))
    await other.close()
  })
})
