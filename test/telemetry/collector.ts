/** A collector of traces as far as tests need one: takes OTLP over HTTP, in JSON, and keeps the spans. */
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { z } from 'zod'
import { closeServer } from '../flows/house.ts'

const attribute = z.object({ key: z.string(), value: z.record(z.string(), z.unknown()) })
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  startTimeUnixNano: z.string(),
  endTimeUnixNano: z.string(),
  attributes: z.array(attribute).default([]),
})
const batch = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attribute) }),
      scopeSpans: z.array(z.object({ spans: z.array(span) })),
    }),
  ),
})
export type CollectedSpan = z.infer<typeof span>

export interface Collector {
  readonly url: string
  readonly spans: CollectedSpan[]
  /** All that came, as it came. */
  readonly said: () => string
  readonly authorizations: Set<string>
  close(): Promise<void>
}

export async function startCollector(): Promise<Collector> {
  const spans: CollectedSpan[] = []
  const bodies: string[] = []
  const authorizations = new Set<string>()
  const server = createServer((request, response) => {
    authorizations.add(request.headers.authorization ?? '')
    void text(request).then((body) => {
      bodies.push(body)
      const { resourceSpans } = batch.parse(JSON.parse(body))
      for (const { scopeSpans } of resourceSpans) for (const each of scopeSpans) spans.push(...each.spans)
      response.setHeader('content-type', 'application/json')
      response.end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://localhost:${address.port}/v1/traces`,
    spans,
    said: () => bodies.join('\n'),
    authorizations,
    close: () => closeServer(server),
  }
}
