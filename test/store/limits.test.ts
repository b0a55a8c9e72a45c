import { assert } from 'chai'
import { createAddressLimit } from '../../src/http/address-limit.ts'
import { createSharedLimiters } from '../../src/store/limiters-shared.ts'
import { Fault } from '../../src/errors.ts'
import { describeOnPostgres, openPostgresTestStore } from './engines.ts'
import { codeOf } from './fixtures.ts'
import { itCountsForAll } from './limits-contract.ts'
import { openTwoStores } from './two-stores.ts'

describe('A limit that nodes share by their database', () => {
  itCountsForAll(async () => {
    const stores = await openTwoStores()
    return {
      one: createSharedLimiters(stores.one.shortLived, stores.clock),
      other: createSharedLimiters(stores.other.shortLived, stores.clock),
      dump: () => stores.dump(),
      close: () => stores.close(),
    }
  })

  it('says when to come back, and lets one come back then', async () => {
    const stores = await openTwoStores()
    try {
      const take = createAddressLimit(
        createSharedLimiters(stores.one.shortLived, stores.clock)({ name: 'test', points: 1, seconds: 60 }),
      )
      await take('192.0.2.1')
      const refusal: unknown = await take('192.0.2.1').catch((error: unknown) => error)
      assert.instanceOf(refusal, Fault)
      const wait = refusal instanceof Fault ? (refusal.retryAfterSeconds ?? 0) : 0
      assert.isAtLeast(wait, 1)
      assert.isAtMost(wait, 60)
      stores.pass(wait)
      assert.equal(await codeOf(take('192.0.2.1')), 'none')
    } finally {
      await stores.close()
    }
  })
})

describeOnPostgres('A limit of nodes that share PostgreSQL', () => {
  itCountsForAll(async () => {
    const test = await openPostgresTestStore()
    const other = await test.reopen({ checkpointFile: undefined })
    return {
      one: test.store.openLimiter,
      other: other.openLimiter,
      dump: async () => test.dump(),
      close: async () => {
        await other.close()
        await test.close()
      },
    }
  })
})
