/** A machine that measures faces for servers elsewhere: its pool of workers behind HTTP/2 with mutual TLS. */
import { once } from 'node:events'
import {
  createSecureServer,
  type Http2SecureServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2'
import type { IncomingHttpHeaders } from 'node:http2'
import type { TimedMeasurement } from '../stages.ts'
import type { WorkerPool } from '../worker-pool.ts'
import { ageOf, type CredentialFiles, readCredentials, tlsRules } from './credentials.ts'
import { encodeTimes } from './timing.ts'
import {
  encodeMeasurement,
  paths,
  timingHeader,
  waitingHeader,
  wireLimits,
  wishOfQuery,
  type Identity,
} from './wire.ts'

export interface ListenerOptions {
  readonly host: string
  readonly port: number
  readonly credentials: CredentialFiles
  readonly pool: Pick<WorkerPool, 'measureTimed' | 'hasWorker'>
  readonly identity: () => Omit<Identity, 'isReady'>
  readonly onRefused?: (detail: string) => void
  /** How often the files of the certificate are looked at; a minute unless told. */
  readonly renewalMs?: number
}

export interface Listener {
  readonly port: number
  /** Frames in hand are answered first. */
  close(): Promise<void>
}

/** A frame comes in one piece; whoever sends it slower is no server of ours. */
const bodyTimeoutMs = 5000
const idleSessionMs = 120_000
const mostStreams = 256
const lookAtFilesEveryMs = 60_000

/** @throws {Error} where a file cannot be read or the address is taken */
export async function startListener(options: ListenerOptions): Promise<Listener> {
  const { host, port, credentials } = options
  const server = createSecureServer({
    ...readCredentials(credentials),
    ...tlsRules,
    requestCert: true,
    settings: { maxConcurrentStreams: mostStreams, enablePush: false },
    maxSessionMemory: 10,
  })
  const load = { waiting: 0 }
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined)
    void answer({ ...options, load }, stream, headers)
  })
  const sessions = new Set<ServerHttp2Session>()
  server.on('session', (session) => {
    sessions.add(session)
    session.setTimeout(idleSessionMs, () => {
      session.close()
    })
    session.on('close', () => sessions.delete(session))
  })
  server.on('tlsClientError', (error: Error) => options.onRefused?.(reasonOf(error)))
  server.on('sessionError', () => undefined)
  server.listen(port, host)
  await once(server, 'listening')
  const renewal = renewCredentials(server, options)
  return {
    port: portOf(server),
    close: async () => {
      clearInterval(renewal)
      const closed = once(server, 'close')
      server.close()
      for (const session of sessions) session.close()
      await closed
    },
  }
}

function portOf(server: Http2SecureServer): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the listener has no port')
  return address.port
}

/** Certificates live for days where a machine renews them: new ones are taken up without a restart. */
function renewCredentials(
  server: Http2SecureServer,
  { credentials: files, renewalMs = lookAtFilesEveryMs }: ListenerOptions,
): NodeJS.Timeout {
  let age = ageOf(files)
  const timer = setInterval(() => {
    try {
      if (ageOf(files) === age) return
      server.setSecureContext({ ...readCredentials(files), minVersion: tlsRules.minVersion })
      age = ageOf(files)
    } catch {
      // Half written: looked at again in a minute, and the old ones still hold.
    }
  }, renewalMs)
  return timer.unref()
}

interface Desk extends ListenerOptions {
  readonly load: { waiting: number }
}

async function answer(desk: Desk, stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
  try {
    const url = new URL(headers[':path'] ?? '/', 'https://face-worker')
    const isIdentity = url.pathname === paths.identity && headers[':method'] === 'GET'
    if (isIdentity) {
      respond(stream, {
        status: 200,
        body: JSON.stringify({ ...desk.identity(), isReady: desk.pool.hasWorker() }),
      })
      return
    }
    const isFrame = url.pathname === paths.measurements && headers[':method'] === 'POST'
    const wish = isFrame ? wishOfQuery(url.searchParams) : undefined
    if (wish === undefined) {
      respond(stream, { status: isFrame ? 400 : 404 })
      return
    }
    const frame = await readFrame(stream)
    if (frame === undefined) return
    desk.load.waiting += 1
    const done = await desk.pool.measureTimed(frame, wish).finally(() => (desk.load.waiting -= 1))
    respond(stream, answerTo(done, desk.load.waiting))
  } catch {
    // Nothing of what failed is told to another machine; the pool has told its own log.
    respond(stream, { status: 500 })
  }
}

function answerTo(done: TimedMeasurement, waiting: number): Answer {
  const { measurement: measured } = done
  const headers = { [waitingHeader]: waiting, [timingHeader]: encodeTimes(done) }
  if (measured.outcome !== 'overloaded') return { status: 200, headers, body: encodeMeasurement(measured) }
  return { status: 503, headers: { ...headers, 'retry-after': measured.retryAfterSeconds } }
}

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | number>>
  readonly body?: string
}

function respond(stream: ServerHttp2Stream, { status, headers, body }: Answer): void {
  if (stream.destroyed || stream.headersSent) return
  const type = body === undefined ? {} : { 'content-type': 'application/json' }
  stream.respond({ ':status': status, 'cache-control': 'no-store', ...type, ...headers })
  stream.end(body)
}

/** Undefined where the stream was answered or ended: too large, too slow, cut off. */
async function readFrame(stream: ServerHttp2Stream): Promise<Buffer | undefined> {
  const timer = setTimeout(() => stream.close(), bodyTimeoutMs)
  const pieces: Buffer[] = []
  let length = 0
  try {
    for await (const piece of stream) {
      const bytes: unknown = piece
      if (!Buffer.isBuffer(bytes)) continue
      length += bytes.length
      if (length > wireLimits.mostFrameBytes) {
        respond(stream, { status: 413 })
        return undefined
      }
      pieces.push(bytes)
    }
  } finally {
    clearTimeout(timer)
  }
  return stream.aborted ? undefined : Buffer.concat(pieces)
}

function reasonOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message
}
