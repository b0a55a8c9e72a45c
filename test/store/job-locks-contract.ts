/** What every implementation of `JobLocks` does, told as tests: two nodes on one engine, and a clock that the tests move. */
import { assert } from 'chai'
import type { JobLocks } from '../../src/store/job-locks.ts'

export interface TwoWorkers {
  readonly one: JobLocks
  readonly other: JobLocks
  pass(seconds: number): void
  close(): Promise<void>
}

/** @param open once for each test; nothing of the test before is there */
export function itGivesJobsToOne(open: () => Promise<TwoWorkers>): void {
  let nodes: TwoWorkers
  beforeEach(async () => {
    nodes = await open()
  })
  afterEach(() => nodes.close())

  it('is done by one of those who come at the same moment, and again later', async () => {
    const refused = Promise.withResolvers<undefined>()
    let refusals = 0
    const work = async (): Promise<string> => {
      await refused.promise
      return 'done'
    }
    const tries = [nodes.one, nodes.other, nodes.one, nodes.other].map(async (jobLocks) => {
      const result = await jobLocks.hold('purge', 60, work)
      if (result === undefined && (refusals += 1) === 3) refused.resolve(undefined)
      return result
    })
    assert.sameMembers(await Promise.all(tries), ['done', undefined, undefined, undefined])
    assert.equal(await nodes.other.hold('purge', 60, work), 'done')
    assert.equal(await nodes.one.hold('another', 60, work), 'done')
  })

  it('is free again where it failed', async () => {
    const { one: jobLocks } = nodes
    const failure = await jobLocks
      .hold('purge', 60, () => Promise.reject(new Error('it failed')))
      .catch(String)
    assert.equal(failure, 'Error: it failed')
    assert.equal(await jobLocks.hold('purge', 60, () => Promise.resolve(1)), 1)
  })

  it('is lost by a node that died, after its time and not before', async () => {
    const { one: jobLocks } = nodes
    const { promise: began, resolve: begin } = Promise.withResolvers<undefined>()
    void jobLocks.hold('purge', 60, () => {
      begin(undefined)
      return new Promise<never>(() => undefined)
    })
    await began
    assert.isUndefined(await jobLocks.hold('purge', 60, () => Promise.resolve(1)))
    nodes.pass(59)
    assert.isUndefined(await jobLocks.hold('purge', 60, () => Promise.resolve(1)))
    nodes.pass(2)
    assert.equal(await jobLocks.hold('purge', 60, () => Promise.resolve(1)), 1)
  })

  it('is kept for as long as it takes', async () => {
    const { one: jobLocks } = nodes
    const { promise: began, resolve: begin } = Promise.withResolvers<undefined>()
    const long = jobLocks.hold('purge', 0.15, () => {
      begin(undefined)
      return new Promise((resolve) => setTimeout(resolve, 300, 'done'))
    })
    await began
    nodes.pass(0.1)
    await new Promise((resolve) => setTimeout(resolve, 100))
    nodes.pass(0.1)
    assert.isUndefined(await jobLocks.hold('purge', 1, () => Promise.resolve(1)))
    assert.equal(await long, 'done')
  })
}
