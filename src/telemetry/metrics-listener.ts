/** Serves the metrics on a listener of their own, away from the public port: one address, one method, and a token where there is one. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Metrics } from './metrics.ts'

export interface MetricsListenerOptions {
  readonly host: string
  readonly port: number
  /** Who scrapes sends it as a bearer token; without it whoever reaches the listener may read. */
  readonly token: string | undefined
}

export interface MetricsListener {
  close(): Promise<void>
}

/** A Prometheus or two, and somebody who looks. */
const mostConnections = 32

/** @throws {Error} where the port is taken */
export async function listenForScrapes(
  metrics: Pick<Metrics, 'scrape'>,
  { host, port, token }: MetricsListenerOptions,
): Promise<MetricsListener> {
  // However many ask at once, the house is read once.
  let underWay: ReturnType<Metrics['scrape']> | undefined
  const scrape = (): ReturnType<Metrics['scrape']> => {
    underWay ??= metrics.scrape().finally(() => {
      underWay = undefined
    })
    return underWay
  }
  const server = createServer((request, response) => {
    answer(request, response, { scrape, token }).catch(() => {
      response.destroy()
    })
  })
  server.maxConnections = mostConnections
  server.requestTimeout = 5000
  server.headersTimeout = 5000
  await listen(server, host, port)
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        server.closeAllConnections()
      }),
  }
}

interface Answering {
  readonly scrape: Metrics['scrape']
  readonly token: string | undefined
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { scrape, token }: Answering,
): Promise<void> {
  const end = (status: number, headers: Readonly<Record<string, string>>, body = ''): void => {
    response.writeHead(status, {
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      ...headers,
    })
    response.end(request.method === 'HEAD' ? '' : body)
  }
  if (!isAllowed(request, token)) return end(401, { 'www-authenticate': 'Bearer' })
  if (request.url?.split('?')[0] !== '/metrics') return end(404, {})
  if (request.method !== 'GET' && request.method !== 'HEAD') return end(405, { allow: 'GET, HEAD' })
  const { contentType, text } = await scrape()
  end(200, { 'content-type': contentType }, text)
}

/** Digests are compared, so that neither the length nor the first wrong byte takes another time. */
function isAllowed({ headers }: IncomingMessage, token: string | undefined): boolean {
  if (token === undefined) return true
  const given = /^Bearer (.{1,1024})$/i.exec(headers.authorization ?? '')?.[1]
  const digestOf = (text: string) => createHash('sha256').update(text).digest()
  return given !== undefined && timingSafeEqual(digestOf(given), digestOf(token))
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => {
      reject(
        new Error(`The metrics cannot be served at port ${port} of ${host}; set MIEN_METRICS_PORT.`, {
          cause: error,
        }),
      )
    })
    server.listen(port, host, () => {
      server.unref()
      resolve()
    })
  })
}
