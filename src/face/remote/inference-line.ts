/** The connection to an inference server: kept alive, bounded in time and size, with a token where one is set. */
import { Agent as PlainAgent, type IncomingMessage, request as plainRequest } from 'node:http'
import { Agent as TlsAgent, request as tlsRequest } from 'node:https'

export interface InferenceServer {
  /** Its root, before `/v2`. */
  readonly url: string
  readonly token?: string | undefined
  /** The authority of its certificate, as PEM, where it is a private one. */
  readonly ca?: string | undefined
}

/** More than the largest network of ours answers, as text. */
const mostAnswerBytes = 16 * 1024 * 1024
const answerTimeoutMs = 4000

export interface Line {
  readonly server: InferenceServer
  readonly send: typeof plainRequest
  readonly agent: PlainAgent
  readonly headers: Readonly<Record<string, string>>
}

export function openLine(server: InferenceServer): Line {
  const headers: Record<string, string> =
    server.token === undefined ? {} : { authorization: `Bearer ${server.token}` }
  if (server.url.startsWith('http:')) {
    return { server, headers, send: plainRequest, agent: new PlainAgent({ keepAlive: true }) }
  }
  const ca = server.ca === undefined ? {} : { ca: server.ca }
  return { server, headers, send: tlsRequest, agent: new TlsAgent({ keepAlive: true, ...ca }) }
}

export interface Exchange {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: Buffer
  readonly headers?: Readonly<Record<string, string>>
}

export interface Exchanged {
  readonly bytes: Buffer
  readonly headerLength: number | undefined
}

/** @throws {Error} where the answer is not 200, late, too long or cut off */
export function exchange(line: Line, { method, path, body, headers }: Exchange): Promise<Exchanged> {
  const { server, send, agent } = line
  const { promise, resolve, reject } = Promise.withResolvers<Exchanged>()
  const url = `${server.url.replace(/\/$/, '')}${path}`
  const sent = { ...headers, ...(body === undefined ? {} : { 'content-length': String(body.length) }) }
  const request = send(
    url,
    { agent, method, timeout: answerTimeoutMs, headers: { ...line.headers, ...sent } },
    (response) => {
      collect(response).then((bytes) => {
        const given = response.headers['inference-header-content-length']
        const headerLength = typeof given === 'string' && /^\d{1,9}$/.test(given) ? Number(given) : undefined
        if (response.statusCode === 200) resolve({ bytes, headerLength })
        else reject(new Error(`${server.url} answers ${path} with ${String(response.statusCode)}`))
      }, reject)
    },
  )
  request.on('timeout', () => request.destroy(new Error(`${server.url} does not answer ${path} in time`)))
  request.on('error', reject)
  request.end(body)
  return promise
}

async function collect(response: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = []
  let length = 0
  for await (const piece of response) {
    const bytes: unknown = piece
    if (!Buffer.isBuffer(bytes)) continue
    length += bytes.length
    if (length > mostAnswerBytes) throw new Error('the answer of the inference server is too long')
    pieces.push(bytes)
  }
  return Buffer.concat(pieces)
}
