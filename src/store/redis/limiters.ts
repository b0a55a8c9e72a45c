/** Limits that hold over all nodes: rate-limiter-flexible on Redis, which counts in one step. */
import { RateLimiterRedis, RateLimiterRes } from 'rate-limiter-flexible'
import { LimitReached, type OpenLimiter } from '../limiters.ts'
import { digest } from '../sealing.ts'
import type { RedisHouse } from './house.ts'

export function createRedisLimiters({ connection, prefix, recordKey }: RedisHouse): OpenLimiter {
  return ({ name, points, seconds }) => {
    const limiter = new RateLimiterRedis({
      storeClient: connection.client,
      keyPrefix: `${prefix}limit:${name}`,
      points,
      duration: seconds,
    })
    return {
      consume: async (key) => {
        // Addresses are personal data: a copy of Redis tells none.
        const state = await connection.run(() => take(limiter, digest(recordKey, 'limit', name, key)))
        if (!(state.consumedPoints <= points)) throw new LimitReached(state.msBeforeNext)
      },
    }
  }
}

/** A refusal is an answer too; anything else that is thrown is a Redis that gives none, and lets nobody through. */
async function take(limiter: RateLimiterRedis, key: string): Promise<RateLimiterRes> {
  try {
    return await limiter.consume(key)
  } catch (refusal) {
    if (refusal instanceof RateLimiterRes) return refusal
    throw refusal
  }
}
