/** What passes: sessions, codes, challenges, limits, who has which job; in Redis where there is one, else in the database. */
import type { Database } from './database.ts'
import { createJobLocks, type JobLocks } from './job-locks.ts'
import { openMemoryLimiter, type OpenLimiter } from './limiters.ts'
import { createSharedLimiters } from './limiters-shared.ts'
import { joinOidcStores } from './oidc-both.ts'
import { createOidcStore, type OidcStore } from './oidc-records.ts'
import { openRedis, type RedisConnection, type RedisWatcher } from './redis/connection.ts'
import { checkRedis } from './redis/health.ts'
import { openRedisHouse } from './redis/house.ts'
import { createRedisJobLocks } from './redis/job-locks.ts'
import { createRedisLimiters } from './redis/limiters.ts'
import { createRedisOidcStore } from './redis/records.ts'
import { createRedisShortLived } from './redis/short-lived.ts'
import type { ShortLived } from './short-lived.ts'
import { createSqlShortLived } from './short-lived-sql.ts'

export interface PassingDependencies {
  readonly database: Database
  readonly clock: () => Date
  readonly recordKey: Uint8Array
  readonly redisUrl?: string | undefined
  readonly redisWatcher?: RedisWatcher | undefined
}

export interface Passing {
  readonly oidc: OidcStore
  readonly shortLived: ShortLived
  readonly openLimiter: OpenLimiter
  readonly jobLocks: JobLocks
  /** Removes what of a subject is outside of the database. */
  readonly forget: (subjectId: string) => Promise<void>
  /** Removes what of a client stands on no grant and is outside of the database. */
  readonly forgetClient: (clientId: string) => Promise<void>
  /** Rejects where what is needed beside the database does not answer, or cannot be relied on. */
  readonly ping: () => Promise<void>
  readonly close: () => Promise<void>
}

/** @throws {Error} where no Redis answers at the address that was given */
export async function openPassing(dependencies: PassingDependencies): Promise<Passing> {
  const { redisUrl: url, redisWatcher: watcher } = dependencies
  if (url === undefined) return inDatabase(dependencies)
  return inRedis(dependencies, await openRedis({ url, watcher }))
}

function inDatabase(dependencies: PassingDependencies): Passing {
  const { database, clock } = dependencies
  const shortLived = createSqlShortLived(dependencies)
  return {
    oidc: createOidcStore(dependencies),
    shortLived,
    // One process has SQLite to itself, and counts faster than it.
    openLimiter: database.kind === 'sqlite' ? openMemoryLimiter : createSharedLimiters(shortLived, clock),
    jobLocks: createJobLocks(database, clock),
    forget: () => Promise.resolve(),
    forgetClient: () => Promise.resolve(),
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  }
}

function inRedis({ database, clock, recordKey }: PassingDependencies, connection: RedisConnection): Passing {
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
