import { assert } from 'chai'
import { describeOnEachEngine } from './engines.ts'
import type { AnyTestStore } from './fixtures.ts'

describeOnEachEngine('A job that one node at a time does', (openTestStore) => {
  let test: AnyTestStore
  beforeEach(async () => {
    test = await openTestStore()
  })
  afterEach(() => test.close())

  it('is done by one of those who come at the same moment, and again later', async () => {
    const other = await test.reopen({ checkpointFile: undefined })
    const refused = Promise.withResolvers<undefined>()
    let refusals = 0
    const work = async (): Promise<string> => {
      await refused.promise
      return 'done'
    }
    const tries = [test.store, other, test.store, other].map(async ({ jobLocks }) => {
      const result = await jobLocks.hold('purge', 60, work)
      if (result === undefined && (refusals += 1) === 3) refused.resolve(undefined)
      return result
    })
    assert.sameMembers(await Promise.all(tries), ['done', undefined, undefined, undefined])
    assert.equal(await other.jobLocks.hold('purge', 60, work), 'done')
    assert.equal(await test.store.jobLocks.hold('another', 60, work), 'done')
    await other.close()
  })

  it('is free again where it failed', async () => {
    const { jobLocks } = test.store
    const failure = await jobLocks
      .hold('purge', 60, () => Promise.reject(new Error('it failed')))
      .catch(String)
    assert.equal(failure, 'Error: it failed')
    assert.equal(await jobLocks.hold('purge', 60, () => Promise.resolve(1)), 1)
  })

  it('is lost by a node that died, after its time and not before', async () => {
    const { jobLocks } = test.store
    const dead = jobLocks.hold('purge', 60, () => new Promise<never>(() => undefined))
    void dead
    assert.isUndefined(await jobLocks.hold('purge', 60, () => Promise.resolve(1)))
    test.pass(59)
    assert.isUndefined(await jobLocks.hold('purge', 60, () => Promise.resolve(1)))
    test.pass(2)
    assert.equal(await jobLocks.hold('purge', 60, () => Promise.resolve(1)), 1)
  })

  it('is kept for as long as it takes', async () => {
    const { jobLocks } = test.store
    const long = jobLocks.hold(
      'purge',
      0.15,
      () => new Promise((resolve) => setTimeout(resolve, 300, 'done')),
    )
    test.pass(0.1)
    await new Promise((resolve) => setTimeout(resolve, 100))
    test.pass(0.1)
    assert.isUndefined(await jobLocks.hold('purge', 1, () => Promise.resolve(1)))
    assert.equal(await long, 'done')
  })
})
