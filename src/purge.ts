/** What is done from time to time: expired rows are thrown away, a bounded piece at a time, and the head of the audit trail is noted. */
import type { Logger } from 'pino'
import type { CaptureDesk } from './interactions/capture.ts'
import type { Store } from './store/open-store.ts'

const everyMs = 30_000
/** So many seconds of the audit trail could be cut without a trace in the file beside the database. */
const checkpointEveryMs = 1000
/** Rows deleted at one tick: a purge must never hold up a sign-in. */
const rowsPerTick = 500

export interface PurgeDependencies {
  readonly store: Pick<
    Store,
    'oidc' | 'totpSeeds' | 'mailProofs' | 'audit' | 'logoutDeliveries' | 'mailQueue' | 'shortLived'
  >
  readonly desk: Pick<CaptureDesk, 'purge'>
  /** Carries out what was waiting for its time. */
  readonly settle: () => Promise<unknown>
  readonly log: Logger
}

export function startPurging({ store, desk, settle, log }: PurgeDependencies): { stop(): void } {
  const timer = setInterval(() => {
    desk.purge()
    const purges = [
      store.oidc.purgeExpired(rowsPerTick),
      store.totpSeeds.purgeUnconfirmed(rowsPerTick),
      store.mailProofs.purgeExpired(rowsPerTick),
      settle(),
      store.logoutDeliveries.purge(rowsPerTick),
      store.mailQueue.purge(rowsPerTick),
      store.shortLived.purge(rowsPerTick),
    ]
    Promise.all(purges).catch((error: unknown) => {
      log.error({ error }, 'expired records could not be purged')
    })
  }, everyMs)
  timer.unref()
  const noting = startNoting(store.audit, log)
  return {
    stop: () => {
      clearInterval(timer)
      clearInterval(noting)
    },
  }
}

/** Says it once where the trail no longer holds what was noted of it; `mien audit verify` says more. */
function startNoting(audit: Pick<Store['audit'], 'checkpoint'>, log: Logger): NodeJS.Timeout {
  let wasWhole = true
  const note = async (): Promise<void> => {
    const isWhole = await audit.checkpoint()
    if (wasWhole && !isWhole)
      log.error('the audit trail was tampered with: run "npm run mien -- audit verify"')
    wasWhole = isWhole
  }
  const timer = setInterval(() => {
    note().catch((error: unknown) => {
      log.error({ error }, 'the head of the audit trail could not be noted')
    })
  }, checkpointEveryMs)
  return timer.unref()
}
