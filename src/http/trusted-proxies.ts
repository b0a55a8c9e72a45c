/** What a proxy says of a request is believed where it comes from one that the operator named, and is gone where anybody else says it. */
import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

export interface ProxyTrust {
  /** Networks as `address/bits`; none: nobody is believed. */
  readonly ranges: readonly string[]
  /** Headers by which the proxy hands over more, such as a client’s certificate. */
  readonly headers: readonly string[]
}

/** What the rest of the house reads an address, a scheme and a host from. */
const forwardedHeaders = ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'x-forwarded-port']

/**
 * Changes the headers of a request so that all that is left in them is true: from a stranger none of those that only a
 * proxy may set; from a proxy one `X-Forwarded-For` with the client’s address, found from the right, for whatever stands
 * further left was written by somebody whom nobody named.
 */
export function createProxyTrust({ ranges, headers }: ProxyTrust): (request: IncomingMessage) => void {
  const list = listOf(ranges)
  const isTrusted = (address: string): boolean => {
    const family = isIP(address)
    return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6')
  }
  const guarded = [...forwardedHeaders, ...headers.map((name) => name.toLowerCase())]
  return ({ headers: given, socket }) => {
    const peer = socket.remoteAddress
    if (peer === undefined || !isTrusted(peer)) {
      for (const name of guarded) Reflect.deleteProperty(given, name)
      return
    }
    const said = valuesOf(given['x-forwarded-for'])
    if (said.length > 0) given['x-forwarded-for'] = clientOf(peer, said, isTrusted)
    const scheme = valuesOf(given['x-forwarded-proto']).at(-1)
    if (scheme !== undefined) given['x-forwarded-proto'] = scheme
  }
}

/** Each proxy has added whom it was asked by: the first from the right that is no proxy of ours is the client. */
function clientOf(peer: string, said: readonly string[], isTrusted: (address: string) => boolean): string {
  let nearest = peer
  for (const hop of said.toReversed()) {
    const address = withoutPort(hop)
    // What is no address was not written by a proxy that is to be believed.
    if (isIP(address) === 0) return nearest
    nearest = address
    if (!isTrusted(address)) return address
  }
  return nearest
}

/** Some proxies name the port as well. */
function withoutPort(hop: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(hop)?.[1]
  if (bracketed !== undefined) return bracketed
  return /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(hop)?.[1] ?? hop
}

function valuesOf(header: string | string[] | undefined): string[] {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '')
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
}

function listOf(ranges: readonly string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', bits = ''] = range.split('/')
    list.addSubnet(address, Number(bits), isIP(address) === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}
