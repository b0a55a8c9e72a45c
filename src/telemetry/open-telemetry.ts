/** Spans by OpenTelemetry: sampled, queued in bounds, and sent to a collector by OTLP over HTTP; a dead collector costs nothing but the spans. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  ROOT_CONTEXT,
  SpanKind as Kind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
} from '@opentelemetry/api'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-node'
import type { SpanInHand, SpanKind, Spans } from './spans.ts'

export interface TracingOptions {
  readonly url: string
  readonly token: string | undefined
  /** Share of the traces that are recorded, 0 to 1. */
  readonly ratio: number
  readonly version: string
  /** Spans were lost: the collector does not take them. */
  readonly onFailure: (error: Error) => void
  /** Between two batches. */
  readonly everyMs?: number
  /** For a batch to be taken. */
  readonly timeoutMs?: number
}

/** A hundred busy requests; what comes on top while the collector is away is dropped. */
const mostWaiting = 2048
const perBatch = 256
const standardEveryMs = 5000
const standardTimeoutMs = 5000
const lastChanceMs = 2000

const kinds: Readonly<Record<SpanKind, Kind>> = {
  server: Kind.SERVER,
  client: Kind.CLIENT,
  internal: Kind.INTERNAL,
}

export function openTracing(options: TracingOptions): Spans {
  const { ratio, version, everyMs = standardEveryMs, timeoutMs = standardTimeoutMs } = options
  const processor = new BatchSpanProcessor(reporting(exporterOf(options), options.onFailure), {
    maxQueueSize: mostWaiting,
    maxExportBatchSize: perBatch,
    scheduledDelayMillis: everyMs,
    exportTimeoutMillis: timeoutMs,
  })
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'mien', 'service.version': version }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [processor],
  })
  const tracer = provider.getTracer('mien', version)
  // Our own, not the library's global one: a house is a value, and a process may hold several.
  const inHand = new AsyncLocalStorage<Span>()
  return {
    within: async ({ name, kind = 'internal', facts = {} }, work) => {
      const options = { kind: kinds[kind], attributes: { ...facts } }
      const span = tracer.startSpan(name, options, contextOf(inHand.getStore()))
      try {
        return await inHand.run(span, () => work(handle(span)))
      } catch (error) {
        handle(span).fail(nameOf(error))
        throw error
      } finally {
        span.end()
      }
    },
    addPast: (parts) => {
      const parent = inHand.getStore()
      if (parent?.isRecording() !== true) return
      let start = performance.now() - parts.reduce((sum, { ms }) => sum + ms, 0)
      for (const { name, ms } of parts) {
        const span = tracer.startSpan(name, { startTime: start }, contextOf(parent))
        start += ms
        span.end(start)
      }
    },
    traceId: () => {
      const span = inHand.getStore()
      return span?.isRecording() === true ? span.spanContext().traceId : undefined
    },
    close: async () => {
      const last = provider.shutdown().catch(() => undefined)
      await Promise.race([last, sleep(lastChanceMs, undefined, { ref: false })])
    },
  }
}

function contextOf(parent: Span | undefined): Context {
  return parent === undefined ? ROOT_CONTEXT : trace.setSpan(ROOT_CONTEXT, parent)
}

function handle(span: Span): SpanInHand {
  return {
    rename: (name) => void span.updateName(name),
    note: (facts) => void span.setAttributes({ ...facts }),
    fail: (code) => {
      span.setAttribute('error.type', code)
      span.setStatus({ code: SpanStatusCode.ERROR })
    },
  }
}

/** A fault's code or a class; a message could hold anything. */
function nameOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

function exporterOf({ url, token, timeoutMs = standardTimeoutMs }: TracingOptions): SpanExporter {
  return new OTLPTraceExporter({
    url,
    timeoutMillis: timeoutMs,
    concurrencyLimit: 2,
    ...(token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } }),
  })
}

function reporting(exporter: SpanExporter, onFailure: (error: Error) => void): SpanExporter {
  return {
    export: (spans, done) => {
      exporter.export(spans, (result) => {
        if (result.error !== undefined) onFailure(result.error)
        done(result)
      })
    },
    shutdown: () => exporter.shutdown(),
    forceFlush: async () => exporter.forceFlush?.(),
  }
}
