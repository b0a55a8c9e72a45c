import { assert } from 'chai'
import type { Redis } from 'ioredis'
import { openStore } from '../../src/store/open-store.ts'
import { hasRedis, startRedis, type RedisServer } from '../servers/redis.ts'
import { codeOf, secrets } from './fixtures.ts'
import { itGivesJobsToOne } from './job-locks-contract.ts'
import { itCountsForAll } from './limits-contract.ts'
import { itKeepsRecords } from './oidc-records-contract.ts'
import { itKeepsForAShortWhile } from './short-lived-contract.ts'
import { openTwoStores, withRedis, type TwoStores } from './two-stores.ts'

describe('What passes, in Redis', () => {
  let redis: RedisServer
  before(async function () {
    if (!hasRedis) this.skip()
    redis = await startRedis({ password: 'a-password-of-redis' })
  })
  after(() => redis.stop())

  describe('records of the provider', () => {
    itKeepsRecords(async () => {
      const stores = await openTwoStores(redis.url)
      return { ...stores, one: stores.one.oidc, other: stores.other.oidc }
    })

    let stores: TwoStores
    const open = async (): Promise<void> => {
      stores = await openTwoStores(redis.url)
    }

    it('end by themselves, with what they are found by', async () => {
      await open()
      try {
        const grant = { accountId: 'anna', grantId: 'g', uid: 'u', userCode: 'c' }
        await stores.one.oidc.recordsOf('DeviceCode').upsert('one', grant, -14)
        await stores.one.oidc.recordsOf('AccessToken').upsert('two', grant, -14)
        await new Promise((resolve) => setTimeout(resolve, 1200))
        assert.deepEqual(await keysOf(redis), [])
        await stores.one.oidc.recordsOf('Session').upsert('three', grant, 60)
        for (const key of await keysOf(redis)) {
          const left = await withRedis(redis.url, (client) => client.pttl(key))
          assert.isAtMost(left, 75_000, key)
          assert.isAtLeast(left, 60_000, key)
        }
      } finally {
        await stores.close()
      }
    })

    it('of a busy subject leave nothing behind in what they are found by', async () => {
      await open()
      try {
        const tokens = stores.one.oidc.recordsOf('AccessToken')
        for (let at = 0; at < 50; at += 1) {
          await tokens.upsert(`token-${at}`, { accountId: 'anna', grantId: 'g' }, 60)
          stores.pass(30)
        }
        const keys = (await keysOf(redis)).filter((key) => /:(subject|grant):/.test(key))
        assert.lengthOf(keys, 2)
        for (const key of keys) assert.isAtMost(await withRedis(redis.url, (client) => client.zcard(key)), 4)
      } finally {
        await stores.close()
      }
    })

    it('that were spent are remembered no shorter for being saved again with an earlier end', async () => {
      await open()
      try {
        const seen = stores.one.oidc.recordsOf('ReplayDetection')
        await seen.upsert('jti', {}, 600)
        assert.isTrue(await seen.consume('jti'))
        await seen.upsert('jti', {}, 1)
        assert.isFalse(await seen.consume('jti'))
        const [key = ''] = await keysOf(redis)
        assert.isAtLeast(await withRedis(redis.url, (client) => client.pttl(key)), 500_000)
      } finally {
        await stores.close()
      }
    })

    it('that are to outlive a restart of Redis are in the database', async () => {
      await open()
      try {
        for (const model of ['Grant', 'RefreshToken', 'Client', 'RegistrationAccessToken', 'Unheard'])
          await stores.one.oidc.recordsOf(model).upsert('id', { accountId: 'anna', jti: model }, 60)
        assert.deepEqual(await keysOf(redis), [])
        assert.equal((await stores.other.oidc.listOf('Grant', 'anna'))[0]?.['jti'], 'Grant')
      } finally {
        await stores.close()
      }
    })

    it('cannot be exchanged for one another', async () => {
      await open()
      try {
        const codes = stores.one.oidc.recordsOf('AuthorizationCode')
        await codes.upsert('mine', { accountId: 'mallory' }, 60)
        await codes.upsert('yours', { accountId: 'anna' }, 60)
        const records = (await keysOf(redis)).filter((key) => key.includes(':record:'))
        await withRedis(redis.url, async (client) => {
          const [one = '', other = ''] = records
          const [first, second] = [await client.hget(one, 'sealed'), await client.hget(other, 'sealed')]
          await client.hset(one, 'sealed', second ?? '')
          await client.hset(other, 'sealed', first ?? '')
        })
        assert.equal(await codeOf(codes.find('mine')), 'seal_broken')
      } finally {
        await stores.close()
      }
    })

    it('of an erased account go with it', async () => {
      await open()
      try {
        const { subjects, oidc } = stores.one
        const { id } = await subjects.create({ email: 'anna@example.com', passwordHash: 'hash' })
        await oidc.recordsOf('Session').upsert('s', { accountId: id, uid: 'u' }, 60)
        await oidc.recordsOf('RefreshToken').upsert('r', { accountId: id, grantId: 'g' }, 60)
        await subjects.erase(id)
        assert.deepEqual(await keysOf(redis), [])
        assert.isUndefined(await oidc.recordsOf('RefreshToken').find('r'))
      } finally {
        await stores.close()
      }
    })

    it('that an app got for itself end with its access, however many', async () => {
      await open()
      try {
        const { oidc, clientRecords } = stores.one
        const tokens = oidc.recordsOf('ClientCredentials')
        const wanted = Array.from({ length: 1100 }, (_, at) =>
          tokens.upsert(`token-${at}`, { clientId: 'robot' }, 600),
        )
        await Promise.all([...wanted, tokens.upsert('kept', { clientId: 'other' }, 600)])
        await clientRecords.endAccess('robot')
        assert.isUndefined(await tokens.find('token-0'))
        assert.lengthOf(await keysOf(redis), 2, 'the token of the other, and what it is found by')
        assert.isDefined(await tokens.find('kept'))
      } finally {
        await stores.close()
      }
    })

    it('of two houses in one Redis do not meet', async () => {
      const stores = await openTwoStores(redis.url)
      const neighbour = await openStore({
        location: { kind: 'sqlite', path: ':memory:' },
        secrets: { ...secrets, recordKey: new Uint8Array(32).fill(9) },
        clock: stores.clock,
        redisUrl: redis.url,
      })
      try {
        await stores.one.oidc.recordsOf('Session').upsert('s', { accountId: 'anna', uid: 'u' }, 60)
        assert.isUndefined(await neighbour.oidc.recordsOf('Session').find('s'))
        await neighbour.oidc.destroyOf('anna')
        assert.isDefined(await stores.other.oidc.recordsOf('Session').find('s'))
        assert.isTrue((await keysOf(redis)).every((key) => key.startsWith('mien:')))
      } finally {
        await neighbour.close()
        await stores.close()
      }
    })
  })

  describe('what is kept for a short while', () => {
    itKeepsForAShortWhile(async () => {
      const stores = await openTwoStores(redis.url)
      return {
        one: stores.one.shortLived,
        other: stores.other.shortLived,
        clock: stores.clock,
        pass: (seconds) => {
          stores.pass(seconds)
          return Promise.resolve()
        },
        dump: () => stores.dump(),
        close: () => stores.close(),
      }
    })
  })

  describe('a job that one node at a time does', () => {
    itGivesJobsToOne(async () => {
      const stores = await openTwoStores(redis.url)
      return { ...stores, one: stores.one.jobLocks, other: stores.other.jobLocks }
    })
  })

  describe('a limit', () => {
    itCountsForAll(async () => {
      const stores = await openTwoStores(redis.url)
      return { ...stores, one: stores.one.openLimiter, other: stores.other.openLimiter }
    })
  })
})

describe('records of the provider, in the database', () => {
  itKeepsRecords(async () => {
    const stores = await openTwoStores()
    return { ...stores, one: stores.one.oidc, other: stores.other.oidc }
  })
})

async function keysOf({ url }: RedisServer): Promise<string[]> {
  return withRedis(url, (client: Redis) => client.keys('*'))
}
