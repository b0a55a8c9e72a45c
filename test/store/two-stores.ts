/** Two stores, as two nodes have them: on one SQLite file, with or without one Redis, under a clock that the tests move. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { secrets } from './fixtures.ts'

export interface TwoStores {
  readonly one: Store
  readonly other: Store
  readonly clock: () => Date
  pass(seconds: number): void
  /** All that database and Redis hold, as bytes. */
  dump(): Promise<Buffer>
  close(): Promise<void>
}

/** @param redisUrl is emptied first */
export async function openTwoStores(redisUrl?: string): Promise<TwoStores> {
  if (redisUrl !== undefined) await withRedis(redisUrl, (client) => client.flushall())
  const folder = mkdtempSync(join(tmpdir(), 'mien-two-stores-'))
  let now = new Date('2026-01-01T12:00:00Z')
  const clock = (): Date => now
  const location = { kind: 'sqlite', path: join(folder, 'mien.sqlite') } as const
  const open = () => openStore({ location, secrets, clock, isInspection: true, redisUrl })
  const [one, other] = [await open(), await open()]
  return {
    one,
    other,
    clock,
    pass: (seconds) => {
      now = new Date(now.getTime() + seconds * 1000)
    },
    dump: async () => {
      const files = readdirSync(folder).map((name) => readFileSync(join(folder, name)))
      return Buffer.concat([...files, ...(redisUrl === undefined ? [] : [await dumpRedis(redisUrl)])])
    },
    close: async () => {
      await one.close()
      await other.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export async function withRedis<T>(url: string, work: (client: Redis) => Promise<T>): Promise<T> {
  const client = new Redis(url)
  try {
    return await work(client)
  } finally {
    client.disconnect()
  }
}

/** Keys, fields and values as they are, one after the other. */
async function dumpRedis(url: string): Promise<Buffer> {
  return withRedis(url, async (client) => {
    const parts: string[] = []
    for (const key of await client.keys('*')) {
      const type = await client.type(key)
      const read: Readonly<Record<string, () => Promise<unknown>>> = {
        hash: () => client.hgetall(key),
        zset: () => client.zrange(key, 0, -1, 'WITHSCORES'),
        list: () => client.lrange(key, 0, -1),
        string: () => client.get(key),
      }
      const value = read[type]
      if (value === undefined) throw new Error(`a ${type} is not looked into`)
      parts.push(key, JSON.stringify(await value()))
    }
    return Buffer.from(parts.join('\n'))
  })
}
