/** What is done from time to time: expired rows are thrown away, a bounded piece at a time, and the head of the audit trail is noted. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Logger } from 'pino'
import type { CaptureDesk } from './interactions/capture.ts'
import type { Store } from './store/open-store.ts'
import type { KeptDays } from './store/purge.ts'

const standardEveryMs = 30_000
/** Rows deleted by one statement, and the pause before the next ones: a purge must never hold up a sign-in. */
const rowsAtOnce = 500
const pauseMs = 250
/** In one tick no more than so many rounds: 50,000 rows of each table in half a minute, and then the others have their turn. */
const mostRounds = 100
const tidyEveryMs = 3_600_000
/** So many seconds of the audit trail could be cut without a trace in the file beside the database. */
const checkpointEveryMs = 1000
/** A node that dies while it purges is waited for no longer. */
const leaseSeconds = 120

export interface PurgeDependencies {
  readonly store: Pick<Store, 'purge' | 'audit' | 'jobLocks'>
  readonly kept: KeptDays
  /** Half a minute unless told. */
  readonly everyMs?: number | undefined
  readonly desk: Pick<CaptureDesk, 'purge'>
  /** Carries out what was waiting for its time. */
  readonly settle: () => Promise<unknown>
  /** Each hour: throws away files that are kept for a while. */
  readonly tidy: () => Promise<unknown>
  readonly log: Logger
}

export function startPurging(dependencies: PurgeDependencies): { stop(): void } {
  const { store, desk, settle, tidy, log, everyMs = standardEveryMs } = dependencies
  let isStopped = false
  const failed = (error: unknown): void => {
    log.error({ error }, 'expired records could not be purged')
  }
  const timers = [
    setInterval(() => {
      desk.purge()
      const purge = () => purgeAll(dependencies, () => isStopped)
      store.jobLocks.hold('purge', leaseSeconds, () => Promise.all([purge(), settle()])).catch(failed)
    }, everyMs),
    setInterval(() => void tidy().catch(failed), tidyEveryMs),
    startNoting(store.audit, log),
  ]
  for (const timer of timers) timer.unref()
  return {
    stop: () => {
      isStopped = true
      for (const timer of timers) clearInterval(timer)
    },
  }
}

/** Round after round while any rule finds as much as it may take, so that the purge keeps up with whatever comes. */
async function purgeAll({ store, kept }: PurgeDependencies, isStopped: () => boolean): Promise<void> {
  for (let round = 0; round < mostRounds && !isStopped(); round++) {
    const purged = await store.purge.run(kept, rowsAtOnce)
    if (purged.every(({ rows }) => rows < rowsAtOnce)) return
    await sleep(pauseMs, undefined, { ref: false })
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
  return setInterval(() => {
    note().catch((error: unknown) => {
      log.error({ error }, 'the head of the audit trail could not be noted')
    })
  }, checkpointEveryMs)
}
