/** Sends the events of the audit trail to the operator's webhook, signed after Standard Webhooks, in the background and one after the other. */
import { createHmac } from 'node:crypto'
import type { Logger } from 'pino'
import type { Outbox, WaitingEvent } from './store/outbox.ts'

export interface EventWebhookOptions {
  readonly url: string
  /** The bytes that sign; at least 24 (Standard Webhooks, “Signature scheme”). */
  readonly secret: Uint8Array
  readonly outbox: Outbox
  /** Does the work where no other node is at it. */
  readonly alone: (work: () => Promise<void>) => Promise<unknown>
  readonly clock: () => Date
  readonly log: Pick<Logger, 'warn' | 'error'>
  readonly timeoutMs?: number
  readonly everyMs?: number
}

export interface EventWebhook {
  /** Sends what is due now; a tick under way is waited for. */
  flush(): Promise<void>
  close(): Promise<void>
}

/** Events of one tick: a slow receiver must not make one tick last for ever. */
const perTick = 50
const mostWaiting = 100_000
const standardTimeoutMs = 10_000
const standardEveryMs = 1000
/** Doubled at each failure, up to an hour: 5 s, 10 s, 20 s… */
const firstDelayMs = 5000
const longestDelayMs = 3_600_000

export function startEventWebhook(options: EventWebhookOptions): EventWebhook {
  const { log, everyMs = standardEveryMs } = options
  const stopping = new AbortController()
  let underWay: Promise<void> = Promise.resolve()
  let isBusy = false
  const tick = (): Promise<void> => {
    if (isBusy) return underWay
    isBusy = true
    underWay = sendAlone(options, stopping.signal)
      .catch((error: unknown) => {
        log.error({ error }, 'events could not be read for the webhook')
      })
      .finally(() => {
        isBusy = false
      })
    return underWay
  }
  const timer = setInterval(() => void tick(), everyMs)
  timer.unref()
  return {
    flush: tick,
    close: async () => {
      clearInterval(timer)
      stopping.abort()
      await underWay
    },
  }
}

/** Of several nodes one sends, so that events arrive in order and once. */
async function sendAlone(options: EventWebhookOptions, stopping: AbortSignal): Promise<void> {
  if ((await options.outbox.due(1)).length === 0) return
  await options.alone(() => sendDue(options, stopping))
}

async function sendDue(options: EventWebhookOptions, stopping: AbortSignal): Promise<void> {
  const { outbox, clock, log } = options
  const dropped = await outbox.bound(mostWaiting)
  if (dropped > 0) log.error({ dropped }, 'the webhook takes too few events: the oldest were dropped')
  for (const event of await outbox.due(perTick)) {
    const refusal = await send(options, event, stopping)
    if (refusal === undefined) {
      await outbox.taken(event.id)
      continue
    }
    // The house is closing: the event is sent by the next one.
    if (stopping.aborted) return
    const delayMs = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(event.tries, 20))
    await outbox.postpone(event.id, new Date(clock().getTime() + delayMs))
    log.warn({ id: event.id, tries: event.tries + 1, refusal }, 'the webhook did not take an event')
    // The rest waits for the next tick: a receiver that is down is asked once each time.
    return
  }
}

/** @returns why it was not taken; undefined where it was */
async function send(
  { url, secret, clock, timeoutMs = standardTimeoutMs }: EventWebhookOptions,
  { id, body }: WaitingEvent,
  stopping: AbortSignal,
): Promise<string | undefined> {
  const timestamp = String(Math.floor(clock().getTime() / 1000))
  try {
    const response = await fetch(url, {
      method: 'POST',
      // A redirect could carry events, with a good signature, to somebody else.
      redirect: 'manual',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': timestamp,
        'webhook-signature': signatureOf(secret, { id, timestamp, body }),
      },
      body,
      signal: AbortSignal.any([stopping, AbortSignal.timeout(timeoutMs)]),
    })
    await response.body?.cancel()
    return response.ok ? undefined : `status ${response.status}`
  } catch (error) {
    return error instanceof Error ? error.name : 'failed'
  }
}

/** Standard Webhooks: `v1,` and the HMAC-SHA256 over id, timestamp and body, in base64. */
function signatureOf(
  secret: Uint8Array,
  { id, timestamp, body }: { readonly id: string; readonly timestamp: string; readonly body: string },
): string {
  const mac = createHmac('sha256', secret).update(`${id}.${timestamp}.${body}`).digest('base64')
  return `v1,${mac}`
}
