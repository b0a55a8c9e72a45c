/** Parts of the house as they are, with what happens in them counted on the way: never who, never a score. */
import { Fault } from './errors.ts'
import type { CaptureDesk, Received } from './interactions/capture.ts'
import { isComplete } from './interactions/capture-state.ts'
import type { Factor } from './policy/assurance.ts'
import type { Attempts } from './store/attempts.ts'
import type { Store, StoreWatch } from './store/open-store.ts'
import type { Reading } from './telemetry/metrics.ts'
import type { Telemetry } from './telemetry/telemetry.ts'
import { countedByNetwork } from './network-attempts.ts'
import type { Parts } from './parts.ts'
import { nextRotation, signingSince } from './provider/key-schedule.ts'
import { watchedLogouts, watchedOutbox } from './watched-deliveries.ts'

type Measuring = Pick<Telemetry, 'metrics'>

export interface DeskWatch {
  readonly telemetry: Measuring
  readonly clock: () => Date
  readonly captureSeconds: number
}

/** Captures of sign-ins alone: an enrolment takes as long as its person likes. */
export function watchedDesk(
  desk: CaptureDesk,
  { clock, captureSeconds, telemetry: { metrics } }: DeskWatch,
): CaptureDesk {
  const count = (outcome: string): void => metrics.count('mien_captures_total', { outcome })
  const note = ({ capture, look }: Received): void => {
    if (look.outcome === 'not_yet') metrics.count('mien_capture_hints_total', { hint: look.hint })
    if (!capture.scoresLiveness || !isComplete(capture)) return
    count('satisfied')
    const leftMs = capture.expiresAt.getTime() - clock().getTime()
    metrics.observe('mien_capture_duration_seconds', captureSeconds - leftMs / 1000, { part: 'challenge' })
  }
  return {
    ...desk,
    issue: async (wish) => {
      const capture = await desk.issue(wish)
      if (wish.scoresLiveness === true) count('begun')
      return capture
    },
    receive: async (frame, settle) => {
      try {
        return await desk.receive(frame, async (received) => {
          const settled = await settle(received)
          note(received)
          return settled
        })
      } catch (error) {
        if (error instanceof Fault) count(error.code)
        throw error
      }
    },
  }
}

/** Tries between their beginning and their end: a request's time each. */
const mostUnsettled = 10_000

function watchedAttempts(attempts: Attempts, { metrics }: Measuring): Attempts {
  const factors = new Map<string, Factor>()
  return {
    ...attempts,
    begin: async (origin, admit) => {
      const begun = await attempts.begin(origin, admit)
      if (factors.size < mostUnsettled) factors.set(begun.attemptId, origin.factor)
      return begun
    },
    settle: async (attemptId, settlement) => {
      await attempts.settle(attemptId, settlement)
      const factor = factors.get(attemptId)
      if (factor === undefined) return
      factors.delete(attemptId)
      const { outcome } = settlement
      metrics.count('mien_factor_attempts_total', { factor, outcome })
      if (outcome !== 'accept')
        metrics.count('mien_sign_ins_total', { outcome: 'refused', acr: 'none', factor })
    },
  }
}

export function watchEvents({ metrics }: Measuring): StoreWatch['onEvent'] {
  return ({ type, acr, detail }) => {
    metrics.count('mien_audit_events_total', { type })
    if (type !== 'signed_in') return
    metrics.count('mien_sign_ins_total', {
      outcome: 'accepted',
      acr: acr ?? 'none',
      factor: factorOf(detail),
    })
  }
}

const methods: Readonly<Record<string, Factor>> = {
  face: 'face',
  pwd: 'password',
  otp: 'otp',
  hwk: 'passkey',
  swk: 'passkey',
}

/** Of the methods that the event names (RFC 8176); a key beside a face is the device's. */
function factorOf(detail: string): string {
  const parsed: unknown = JSON.parse(detail)
  const amr =
    typeof parsed === 'object' && parsed !== null && 'amr' in parsed && typeof parsed.amr === 'string'
      ? parsed.amr
      : ''
  const used = new Set(amr.split(' ').flatMap((name) => methods[name] ?? []))
  if (used.has('face') && used.size === 2 && used.has('passkey')) return 'face'
  const [first = 'other', ...others] = used
  return others.length > 0 ? 'several' : first
}

/** The records of the house, with what is done to them counted. */
export function watchedStore(store: Store, telemetry: Measuring): Store {
  return {
    ...store,
    attempts: countedByNetwork(watchedAttempts(store.attempts, telemetry)),
    logoutDeliveries: watchedLogouts(store.logoutDeliveries, telemetry),
    outbox: watchedOutbox(store.outbox, telemetry),
  }
}

const queuesEveryMs = 10_000
const peopleEveryMs = 300_000

export interface Watched {
  readonly desk: Pick<CaptureDesk, 'purge'>
  readonly isReady: () => Promise<boolean>
}

type Gauged = Pick<Parts, 'telemetry' | 'store' | 'face' | 'clock' | 'config' | 'signingKeys'>

/** What is asked for at each scrape. */
export function readGauges(parts: Gauged, { desk, isReady }: Watched): void {
  const { metrics } = parts.telemetry
  metrics.read('mien_ready', async () => [{ value: (await isReady().catch(() => false)) ? 1 : 0 }])
  metrics.read('mien_open_captures', () => [{ value: desk.purge() }])
  readWorkers(parts)
  readStore(parts)
  readKeys(parts)
}

function readWorkers({ telemetry: { metrics }, face: { engine } }: Gauged): void {
  metrics.read('mien_frames_waiting', () => [{ value: engine.state().waiting }])
  metrics.read('mien_face_workers', () => {
    const { wanted, alive, able, busy } = engine.state()
    return statesOf({ wanted, alive, able, busy })
  })
}

function statesOf(states: Readonly<Record<string, number>>): Reading[] {
  return Object.entries(states).map(([state, value]) => ({ value, labels: { state } }))
}

function readStore({ telemetry: { metrics }, store }: Gauged): void {
  const people = seldom(store.counts.people, peopleEveryMs)
  const queues = seldom(store.counts.waiting, queuesEveryMs)
  metrics.read('mien_subjects', async () => [{ value: (await people()).subjects }])
  metrics.read('mien_templates', async () => [{ value: (await people()).templates }])
  metrics.read('mien_webhook_events_waiting', async () => [{ value: (await queues()).outbox }])
  metrics.read('mien_logout_deliveries_waiting', async () => [{ value: (await queues()).logoutDeliveries }])
  metrics.read('mien_mails_waiting', async () => [{ value: (await queues()).mails }])
  const { pool } = store.counts
  if (pool === undefined) return
  metrics.read('mien_database_connections', () => {
    const { total, idle, waitedFor } = pool()
    return statesOf({ total, idle, waited_for: waitedFor })
  })
}

const secondsOf = (date: Date): number => date.getTime() / 1000

function readKeys({ telemetry: { metrics }, clock, config, signingKeys }: Gauged): void {
  metrics.read('mien_signing_key_age_seconds', () => {
    const since = signingSince(signingKeys(), clock())
    return since === undefined ? [] : [{ value: secondsOf(clock()) - secondsOf(since) }]
  })
  metrics.read('mien_signing_key_next_rotation_timestamp_seconds', () => {
    const at = nextRotation(signingKeys(), config.keyRotationDays)
    return at === undefined ? [] : [{ value: secondsOf(at) }]
  })
}

/** Asks once in so long; a failure is asked again. */
function seldom<T>(ask: () => Promise<T>, everyMs: number): () => Promise<T> {
  let last: { readonly at: number; readonly answer: Promise<T> } | undefined
  return () => {
    const now = performance.now()
    if (last === undefined || now - last.at >= everyMs) {
      const answer = ask()
      last = { at: now, answer }
      answer.catch(() => {
        last = undefined
      })
    }
    return last.answer
  }
}
