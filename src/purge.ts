/** Throws away what has expired, a bounded piece at a time. */
import type { Logger } from 'pino'
import type { CaptureDesk } from './interactions/capture.ts'
import type { Store } from './store/open-store.ts'

const everyMs = 30_000
/** Rows deleted at one tick: a purge must never hold up a sign-in. */
const rowsPerTick = 500

export interface PurgeDependencies {
  readonly store: Pick<Store, 'oidc' | 'totpSeeds'>
  readonly desk: Pick<CaptureDesk, 'purge'>
  readonly log: Logger
}

export function startPurging({ store, desk, log }: PurgeDependencies): { stop(): void } {
  const timer = setInterval(() => {
    desk.purge()
    const purges = [store.oidc.purgeExpired(rowsPerTick), store.totpSeeds.purgeUnconfirmed(rowsPerTick)]
    Promise.all(purges).catch((error: unknown) => {
      log.error({ error }, 'expired records could not be purged')
    })
  }, everyMs)
  timer.unref()
  return {
    stop: () => {
      clearInterval(timer)
    },
  }
}
