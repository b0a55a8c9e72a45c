/** What passes: sessions, codes, challenges, limits, who has which job; in Redis where there is one, else in the database. */
import { createJobLocks } from './job-locks.ts'
import { openMemoryLimiter } from './limiters.ts'
import { createSharedLimiters } from './limiters-shared.ts'
import { createOidcStore } from './oidc-records.ts'
import type { Passing, PassingDependencies } from './passing-shape.ts'
import { createSqlShortLived } from './short-lived-sql.ts'

/** @throws {Error} where no Redis answers at the address that was given */
export async function openPassing(dependencies: PassingDependencies): Promise<Passing> {
  const { redisUrl: url, redisWatcher: watcher } = dependencies
  if (url === undefined) return inDatabase(dependencies)
  // Loaded where there is one: elsewhere its client would only take memory.
  const { openInRedis } = await import('./redis/passing.ts')
  return openInRedis(dependencies, { url, watcher })
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
