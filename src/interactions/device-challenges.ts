/** The one-time challenge that a device signs before its capture begins; what it signs after is with the capture. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { Fault } from '../errors.ts'

export interface DeviceChallengeDependencies {
  readonly clock: () => Date
  readonly ttlSeconds: number
  /** At least 32 bytes; no other part of the house signs with it. */
  readonly secret: Uint8Array
  /** @returns false where it was spent before, on whichever node; it is remembered until `endsAt` */
  readonly spendChallenge: (digest: string, endsAt: Date) => Promise<boolean>
}

export interface DeviceChallenges {
  issue(binding: string): { readonly challenge: string; readonly expiresInSeconds: number }
  /** Each challenge serves once. @throws {Fault} device_challenge_spent, also for another visit's */
  spend(binding: string, challenge: string): Promise<void>
}

/** A challenge carries its own end, sealed with the visit it belongs to; only spent ones are remembered, until that end. */
export function createDeviceChallenges({
  clock,
  ttlSeconds,
  secret,
  spendChallenge,
}: DeviceChallengeDependencies): DeviceChallenges {
  if (secret.length < 32) throw new TypeError('the secret of device challenges has less than 32 bytes')
  const digest = (head: string, binding: string): Buffer =>
    createHmac('sha256', secret).update(`device challenge/${head.length}/${head}/${binding}`).digest()

  return {
    issue: (binding) => {
      const endsAt = clock().getTime() + ttlSeconds * 1000
      const head = `${endsAt}.${randomBytes(24).toString('base64url')}`
      const challenge = `${head}.${digest(head, binding).toString('base64url')}`
      return { challenge, expiresInSeconds: ttlSeconds }
    },
    spend: async (binding, challenge) => {
      const [end = '', random = '', mac = ''] = challenge.split('.')
      const head = `${end}.${random}`
      const expected = digest(head, binding)
      const given = Buffer.from(mac, 'base64url')
      const isOurs = given.length === expected.length && timingSafeEqual(given, expected)
      if (!isOurs || !(clock().getTime() < Number(end))) throw new Fault('device_challenge_spent')
      // By its sealed part: a second spelling of the same bytes is the same challenge.
      const name = createHash('sha256').update(head).digest('base64url')
      if (!(await spendChallenge(name, new Date(Number(end))))) throw new Fault('device_challenge_spent')
    },
  }
}

/** For one process alone: remembers what was spent until it would be over anyway. */
export function createSpentChallenges(clock: () => Date): DeviceChallengeDependencies['spendChallenge'] {
  const spent = new Map<string, number>()
  return (digest, endsAt) => {
    const now = clock().getTime()
    for (const [each, end] of spent) if (now >= end) spent.delete(each)
    if (spent.has(digest)) return Promise.resolve(false)
    spent.set(digest, endsAt.getTime())
    return Promise.resolve(true)
  }
}
