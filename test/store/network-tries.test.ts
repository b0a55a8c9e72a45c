import { assert } from 'chai'
import type { AttemptOrigin, AttemptTallies } from '../../src/store/attempts.ts'
import { describeOnEachEngine } from './engines.ts'
import { type AnyTestStore } from './fixtures.ts'

const face: AttemptOrigin = { identifierDigest: 'digest', factor: 'face', clientId: 'demo', address: '::1' }

describeOnEachEngine('Tries', (openTestStore) => {
  let test: AnyTestStore
  beforeEach(async () => (test = await openTestStore()))
  afterEach(() => test.close())

  it('with a passkey, which nobody guesses, hold no other factor and no network off', async () => {
    const seen: AttemptTallies[] = []
    const admit = (tallies: AttemptTallies) => {
      seen.push(tallies)
      return { outcome: 'proceed' }
    }
    const from = { ...face, network: '192.0.2.7' }
    for (let tries = 0; tries < 30; tries += 1) {
      const { attemptId } = await test.store.attempts.begin({ ...from, factor: 'passkey' }, admit)
      await test.store.attempts.settle(attemptId, { outcome: 'no_match' })
    }
    await test.store.attempts.begin(from, admit)
    const last = seen.at(-1)
    assert.deepEqual([last?.shared.consecutiveFailures, last?.network?.consecutiveFailures], [0, 0])
    assert.equal((await test.store.attempts.tally('digest', 'passkey')).consecutiveFailures, 30)
  })

  describe('of one network', () => {
    const seen: (number | undefined)[] = []
    const admit = ({ network }: AttemptTallies) => {
      seen.push(network?.consecutiveFailures)
      return { outcome: 'proceed' }
    }
    const from = (identifierDigest: string) => ({ ...face, identifierDigest, network: '192.0.2.7' })
    const failAt = async (owner: string, times: number) => {
      for (let tries = 0; tries < times; tries += 1) await test.store.attempts.begin(from(owner), admit)
    }
    const succeedAs = async (owner: string) => {
      const { attemptId } = await test.store.attempts.begin(from(owner), admit)
      await test.store.attempts.settle(attemptId, { outcome: 'accept' })
    }

    it('add up over all accounts, do not count in a known browser, and are forgotten after a quiet while', async () => {
      for (const owner of ['one', 'two', 'three']) await failAt(owner, 1)
      await failAt('another', 1)
      assert.equal(seen.at(-1), 3)
      await test.store.attempts.begin({ ...from('another'), browserDigest: 'known' }, admit)
      assert.isUndefined(seen.at(-1))
      test.pass(16 * 60)
      await failAt('another', 1)
      assert.equal(seen.at(-1), 0)
    })

    it('are forgiven to whoever gets in at last, as far as they were theirs', async () => {
      await failAt('a stranger', 7)
      await failAt('my own', 3)
      await succeedAs('my own')
      await failAt('another', 1)
      assert.equal(seen.at(-1), 7)
    })

    it('at others are not made up for by signing in as oneself', async () => {
      await failAt('a stranger', 7)
      for (let times = 0; times < 5; times += 1) await succeedAs('my own')
      await failAt('another', 1)
      assert.equal(seen.at(-1), 7)
    })
  })
})
