/** The one way by which this server calls an address that a client named: guarded against being sent where a stranger likes (security check 44). */
import { lookup as resolve } from 'node:dns/promises'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest, type RequestOptions } from 'node:https'
import type { LookupFunction } from 'node:net'
import { createAddressFilter } from './special-addresses.ts'

export class OutboundRefused extends Error {
  readonly code = 'outbound_refused'

  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'OutboundRefused'
  }
}

export interface ResolvedAddress {
  readonly address: string
  readonly family: number
}

export interface OutboundSettings {
  /** Loopback and private networks too, and plain http: where the provider itself is at localhost. */
  readonly isTrial: boolean
  /** Loopback and private networks too: where the operator's own apps live there. */
  readonly allowsPrivate: boolean
  readonly resolve?: (hostname: string) => Promise<readonly ResolvedAddress[]>
  readonly timeoutMs?: number
  /** Certificates to trust besides the system's. */
  readonly ca?: string
}

/** What a call is; all of it is ours or the library's, but for the address. */
export interface OutboundRequest {
  readonly method?: string | undefined
  readonly headers?: Headers | Readonly<Record<string, string>> | undefined
  readonly body?: string | undefined
}

export type Outbound = (address: string, request?: OutboundRequest) => Promise<Response>

const longestBodyBytes = 64 * 1024
const standardTimeoutMs = 4000

/**
 * @returns a function that calls once: no redirect is followed, the address is resolved once and connected to as checked.
 * It throws `OutboundRefused` where the address, the answer or its size is not allowed, and where it takes too long.
 */
export function createOutbound(settings: OutboundSettings): Outbound {
  const { isTrial, allowsPrivate, timeoutMs = standardTimeoutMs } = settings
  const isAllowed = createAddressFilter(isTrial || allowsPrivate)
  const resolveAll = settings.resolve ?? ((hostname) => resolve(hostname, { all: true, order: 'verbatim' }))
  const find = async (url: URL): Promise<ResolvedAddress> => {
    const found = await resolveAll(url.hostname.replace(/^\[|\]$/g, ''))
    const [first] = found
    // One forbidden address among several is reason enough: another try could take that one.
    if (first === undefined || !found.every(({ address }) => isAllowed(address))) {
      throw new OutboundRefused(`${url.hostname} leads to an address that is not called`)
    }
    return first
  }
  return async (given, request = {}) => {
    const url = new URL(given)
    requireScheme(url, isTrial)
    const signal = AbortSignal.timeout(timeoutMs)
    try {
      const target = await withDeadline(find(url), signal)
      return await send({ url, target, request, signal, ca: settings.ca })
    } catch (error) {
      if (error instanceof OutboundRefused) throw error
      throw new OutboundRefused(`${url.host} could not be reached`, error)
    }
  }
}

function requireScheme(url: URL, isTrial: boolean): void {
  if (url.username !== '' || url.password !== '') throw new OutboundRefused('a password is in the address')
  if (url.protocol === 'https:' || (isTrial && url.protocol === 'http:')) return
  throw new OutboundRefused(`${url.protocol} is not called, https is`)
}

/** Name resolution cannot be stopped; it can be left alone. */
function withDeadline<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolveWith, reject) => {
    signal.addEventListener('abort', () => {
      reject(new OutboundRefused('it took too long'))
    })
    work.then(resolveWith, reject)
  })
}

interface Call {
  readonly url: URL
  readonly target: ResolvedAddress
  readonly request: OutboundRequest
  readonly signal: AbortSignal
  readonly ca: string | undefined
}

function send({ url, target, request, signal, ca }: Call): Promise<Response> {
  const options: RequestOptions = {
    method: request.method ?? 'GET',
    headers: Object.fromEntries(new Headers(request.headers)),
    lookup: pinnedTo(target),
    // No connection is shared with other calls, so that none outlives its check.
    agent: false,
    signal,
    maxHeaderSize: 16 * 1024,
    ...(ca === undefined ? {} : { ca }),
  }
  const start = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolveWith, reject) => {
    const outgoing = start(url, options, (incoming) => {
      readAnswer(incoming).then(resolveWith, reject)
    })
    outgoing.on('error', reject)
    outgoing.end(request.body)
  })
}

/** The very address that was checked; a second look-up could be told another (DNS rebinding). */
function pinnedTo({ address, family }: ResolvedAddress): LookupFunction {
  return (_hostname, options, callback) => {
    if (options.all === true) callback(null, [{ address, family }])
    else callback(null, address, family)
  }
}

async function readAnswer(incoming: IncomingMessage): Promise<Response> {
  const status = incoming.statusCode ?? 0
  if (status < 200 || (status >= 300 && status < 400)) {
    incoming.destroy()
    throw new OutboundRefused(`it answered ${status}; redirects are not followed`)
  }
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of incoming) {
    if (!(chunk instanceof Buffer)) throw new TypeError('an answer in other than bytes')
    bytes += chunk.length
    // Leaving the loop destroys the stream.
    if (bytes > longestBodyBytes) throw new OutboundRefused('its answer is too large')
    chunks.push(chunk)
  }
  const headers = new Headers()
  for (const name of ['content-type', 'cache-control', 'expires']) {
    const value = incoming.headers[name]
    if (typeof value === 'string') headers.set(name, value)
  }
  const isEmpty = status === 204 || status === 205
  return new Response(isEmpty ? null : Buffer.concat(chunks), { status, headers })
}

/** In the shape of `fetch`, for the library. */
export function asFetch(
  outbound: Outbound,
): (input: string | URL | Request, init?: RequestInit) => Promise<Response> {
  return (input, init = {}) => {
    const address = input instanceof Request ? input.url : String(input)
    const body = init.body instanceof URLSearchParams ? init.body.toString() : init.body
    if (body !== undefined && body !== null && typeof body !== 'string')
      throw new TypeError('a body of another kind')
    return outbound(address, {
      method: init.method,
      headers: new Headers(init.headers),
      ...(typeof body === 'string' ? { body } : {}),
    })
  }
}
