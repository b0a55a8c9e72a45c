/** How often one address may try something. */
import { isIPv6 } from 'node:net'
import { Fault } from '../errors.ts'

/** What we need of a limiter of rate-limiter-flexible. */
export interface Limiter {
  /** Rejects with `msBeforeNext` where nothing is left. */
  consume(key: string): Promise<unknown>
}

/** @returns a function that throws the fault `too_many_requests` where the address has used up its tries. */
export function createAddressLimit(limiter: Limiter): (address: string) => Promise<void> {
  return async (address) => {
    try {
      await limiter.consume(networkOf(address))
    } catch (refusal) {
      const wait = waitOf(refusal)
      if (wait === undefined) throw refusal
      throw new Fault('too_many_requests', { retryAfterSeconds: Math.max(1, Math.ceil(wait / 1000)) })
    }
  }
}

/** One subscriber holds a whole IPv6 /64, so it counts as one. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  if (!isIPv6(address)) return address
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const groups = head === '' ? [] : head.split(':')
  const rest = tail === undefined || tail === '' ? [] : tail.split(':')
  const gap = tail === undefined ? 0 : 8 - groups.length - rest.length
  const full = [...groups, ...Array<string>(Math.max(0, gap)).fill('0'), ...rest]
  return `${full.slice(0, 4).map(dropZeros).join(':')}::/64`
}

function dropZeros(group: string): string {
  return group.toLowerCase().replace(/^0+(?=.)/, '')
}

/** A refusal of the limiter, told apart from a failure of what it counts with. */
function waitOf(refusal: unknown): number | undefined {
  if (typeof refusal !== 'object' || refusal === null || !('msBeforeNext' in refusal)) return undefined
  return typeof refusal.msBeforeNext === 'number' ? refusal.msBeforeNext : undefined
}
