import { assert } from 'chai'
import { createServer, type Server, type Socket } from 'node:net'
import { once } from 'node:events'
import { connect } from 'node:net'
import { openRedis } from '../../src/store/redis/connection.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { hasRedis, startRedis, type RedisServer } from '../servers/redis.ts'
import { until } from '../until.ts'
import { codeOf, secrets } from './fixtures.ts'
import { withRedis } from './two-stores.ts'

const clock = (): Date => new Date()

describe('A Redis that is down', () => {
  let redis: RedisServer
  let store: Store
  const told: string[] = []
  before(async function () {
    if (!hasRedis) this.skip()
    redis = await startRedis()
    store = await openStore({
      location: { kind: 'sqlite', path: ':memory:' },
      secrets,
      clock,
      redisUrl: redis.url,
      redisWatcher: { lost: () => told.push('lost'), found: () => told.push('found') },
    })
  })
  after(async () => {
    await store.close()
    await redis.stop()
  })

  it('is a fault that says so, at once, for everything that needs it, and is over by itself', async () => {
    const codes = store.oidc.recordsOf('AuthorizationCode')
    const limit = store.openLimiter({ name: 'test', points: 5, seconds: 60 })
    const key = { kind: 'test', id: 'id' }
    await redis.halt()
    await until(() => told.includes('lost'))
    const start = performance.now()
    const attempts = {
      upsert: () => codes.upsert('code', {}, 60),
      find: () => codes.find('code'),
      findByUid: () => codes.findByUid('uid'),
      consume: () => codes.consume('code'),
      revoke: () => codes.revokeByGrantId('grant'),
      limit: () => limit.consume('127.0.0.1'),
      once: () => store.shortLived.once(key, new Date(Date.now() + 1000)),
      take: () => store.shortLived.take(key),
      destroyOf: () => store.oidc.destroyOf('anna'),
      ping: () => store.ping(),
    }
    for (const [name, attempt] of Object.entries(attempts))
      assert.equal(await codeOf(attempt()), 'storage_unavailable', name)
    assert.isBelow(performance.now() - start, 1500, 'nobody waits for it')
    await redis.restart()
    await until(() => told.includes('found'))
    await store.ping()
    await codes.upsert('code', { jti: 'code' }, 60)
    assert.isTrue(await codes.consume('code'), 'a new Redis learns the scripts anew')
    await limit.consume('127.0.0.1')
    assert.deepEqual(told, ['lost', 'found'], 'each outage is told once')
  })

  it('erases no account by half', async () => {
    const { id } = await store.subjects.create({ email: 'anna@example.com', passwordHash: 'hash' })
    await redis.halt()
    await until(() => told.filter((each) => each === 'lost').length === 2)
    assert.equal(await codeOf(store.subjects.erase(id)), 'storage_unavailable')
    assert.isDefined(await store.subjects.findById(id))
    await redis.restart()
    await until(() => told.filter((each) => each === 'found').length === 2)
    await store.subjects.erase(id)
    assert.isUndefined(await store.subjects.findById(id))
  })

  it('that hangs is a fault too, after two seconds', async () => {
    redis.freeze()
    const start = performance.now()
    assert.equal(await codeOf(store.oidc.recordsOf('Session').find('s')), 'storage_unavailable')
    assert.isBelow(performance.now() - start, 4000)
    redis.thaw()
    await until(async () => (await codeOf(store.ping())) === 'none')
  })

  it('cut off in the middle of consuming leaves a code spent, and says yes to nobody', async () => {
    const relay = await startRelay(redis.port)
    const cut = await openStore({
      location: { kind: 'sqlite', path: ':memory:' },
      secrets,
      clock,
      redisUrl: relay.url,
    })
    try {
      const codes = cut.oidc.recordsOf('AuthorizationCode')
      await codes.upsert('code', { jti: 'code' }, 60)
      await codes.consume('another')
      // Asked, and done; the answer never comes.
      relay.swallow()
      assert.equal(await codeOf(codes.consume('code')), 'storage_unavailable')
      await relay.mend()
      await until(async () => (await codeOf(cut.ping())) === 'none')
      assert.isFalse(await codes.consume('code'))
      assert.isFalse(await store.oidc.recordsOf('AuthorizationCode').consume('code'))
    } finally {
      await cut.close()
      await relay.close()
    }
  })

  it('at the start ends the start, with its place and without its password', async () => {
    const free = await startRedis()
    await free.stop()
    const url = free.url.replace('//', '//mien:s3cret@')
    const said = await wordsOf(openRedis({ url, patienceMs: 300 }))
    assert.include(said, `127.0.0.1:${free.port}`)
    assert.include(said, 'ECONNREFUSED')
    assert.notInclude(said, 's3cret')
  })

  it('is no Redis to rely on where it throws keys away when it is full, or is full', async () => {
    const set = (name: string, value: string) =>
      withRedis(redis.url, (client) => client.config('SET', name, value))
    await set('maxmemory-policy', 'allkeys-lru')
    assert.include(await wordsOf(store.ping()), 'noeviction')
    await set('maxmemory-policy', 'noeviction')
    await store.ping()
    await set('maxmemory', '1mb')
    assert.equal(await codeOf(store.oidc.recordsOf('Session').upsert('s', {}, 60)), 'storage_unavailable')
    await set('maxmemory', '0')
  })

  it('is known by its answer where it does not let its settings be seen', async () => {
    const url = redis.url.replace('//', '//mien:word@')
    await withRedis(redis.url, (client) =>
      client.call('ACL', 'SETUSER', 'mien', 'on', '>word', '~mien:*', '+@all', '-@dangerous', '-@admin'),
    )
    const limited = await openStore({
      location: { kind: 'sqlite', path: ':memory:' },
      secrets,
      clock,
      redisUrl: url,
    })
    try {
      await limited.ping()
      await limited.oidc.recordsOf('Session').upsert('s', { uid: 'u', accountId: 'anna' }, 60)
      assert.isDefined(await limited.oidc.recordsOf('Session').findByUid('u'))
      await limited.shortLived.append({ kind: 'k', id: 'i' }, Buffer.from('x'), new Date(Date.now() + 9000))
      await limited.openLimiter({ name: 'acl', points: 1, seconds: 60 }).consume('a')
    } finally {
      await limited.close()
    }
  })
})

async function wordsOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    return error instanceof Error ? error.message : ''
  }
  return ''
}

interface Relay {
  readonly url: string
  /** From now on requests pass and answers do not; half a second later the connection is cut. */
  swallow(): void
  mend(): Promise<void>
  close(): Promise<void>
}

/** Between the house and its Redis, as a network is. */
async function startRelay(port: number): Promise<Relay> {
  let isSwallowing = false
  const sockets = new Set<Socket>()
  const server: Server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => sockets.delete(socket))
    }
    near.pipe(far)
    far.on('data', (bytes: Buffer) => {
      if (!isSwallowing) near.write(bytes)
    })
    far.on('close', () => near.destroy())
    near.on('close', () => far.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `redis://127.0.0.1:${address.port}`,
    swallow: () => {
      isSwallowing = true
      setTimeout(cut, 500)
    },
    mend: async () => {
      isSwallowing = false
      await new Promise((resolve) => setTimeout(resolve, 200))
    },
    close: async () => {
      cut()
      server.close()
      await once(server, 'close')
    },
  }
}
