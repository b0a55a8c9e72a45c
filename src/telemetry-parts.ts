/** Joins what is measured with who measures: each part of the house states what it tells, and this hands it on. */
import type { Logger } from 'pino'
import type { Middleware } from 'koa'
import type { Config } from './config.ts'
import { Fault } from './errors.ts'
import type { PoolEvent } from './face/worker-pool.ts'
import type { ProtocolObserver } from './provider/protocol-watch.ts'
import { routes } from './provider/routes.ts'
import { newReference, type RequestContext } from './request-context.ts'
import type { DatabaseWatch } from './store/watched-database.ts'
import { watchRequests } from './telemetry/requests.ts'
import { openTelemetry, type Telemetry } from './telemetry/telemetry.ts'
import { version } from './version.ts'

export interface TelemetryParts extends Telemetry {
  /** The outermost of all. */
  readonly requests: Middleware
  readonly database: DatabaseWatch
  readonly protocol: ProtocolObserver
  readonly redis: RedisWatch
  readonly onPoolEvent: (event: PoolEvent) => void
  /** Does a piece of a face verdict. */
  readonly verdict: <T>(part: 'compare' | 'whole', work: () => Promise<T>) => Promise<T>
}

export interface RedisWatch {
  readonly command: <T>(work: () => Promise<T>) => Promise<T>
  readonly setUp: (isUp: boolean) => void
}

interface TelemetryNeeds {
  readonly config: Config
  readonly log: Logger
  readonly context: RequestContext
}

/** @throws {Error} where the port of the metrics is taken */
export async function openTelemetryParts({ config, log, context }: TelemetryNeeds): Promise<TelemetryParts> {
  const { metrics: listener, traces } = config
  if (listener !== undefined) warnOfStrangers(listener, log)
  const onTraceFailure = seldom((error: Error) => {
    log.warn({ error }, 'traces are not taken by the collector; some are lost')
  })
  const telemetry = await openTelemetry({ metrics: listener, traces, version, onTraceFailure })
  const { metrics, spans } = telemetry
  return {
    ...telemetry,
    requests: watchRequests({
      metrics,
      spans,
      enter: (traceId, work) => {
        const reference = newReference()
        return context.run({ reference, ...(traceId === undefined ? {} : { traceId }) }, () =>
          work(reference),
        )
      },
      protocolRoute,
      accessLog: (line) => log[config.accessLog ? 'info' : 'debug'](line, 'request'),
    }),
    database: watchDatabase(telemetry),
    protocol: watchProtocol(telemetry),
    redis: watchRedis(telemetry),
    onPoolEvent: (event) => hearPool(telemetry, event),
    verdict: (part, work) => timed(telemetry, part, work),
  }
}

/** Figures tell nothing of persons, but a good deal of a house. */
function warnOfStrangers({ host, token }: NonNullable<Config['metrics']>, log: Logger): void {
  const isLocal = ['localhost', '127.0.0.1', '::1'].includes(host)
  if (!isLocal && token === undefined)
    log.warn('MIEN_METRICS_HOST lets others reach the metrics: keep strangers out, or set MIEN_METRICS_TOKEN')
}

const seldomMs = 60_000

/** Passes on the first call, and then one a minute at most. */
function seldom<T>(tell: (what: T) => void): (what: T) => void {
  let last: number | undefined
  return (what) => {
    const now = performance.now()
    if (last !== undefined && now - last < seldomMs) return
    last = now
    tell(what)
  }
}

const protocolPaths: readonly string[] = Object.values(routes)

function protocolRoute(path: string): string | undefined {
  if (path === '/.well-known/openid-configuration') return path
  if (path.startsWith('/.well-known/')) return '/.well-known/:name'
  const owner = protocolPaths.find((each) => path === each || path.startsWith(`${each}/`))
  return owner === undefined || owner === path ? owner : `${owner}/:id`
}

function watchDatabase({ metrics, spans }: Telemetry): DatabaseWatch {
  let waiting = 0
  metrics.read('mien_database_waiting', () => [{ value: waiting }])
  return (kind, work) =>
    spans.within({ name: `database ${kind}`, kind: 'client' }, async () => {
      const asked = performance.now()
      let begun: number | undefined
      waiting += 1
      const begin = (): void => {
        // A transaction that is tried again has begun before.
        if (begun !== undefined) return
        begun = performance.now()
        waiting -= 1
        metrics.observe('mien_database_wait_seconds', (begun - asked) / 1000, { kind })
      }
      try {
        return await work(begin)
      } catch (error) {
        if (!isRefusal(error)) metrics.count('mien_database_errors_total', { kind })
        throw error
      } finally {
        begin()
        const seconds = (performance.now() - (begun ?? asked)) / 1000
        metrics.observe('mien_database_operation_duration_seconds', seconds, { kind })
      }
    })
}

/** Told by our own rules, such as an address that is taken: the database has done what it should. */
function isRefusal(error: unknown): boolean {
  return error instanceof Fault && error.status < 500
}

function watchRedis({ metrics, spans }: Telemetry): RedisWatch {
  let isUp: boolean | undefined
  metrics.read('mien_redis_up', () => (isUp === undefined ? [] : [{ value: isUp ? 1 : 0 }]))
  return {
    setUp: (is) => {
      isUp = is
    },
    command: (work) =>
      spans.within({ name: 'redis command', kind: 'client' }, async () => {
        const began = performance.now()
        const observe = (outcome: string): void =>
          metrics.observe('mien_redis_command_duration_seconds', (performance.now() - began) / 1000, {
            outcome,
          })
        try {
          const done = await work()
          observe('done')
          return done
        } catch (error) {
          observe('failed')
          throw error
        }
      }),
  }
}

function watchProtocol({ metrics }: Telemetry): ProtocolObserver {
  return {
    granted: (grantType) => metrics.count('mien_token_grants_total', { grant_type: grantType }),
    refused: (endpoint, code) => metrics.count('mien_provider_errors_total', { endpoint, code }),
    revoked: () => metrics.count('mien_token_revocations_total'),
    introspected: () => metrics.count('mien_token_introspections_total'),
  }
}

function hearPool({ metrics, spans }: Telemetry, event: PoolEvent): void {
  if (event.kind === 'worker_ended') metrics.count('mien_face_worker_restarts_total')
  if (event.kind !== 'frame_done') return
  const { outcome, waitMs, workMs, stages } = event
  metrics.count('mien_frames_total', { outcome })
  metrics.observe('mien_frame_wait_seconds', waitMs / 1000)
  if (workMs > 0) metrics.observe('mien_frame_duration_seconds', workMs / 1000)
  for (const { stage, ms } of stages)
    metrics.observe('mien_frame_stage_duration_seconds', ms / 1000, { stage })
  spans.addPast(stages.map(({ stage, ms }) => ({ name: `frame ${stage}`, ms })))
}

async function timed<T>(
  { metrics, spans }: Telemetry,
  part: 'compare' | 'whole',
  work: () => Promise<T>,
): Promise<T> {
  const began = performance.now()
  try {
    return await spans.within({ name: `verdict ${part}` }, work)
  } finally {
    metrics.observe('mien_verdict_duration_seconds', (performance.now() - began) / 1000, { part })
  }
}
