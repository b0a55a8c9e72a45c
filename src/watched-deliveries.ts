/** What leaves the house, counted on its way: mails, sign-outs told to apps, events for the webhook, calls to addresses that clients named. */
import type { Letter } from './mail/letter.ts'
import type { Outbound } from './provider/outbound.ts'
import type { LogoutDeliveries } from './store/logout-deliveries.ts'
import type { Outbox } from './store/outbox.ts'
import type { Telemetry } from './telemetry/telemetry.ts'

type Deliver = (letter: Letter, signal: AbortSignal) => Promise<'sent' | 'refused'>

export function watchedDeliver(
  deliver: Deliver,
  { metrics, spans }: Pick<Telemetry, 'metrics' | 'spans'>,
): Deliver {
  return (letter, signal) =>
    spans.within({ name: 'mail', kind: 'client' }, async (span) => {
      try {
        const outcome = await deliver(letter, signal)
        metrics.count('mien_mails_total', { outcome })
        return outcome
      } catch (error) {
        metrics.count('mien_mails_total', { outcome: 'failed' })
        span.fail('failed')
        throw error
      }
    })
}

export function watchedLogouts(
  deliveries: LogoutDeliveries,
  { metrics }: Pick<Telemetry, 'metrics'>,
): LogoutDeliveries {
  const count = (outcome: string): void => metrics.count('mien_logout_deliveries_total', { outcome })
  return {
    ...deliveries,
    finish: async (id, outcome, fault) => {
      await deliveries.finish(id, outcome, fault)
      // An app that has no address for it is never called.
      if (fault !== 'not_listening') count(outcome)
    },
    postpone: async (id, next) => {
      await deliveries.postpone(id, next)
      count('postponed')
    },
  }
}

export function watchedOutbox(outbox: Outbox, { metrics }: Pick<Telemetry, 'metrics'>): Outbox {
  const count = (outcome: string, by?: number): void =>
    metrics.count('mien_webhook_events_total', { outcome }, by)
  return {
    ...outbox,
    taken: async (id) => {
      await outbox.taken(id)
      count('taken')
    },
    postpone: async (id, until) => {
      await outbox.postpone(id, until)
      count('postponed')
    },
    bound: async (most) => {
      const dropped = await outbox.bound(most)
      if (dropped > 0) count('dropped', dropped)
      return dropped
    },
  }
}

/** Neither the address nor a trace goes along: whose app is called is nobody else's business. */
export function watchedOutbound(
  outbound: Outbound,
  { metrics, spans }: Pick<Telemetry, 'metrics' | 'spans'>,
): Outbound {
  return (address, request) =>
    spans.within({ name: 'outbound call', kind: 'client' }, async (span) => {
      const began = performance.now()
      const observe = (outcome: string): void =>
        metrics.observe('mien_outbound_request_duration_seconds', (performance.now() - began) / 1000, {
          outcome,
        })
      try {
        const response = await outbound(address, request)
        span.note({ 'http.response.status_code': response.status })
        observe('answered')
        return response
      } catch (error) {
        observe('refused')
        throw error
      }
    })
}
