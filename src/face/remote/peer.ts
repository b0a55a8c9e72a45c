/** One face worker on another machine, as the server sees it: connected, known to be fit, and asked for one measurement after the other. */
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import type { IncomingHttpHeaders, IncomingHttpStatusHeader } from 'node:http2'
import type { Embedding } from '../embedding.ts'
import type { Measurement } from '../engine.ts'
import type { TimedMeasurement } from '../stages.ts'
import type { Job } from '../worker-process.ts'
import { type CredentialFiles, readCredentials, tlsRules } from './credentials.ts'
import { decodeTimes } from './timing.ts'
import {
  decodeMeasurement,
  differencesOf,
  identityShape,
  pathOfWish,
  paths,
  timingHeader,
  waitingHeader,
  wireLimits,
  type Identity,
} from './wire.ts'

export type PeerEvent =
  | { readonly kind: 'peer_fit'; readonly url: string; readonly workers: number }
  | { readonly kind: 'peer_unfit'; readonly url: string; readonly detail: string }

export interface PeerOptions {
  readonly url: string
  readonly credentials: CredentialFiles
  /** Templates are compared with what it measures: another recogniser's vectors would be worth nothing. */
  readonly wanted: Pick<Identity, 'model' | 'networks'>
  readonly frameTimeoutMs: number
  readonly onEvent?: (event: PeerEvent) => void
  /** It was fit, and a frame has just found that it no longer is. */
  readonly onLost?: () => void
}

export interface Peer {
  readonly url: string
  readonly identity: () => Identity | undefined
  /** Frames per worker there, ours and those of other servers; infinite where it is not fit. */
  readonly load: () => number
  /** Frames of ours that it has. */
  readonly inFlight: () => number
  /** `unreachable`: nothing was measured, and another may be asked. */
  measure(job: Job): Promise<TimedMeasurement | 'unreachable'>
  /** Asks who answers there. @returns whether it is fit to measure */
  check(): Promise<boolean>
  close(): void
}

const checkTimeoutMs = 2000
/** A machine ends a worker that hangs after one of them, and its answer should come before we give up. */
const timeoutsThere = 2

/** What is known of the other end at a moment; changed by the functions below alone. */
interface Line {
  readonly options: PeerOptions
  session: ClientHttp2Session | undefined
  identity: Identity | undefined
  inFlight: number
  waitingThere: number
  lastWord: string | undefined
}

export function createPeer(options: PeerOptions): Peer {
  const line: Line = {
    options,
    session: undefined,
    identity: undefined,
    inFlight: 0,
    waitingThere: 0,
    lastWord: undefined,
  }
  return {
    url: options.url,
    identity: () => line.identity,
    load: () =>
      line.identity === undefined
        ? Infinity
        : Math.max(line.inFlight, line.waitingThere) / line.identity.workers,
    inFlight: () => line.inFlight,
    measure: (job) => measure(line, job),
    check: () => check(line),
    close: () => line.session?.destroy(),
  }
}

async function check(line: Line): Promise<boolean> {
  try {
    const { status, body } = await ask(line, { path: paths.identity, timeoutMs: checkTimeoutMs })
    if (status !== 200) throw new Error(`it answers ${status}`)
    const identity = identityShape.parse(JSON.parse(body))
    const difference = differencesOf(line.options.wanted, identity)
    if (difference !== undefined) throw new Error(difference)
    if (!identity.isReady) throw new Error('it has no worker that is ready')
    if (line.identity === undefined) say(line, { kind: 'peer_fit', workers: identity.workers })
    line.identity = identity
    return true
  } catch (error) {
    // Whatever hangs hangs for all: the next question opens another connection.
    if (error instanceof Late) line.session?.destroy()
    lose(line, error)
    return false
  }
}

function say(
  line: Line,
  event: { kind: 'peer_fit'; workers: number } | { kind: 'peer_unfit'; detail: string },
): void {
  const word = JSON.stringify(event)
  // The same fault, looked at every few seconds, is told once.
  if (word === line.lastWord) return
  line.lastWord = word
  line.options.onEvent?.({ ...event, url: line.options.url })
}

function lose(line: Line, error: unknown): void {
  line.identity = undefined
  say(line, { kind: 'peer_unfit', detail: error instanceof Error ? error.message : String(error) })
}

async function measure(line: Line, { frame, wish }: Job): Promise<TimedMeasurement | 'unreachable'> {
  line.inFlight += 1
  const began = performance.now()
  try {
    const timeoutMs = line.options.frameTimeoutMs * timeoutsThere
    const answer = await ask(line, { path: pathOfWish(wish), frame, timeoutMs })
    return timed(read(line, answer), performance.now() - began, answer.headers[timingHeader])
  } catch (error) {
    // A frame on which a worker there hangs must not take the machine away from all, nor go on to the next one.
    if (error instanceof Late && (await check(line)))
      return timed({ outcome: 'failed' }, performance.now() - began)
    lose(line, error)
    line.options.onLost?.()
    return 'unreachable'
  } finally {
    line.inFlight -= 1
  }
}

/** The wait there is no work; whoever tells nothing of it has worked all the time. */
function timed(measurement: Measurement, tookMs: number, header?: unknown): TimedMeasurement {
  const { waitMs, stages } = decodeTimes(header, tookMs) ?? { waitMs: 0, stages: [] }
  return { measurement, waitMs, workMs: tookMs - waitMs, stages }
}

/** What is wrong with one answer costs one frame: whoever sent that frame must not take the machine away from all. */
function read(line: Line, { status, headers, body }: Answer): Measurement {
  line.waitingThere = readCount(headers[waitingHeader])
  if (status === 503)
    return { outcome: 'overloaded', retryAfterSeconds: readCount(headers['retry-after']) || 1 }
  const measured = status === 200 ? decodeMeasurement(body) : undefined
  if (measured === undefined) return { outcome: 'failed' }
  const isForeign =
    measured.outcome === 'measured' && isOfAnother(measured.embedding, line.options.wanted.model)
  return isForeign ? { outcome: 'failed' } : measured
}

function isOfAnother(embedding: Embedding | undefined, model: string): boolean {
  return embedding !== undefined && embedding.model !== model
}

function readCount(value: string | readonly string[] | undefined): number {
  return typeof value === 'string' && /^\d{1,6}$/.test(value) ? Number(value) : 0
}

interface Question {
  readonly path: string
  readonly frame?: Uint8Array
  readonly timeoutMs: number
}

interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

class Late extends Error {
  constructor() {
    super('it does not answer in time')
    this.name = 'Late'
  }
}

function ask(line: Line, { path, frame, timeoutMs }: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const session = sessionOf(line)
    const stream = session.request({ ':method': frame === undefined ? 'GET' : 'POST', ':path': path })
    const timer = setTimeout(() => {
      fail(new Late())
      stream.close(constants.NGHTTP2_CANCEL)
    }, timeoutMs)
    const fail = (error: Error): void => {
      clearTimeout(timer)
      session.off('error', fail)
      reject(error)
    }
    session.once('error', fail)
    readAnswer(stream, {
      fail,
      settle: (answer) => {
        clearTimeout(timer)
        session.off('error', fail)
        resolve(answer)
      },
    })
    stream.end(frame)
  })
}

interface Hearing {
  readonly fail: (error: Error) => void
  readonly settle: (answer: Answer) => void
}

function readAnswer(stream: ClientHttp2Stream, { fail, settle }: Hearing): void {
  let headers: IncomingHttpHeaders & IncomingHttpStatusHeader = {}
  let body = ''
  stream.on('response', (found) => {
    headers = found
  })
  stream.setEncoding('utf8')
  stream.on('data', (piece: string) => {
    body += piece
    if (body.length > wireLimits.mostAnswerCharacters) stream.destroy(new Error('its answer is too long'))
  })
  stream.on('error', fail)
  stream.on('close', () => fail(new Error('it hung up')))
  stream.on('end', () => {
    const status = headers[':status']
    // Cut off, before the answer began or in the middle of it.
    if (status === undefined || stream.aborted) fail(new Error('it hung up'))
    else settle({ status, headers, body })
  })
}

/** Opened when needed, with the certificates as they are then. */
function sessionOf(line: Line): ClientHttp2Session {
  const { session: held, options } = line
  if (held !== undefined && !held.closed && !held.destroyed) return held
  const session = connect(options.url, { ...readCredentials(options.credentials), ...tlsRules })
  // Every question under way hears of it as well.
  session.setMaxListeners(0)
  session.on('error', () => undefined)
  session.unref()
  line.session = session
  return session
}
