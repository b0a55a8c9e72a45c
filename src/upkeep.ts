/** What works in the background besides the purge: retention, and events on their way to the webhook. */
import { startEventWebhook } from './event-webhook.ts'
import type { Letter } from './mail/letter.ts'
import type { Parts } from './parts.ts'
import { startRetention } from './retention.ts'

export function startUpkeep(
  { config, store, clock, log, letters }: Parts,
  post: (letter: Letter) => void,
): { close(): Promise<void> } {
  const { issuer, retention, eventsWebhook } = config
  const keeping = startRetention({ store, clock, events: letters.events, issuer, post, retention, log })
  const webhook = eventsWebhook && startEventWebhook({ ...eventsWebhook, outbox: store.outbox, clock, log })
  return {
    close: async () => {
      keeping.stop()
      await webhook?.close()
    },
  }
}
