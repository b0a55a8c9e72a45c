/** What passes, where it is in Redis: beside it, the database keeps what stays. */
import { joinOidcStores } from '../oidc-both.ts'
import { createOidcStore } from '../oidc-records.ts'
import type { Passing, PassingDependencies } from '../passing-shape.ts'
import { openRedis, type RedisWatcher } from './connection.ts'
import { checkRedis } from './health.ts'
import { openRedisHouse } from './house.ts'
import { createRedisJobLocks } from './job-locks.ts'
import { createRedisLimiters } from './limiters.ts'
import { createRedisOidcStore } from './records.ts'
import { createRedisShortLived } from './short-lived.ts'

/** @throws {Error} where no Redis answers there */
export async function openInRedis(
  { database, clock, recordKey }: PassingDependencies,
  place: { readonly url: string; readonly watcher?: RedisWatcher | undefined },
): Promise<Passing> {
  const connection = await openRedis(place)
  const house = openRedisHouse({ connection, clock, recordKey })
  const redis = createRedisOidcStore(house)
  return {
    oidc: joinOidcStores({ database: createOidcStore({ database, clock, recordKey }), redis }),
    shortLived: createRedisShortLived(house),
    openLimiter: createRedisLimiters(house),
    jobLocks: createRedisJobLocks(house),
    forget: (subjectId) => redis.destroyOf(subjectId),
    forgetClient: (clientId) => redis.destroyOfClient(clientId),
    ping: () => checkRedis(connection),
    close: () => connection.close(),
  }
}
