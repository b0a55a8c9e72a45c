/** Which Redis the house uses, and what its log says of an outage. */
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import type { StoreOptions } from './store/open-store.ts'

export function redisOf({ redisUrl }: Config, log: Logger): Pick<StoreOptions, 'redisUrl' | 'redisWatcher'> {
  return {
    redisUrl,
    redisWatcher: {
      lost: (reason) => {
        log.error({ reason }, 'Redis does not answer: nobody can sign in until it does')
      },
      found: () => {
        log.info('Redis answers again')
      },
    },
  }
}
