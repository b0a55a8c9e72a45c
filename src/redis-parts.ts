/** Which Redis the house uses, and what its log says of an outage. */
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import type { StoreOptions } from './store/open-store.ts'
import type { TelemetryParts } from './telemetry-parts.ts'

export function redisOf(
  { redisUrl }: Config,
  log: Logger,
  { redis }: Pick<TelemetryParts, 'redis'>,
): Pick<StoreOptions, 'redisUrl' | 'redisWatcher'> {
  if (redisUrl === undefined) return {}
  redis.setUp(true)
  return {
    redisUrl,
    redisWatcher: {
      around: redis.command,
      lost: (reason) => {
        redis.setUp(false)
        log.error({ reason }, 'Redis does not answer: nobody can sign in until it does')
      },
      found: () => {
        redis.setUp(true)
        log.info('Redis answers again')
      },
    },
  }
}
