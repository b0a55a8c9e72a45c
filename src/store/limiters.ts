/** Counts tries for a while: in the memory of this process, or where all nodes see them. */
import RateLimiterMemory from 'rate-limiter-flexible/lib/RateLimiterMemory.js'

export interface LimiterWish {
  /** One for each thing that is limited; the same on every node. */
  readonly name: string
  readonly points: number
  readonly seconds: number
}

export interface Limiter {
  /** Rejects with something that has `msBeforeNext` where nothing is left, and with another error where that cannot be known. */
  consume(key: string): Promise<unknown>
}

export type OpenLimiter = (wish: LimiterWish) => Limiter

export const openMemoryLimiter: OpenLimiter = ({ points, seconds }) =>
  new RateLimiterMemory({ points, duration: seconds })

/** Nothing is left. */
export class LimitReached extends Error {
  readonly msBeforeNext: number

  constructor(msBeforeNext: number) {
    super('the limit is reached')
    this.name = 'LimitReached'
    this.msBeforeNext = msBeforeNext
  }
}
