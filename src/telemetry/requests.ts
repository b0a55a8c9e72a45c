/** Each request, watched from outside: its reference, its span, its time, and its line of the access log. */
import type { Context, Middleware } from 'koa'
import type { Metrics } from './metrics.ts'
import type { Spans } from './spans.ts'

export interface RequestWatch {
  readonly metrics: Pick<Metrics, 'observe'>
  readonly spans: Spans
  /** Runs the work as that of one request, and says how the request is called. */
  readonly enter: <T>(traceId: string | undefined, work: (reference: string) => Promise<T>) => Promise<T>
  /** What a protocol path is a case of; `undefined` where it is none. */
  readonly protocolRoute: (path: string) => string | undefined
  readonly accessLog: (line: AccessLine) => void
}

export interface AccessLine {
  readonly method: string
  /** The template, such as `/interaction/:uid`: the path itself may name a visit. */
  readonly route: string
  readonly status: number
  readonly ms: number
}

const probes: ReadonlySet<string> = new Set(['/healthz', '/readyz'])

/**
 * Every trace begins here: a `traceparent` from outside is never taken up, for whoever sends one could choose which
 * requests are recorded and under which number (docs/adr, “What is measured”). Nor is one sent on to anybody.
 */
export function watchRequests(watch: RequestWatch): Middleware {
  const { metrics, spans, enter } = watch
  return (ctx, next) => {
    const began = performance.now()
    const method = ctx.method
    const traced: Spans['within'] = probes.has(ctx.path) ? (_wish, work) => work(untraced) : spans.within
    return traced(
      { name: knownMethod(method), kind: 'server', facts: { 'url.scheme': ctx.protocol } },
      (span) =>
        enter(spans.traceId(), async (reference) => {
          ctx.set('X-Request-Id', reference)
          await next()
          const route = routeOf(ctx, watch)
          const status = ctx.respond === false ? ctx.res.statusCode : ctx.status
          const seconds = (performance.now() - began) / 1000
          metrics.observe('mien_http_request_duration_seconds', seconds, {
            route,
            method,
            status: `${Math.floor(status / 100)}xx`,
          })
          span.rename(`${knownMethod(method)} ${route}`)
          span.note({
            'http.request.method': knownMethod(method),
            'http.route': route,
            'http.response.status_code': status,
          })
          if (status >= 500) span.fail(String(status))
          if (!probes.has(ctx.path))
            watch.accessLog({ method, route, status, ms: Math.round(seconds * 1e4) / 10 })
        }),
    )
  }
}

const untraced = { rename: () => undefined, note: () => undefined, fail: () => undefined }

/** OpenTelemetry asks for `_OTHER` where a method is none that is known. */
function knownMethod(method: string): string {
  return /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/.test(method) ? method : '_OTHER'
}

const wholePaths: ReadonlySet<string> = new Set([...probes, '/openapi.json'])

/** A template of ours; whatever strangers make up is `unmatched`. */
function routeOf(ctx: Context, { protocolRoute }: RequestWatch): string {
  const matched: unknown = ctx['_matchedRoute']
  if (typeof matched === 'string') return matched
  if (wholePaths.has(ctx.path)) return ctx.path
  if (ctx.path.startsWith('/assets/')) return '/assets/:file'
  return protocolRoute(ctx.path) ?? 'unmatched'
}
