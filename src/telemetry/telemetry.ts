/** What the house is watched with: metrics where they are served, spans where a collector takes them, and nothing where neither is asked for. */
import type { MetricsListener, MetricsListenerOptions } from './metrics-listener.ts'
import type { Metrics } from './metrics.ts'
import { noSpans, type Spans } from './spans.ts'

export interface Telemetry {
  readonly metrics: Pick<Metrics, 'count' | 'observe' | 'read'>
  readonly spans: Spans
  close(): Promise<void>
}

export interface TelemetryOptions {
  readonly metrics: MetricsListenerOptions | undefined
  readonly traces:
    { readonly url: string; readonly token: string | undefined; readonly ratio: number } | undefined
  readonly version: string
  readonly onTraceFailure: (error: Error) => void
}

const noMetrics: Telemetry['metrics'] = {
  count: () => undefined,
  observe: () => undefined,
  read: () => undefined,
}

/** The libraries are loaded where they serve alone. @throws {Error} where the port of the metrics is taken */
export async function openTelemetry(options: TelemetryOptions): Promise<Telemetry> {
  const spans = await openSpans(options)
  if (options.metrics === undefined) return { metrics: noMetrics, spans, close: spans.close }
  const { createMetrics } = await import('./metrics.ts')
  const { listenForScrapes } = await import('./metrics-listener.ts')
  const metrics = createMetrics()
  metrics.read('mien_build_info', () => [
    { value: 1, labels: { version: options.version, node: process.version } },
  ])
  readEventLoop(metrics)
  const listener: MetricsListener = await listenForScrapes(metrics, options.metrics)
  return {
    metrics,
    spans,
    close: async () => {
      await Promise.all([listener.close(), spans.close()])
    },
  }
}

async function openSpans({ traces, version, onTraceFailure }: TelemetryOptions): Promise<Spans> {
  if (traces === undefined) return noSpans
  const { openTracing } = await import('./open-telemetry.ts')
  return openTracing({ ...traces, version, onFailure: onTraceFailure })
}

function readEventLoop(metrics: Pick<Metrics, 'read'>): void {
  let since = performance.eventLoopUtilization()
  metrics.read('mien_event_loop_utilization_ratio', () => {
    const now = performance.eventLoopUtilization()
    const { utilization } = performance.eventLoopUtilization(now, since)
    since = now
    return [{ value: utilization }]
  })
}
