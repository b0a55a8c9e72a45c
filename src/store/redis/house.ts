/** What belongs to one house in a Redis that may be shared: everything under a prefix of its own. */
import { digest } from '../sealing.ts'
import type { RedisConnection } from './connection.ts'

export interface RedisHouse {
  readonly connection: RedisConnection
  /** `mien:` and what tells this house from another in the same Redis; the same on each of its nodes. */
  readonly prefix: string
  readonly clock: () => Date
  /** Keys the digests and the seals, as in the database. */
  readonly recordKey: Uint8Array
}

export function openRedisHouse(parts: Omit<RedisHouse, 'prefix'>): RedisHouse {
  return { ...parts, prefix: `mien:${digest(parts.recordKey, 'redis house').slice(0, 8)}:` }
}
