/** `JobLocks` in Redis: a lease under the name of the job, which only its holder prolongs or gives back. */
import { randomUUID } from 'node:crypto'
import type { JobLocks } from '../job-locks.ts'
import type { RedisHouse } from './house.ts'

/** ARGV of each: holder, now, when the lease ends, milliseconds until then. */
const take = `
local endsAt = redis.call('HGET', KEYS[1], 'endsAt')
if endsAt and tonumber(endsAt) > tonumber(ARGV[2]) then return 0 end
redis.call('HSET', KEYS[1], 'holder', ARGV[1], 'endsAt', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`
const renew = `
if redis.call('HGET', KEYS[1], 'holder') ~= ARGV[1] then return 0 end
redis.call('HSET', KEYS[1], 'endsAt', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`
const giveBack = `
if redis.call('HGET', KEYS[1], 'holder') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
`

export function createRedisJobLocks({ connection, prefix, clock }: RedisHouse): JobLocks {
  const scripts = {
    take: connection.script(take),
    renew: connection.script(renew),
    giveBack: connection.script(giveBack),
  }
  return {
    hold: async (name, seconds, work) => {
      const keys = [`${prefix}job:${name}`]
      const holder = randomUUID()
      const ms = Math.ceil(seconds * 1000)
      const lease = () => [holder, clock().getTime(), clock().getTime() + ms, ms]
      if ((await scripts.take(keys, lease())) !== 1) return undefined
      const renewal = setInterval(() => {
        // Where that fails again and again the lease ends, and another node does the job anew.
        scripts.renew(keys, lease()).catch(() => undefined)
      }, ms / 3).unref()
      try {
        return await work()
      } finally {
        clearInterval(renewal)
        // What was done is done; a lease that cannot be given back ends by itself.
        await scripts.giveBack(keys, [holder]).catch(() => undefined)
      }
    },
  }
}
