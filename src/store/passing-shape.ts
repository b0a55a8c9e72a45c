/** What keeps what passes, whichever that is, and what it stands on. */
import type { Database } from './database.ts'
import type { JobLocks } from './job-locks.ts'
import type { OpenLimiter } from './limiters.ts'
import type { OidcStore } from './oidc-records.ts'
import type { RedisWatcher } from './redis/connection.ts'
import type { ShortLived } from './short-lived.ts'

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
