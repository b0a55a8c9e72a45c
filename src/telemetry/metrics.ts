/** Counts, times and reads what the table of metrics describes; the only place that knows prom-client. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client'
import { createBounds } from './metric-kinds.ts'
import {
  counters,
  described,
  gauges,
  timers,
  type CounterName,
  type GaugeName,
  type TimerName,
} from './metric-table.ts'

export type Labels = Readonly<Record<string, string>>

export interface Reading {
  readonly labels?: Labels
  readonly value: number
}

export interface Metrics {
  /** Values that the table does not foresee are counted as `other`. */
  count(name: CounterName, labels?: Labels, by?: number): void
  observe(name: TimerName, seconds: number, labels?: Labels): void
  /** Asked at each scrape; where it fails or takes too long the gauge is absent from that scrape. */
  read(name: GaugeName, source: () => Promise<readonly Reading[]> | readonly Reading[]): void
  /** All of it in the text format of Prometheus. */
  scrape(): Promise<{ readonly contentType: string; readonly text: string }>
}

/** What a gauge may take to be read: a scrape is asked for every few seconds. */
const patienceMs = 2000

export function createMetrics(): Metrics {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const bound = createBounds(described)
  const bounded = (name: string, labels: Labels = {}): Record<string, string> =>
    Object.fromEntries(labelNamesOf(name).map((label) => [label, bound(name, label, labels[label] ?? '')]))
  const counted = mapOf(counters, (name, { help }) => {
    const counter = new Counter({ name, help, labelNames: labelNamesOf(name), registers: [registry] })
    return counter
  })
  const timed = mapOf(timers, (name, { help, buckets }) => {
    const labelNames = labelNamesOf(name)
    return new Histogram({ name, help, labelNames, buckets: [...buckets], registers: [registry] })
  })
  const sources = new Map<GaugeName, Parameters<Metrics['read']>[1]>()
  const shown = mapOf(gauges, (name, { help }) => {
    return new Gauge({ name, help, labelNames: labelNamesOf(name), registers: [registry] })
  })
  const refresh = async (name: GaugeName): Promise<void> => {
    const gauge = shown.get(name)
    const readings = await readWithin(patienceMs, sources.get(name))
    gauge?.reset()
    if (readings.length === 0) gauge?.remove({})
    for (const { labels, value } of readings) gauge?.set(bounded(name, labels), value)
  }
  return {
    count: (name, labels, by = 1) => counted.get(name)?.inc(bounded(name, labels), by),
    observe: (name, seconds, labels) => {
      // A clock that went backwards is no duration.
      if (seconds >= 0) timed.get(name)?.observe(bounded(name, labels), seconds)
    },
    read: (name, source) => {
      sources.set(name, source)
    },
    scrape: async () => {
      await Promise.all([...sources.keys()].map(refresh))
      return { contentType: registry.contentType, text: await registry.metrics() }
    },
  }
}

function labelNamesOf(name: string): string[] {
  return Object.keys(described[name]?.labels ?? {})
}

function mapOf<Name extends string, Description, Made>(
  table: Readonly<Record<Name, Description>>,
  make: (name: Name, description: Description) => Made,
): ReadonlyMap<Name, Made> {
  const names = Object.keys(table).filter((name): name is Name => name in table)
  return new Map(names.map((name) => [name, make(name, table[name])]))
}

async function readWithin(
  ms: number,
  source: Parameters<Metrics['read']>[1] | undefined,
): Promise<readonly Reading[]> {
  const late = Promise.withResolvers<readonly Reading[]>()
  const timer = setTimeout(() => {
    late.resolve([])
  }, ms)
  try {
    return (await Promise.race([source?.() ?? [], late.promise])).filter(({ value }) =>
      Number.isFinite(value),
    )
  } catch {
    return []
  } finally {
    clearTimeout(timer)
  }
}
