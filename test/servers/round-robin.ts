/** A small reverse proxy for tests: sends every request to the next node, and as a load balancer only to those that say they are ready. */
import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

export interface ProxyOptions {
  readonly port: number
  /** Ports of the nodes at this moment, in the order in which they take turns. */
  readonly upstreams: () => readonly number[]
  /** Asks each node’s `/readyz` so often, and sends nothing to one that says no; else every node is sent to. */
  readonly probeEveryMs?: number
}

export interface RoundRobin {
  readonly origin: string
  /** How many requests went to each port. */
  counts(): ReadonlyMap<number, number>
  /** Requests that no node has answered, each with the reason. */
  failures(): readonly string[]
  close(): Promise<void>
}

interface Balancer extends ProxyOptions {
  readonly agent: Agent
  readonly counts: Map<number, number>
  readonly failures: string[]
  readonly unready: Set<number>
  turn: number
}

/** The issuer’s host header is kept, as every proxy in front of the nodes must. */
export async function startRoundRobin(options: ProxyOptions): Promise<RoundRobin> {
  const balancer: Balancer = {
    ...options,
    agent: new Agent({ keepAlive: true }),
    counts: new Map(),
    failures: [],
    unready: new Set(),
    turn: 0,
  }
  const server = createServer((incoming, outgoing) => {
    void relay(balancer, incoming, outgoing)
  })
  await new Promise<void>((resolve) => server.listen(options.port, 'localhost', resolve))
  const probing =
    options.probeEveryMs === undefined
      ? undefined
      : setInterval(() => void probe(balancer), options.probeEveryMs)
  if (probing !== undefined) await probe(balancer)
  return {
    origin: `http://localhost:${options.port}`,
    counts: () => balancer.counts,
    failures: () => balancer.failures,
    close: async () => {
      clearInterval(probing)
      balancer.agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

async function probe({ upstreams, unready }: Balancer): Promise<void> {
  const ask = async (port: number): Promise<void> => {
    const isReady = await fetch(`http://localhost:${port}/readyz`, { signal: AbortSignal.timeout(2000) })
      .then(async (answer) => {
        await answer.body?.cancel()
        return answer.ok
      })
      .catch(() => false)
    if (isReady) unready.delete(port)
    else unready.add(port)
  }
  await Promise.all(upstreams().map(ask))
}

async function relay(balancer: Balancer, incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const body = await bodyOf(incoming)
  const { upstreams, unready, failures, counts } = balancer
  const ports = upstreams().filter((port) => !unready.has(port))
  balancer.turn += 1
  let reason = 'no node is ready'
  for (let tried = 0; tried < ports.length; tried += 1) {
    const port = ports[(balancer.turn + tried) % ports.length]!
    try {
      await pass(balancer, { incoming, outgoing, body, port })
      counts.set(port, (counts.get(port) ?? 0) + 1)
      return
    } catch (error) {
      reason = error instanceof Error && 'code' in error ? String(error.code) : String(error)
      // Only what no node has seen is sent again: a form twice would be two forms.
      if (reason !== 'ECONNREFUSED') break
    }
  }
  failures.push(`${incoming.method ?? ''} ${incoming.url ?? ''}: ${reason}`)
  if (!outgoing.headersSent) outgoing.writeHead(502, { 'content-type': 'text/plain' })
  outgoing.end('no node answered')
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  incoming.setEncoding('latin1')
  return Buffer.from(await text(incoming), 'latin1')
}

interface Passing {
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
  readonly body: Buffer
  readonly port: number
}

/** Of the hop from the browser alone (RFC 9110 §7.6.1). */
const hopByHop = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'trailer'])

function pass({ agent }: Balancer, { incoming, outgoing, body, port }: Passing): Promise<void> {
  const headers = Object.fromEntries(
    Object.entries(incoming.headers).filter(([name]) => !hopByHop.has(name) && name !== 'content-length'),
  )
  const hasBody = body.length > 0 || incoming.method === 'POST'
  const length = hasBody ? { 'content-length': String(body.length) } : {}
  return new Promise<void>((resolve, reject) => {
    const upstream = request({
      port,
      host: 'localhost',
      agent,
      method: incoming.method,
      path: incoming.url,
      headers: { 'x-forwarded-for': '127.0.0.1', ...headers, ...length },
    })
    upstream.on('error', reject)
    upstream.on('response', (answer) => {
      const raw = answer.rawHeaders
      for (let at = 0; at < raw.length; at += 2) {
        const [name = '', value = ''] = [raw[at], raw[at + 1]]
        if (!hopByHop.has(name.toLowerCase())) outgoing.appendHeader(name, value)
      }
      outgoing.writeHead(answer.statusCode ?? 502)
      answer.on('error', reject)
      answer.pipe(outgoing)
      outgoing.on('finish', resolve)
      outgoing.on('close', resolve)
    })
    upstream.end(body)
  })
}
