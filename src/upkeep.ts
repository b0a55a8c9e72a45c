/** What works in the background besides the purge: retention, and events on their way to the webhook. */
import { startEventWebhook } from './event-webhook.ts'
import type { Letter } from './mail/letter.ts'
import type { Parts } from './parts.ts'
import { startRetention } from './retention.ts'

/** Longer than a receiver may take to answer. */
const webhookLeaseSeconds = 60

export function startUpkeep(
  { config, store, clock, log, letters, tidyEveryMs: everyMs }: Parts,
  post: (letter: Letter) => void,
): { close(): Promise<void> } {
  const { issuer, retention, eventsWebhook } = config
  const alone = (work: () => Promise<void>) => store.jobLocks.hold('webhook', webhookLeaseSeconds, work)
  const { events } = letters
  const keeping = startRetention({ store, clock, events, issuer, post, retention, log, everyMs })
  const webhook =
    eventsWebhook && startEventWebhook({ ...eventsWebhook, outbox: store.outbox, alone, clock, log })
  return {
    close: async () => {
      keeping.stop()
      await webhook?.close()
    },
  }
}
