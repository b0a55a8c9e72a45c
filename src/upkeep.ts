/** What works in the background besides the purge: retention, and events on their way to the webhook. */
import { startEventWebhook } from './event-webhook.ts'
import type { Letter } from './mail/letter.ts'
import type { Parts } from './parts.ts'
import { startRetention } from './retention.ts'

/** Longer than a receiver may take to answer. */
const webhookLeaseSeconds = 60

export function startUpkeep(
  { config, store, clock, log, letters }: Parts,
  post: (letter: Letter) => void,
): { close(): Promise<void> } {
  const { issuer, retention, eventsWebhook } = config
  const alone = (work: () => Promise<void>) => store.jobLocks.hold('webhook', webhookLeaseSeconds, work)
  const keeping = startRetention({ store, clock, events: letters.events, issuer, post, retention, log })
  const webhook =
    eventsWebhook && startEventWebhook({ ...eventsWebhook, outbox: store.outbox, alone, clock, log })
  return {
    close: async () => {
      keeping.stop()
      await webhook?.close()
    },
  }
}
