/** The challenges of passkeys: made here, for one purpose and one visit or session, for five minutes, and spent once. */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'

export type PasskeyPurpose = 'register' | 'sign in'

export interface PasskeyChallengeDependencies {
  readonly clock: () => Date
  /** At least 32 bytes; no other part of the house signs with it. */
  readonly secret: Uint8Array
  /** @returns false where it was spent before, on whichever node; it is remembered until `endsAt` */
  readonly spendChallenge: (digest: string, endsAt: Date) => Promise<boolean>
}

export interface PasskeyChallenges {
  issue(purpose: PasskeyPurpose, binding: string): Uint8Array<ArrayBuffer>
  /** @returns false for whatever was not made for this purpose and binding, is over, or was spent before */
  spend(purpose: PasskeyPurpose, binding: string, challenge: string): Promise<boolean>
}

export const challengeSeconds = 300

const randomLength = 32
const headLength = randomLength + 8
const macLength = 32

/**
 * A challenge carries its own end and a seal over what it is for, so that asking for one leaves nothing behind;
 * the spent ones alone are remembered.
 */
export function createPasskeyChallenges(dependencies: PasskeyChallengeDependencies): PasskeyChallenges {
  const { clock, secret, spendChallenge } = dependencies
  if (secret.length < 32) throw new TypeError('the secret of passkey challenges has less than 32 bytes')
  const seal = (head: Uint8Array, purpose: PasskeyPurpose, binding: string): Buffer =>
    // The head has one length, and no purpose is the beginning of another.
    createHmac('sha256', secret).update(head).update(`passkey/${purpose}/${binding}`).digest()

  return {
    issue: (purpose, binding) => {
      const head = Buffer.alloc(headLength)
      randomBytes(randomLength).copy(head)
      head.writeBigUInt64BE(BigInt(clock().getTime() + challengeSeconds * 1000), randomLength)
      return Uint8Array.from([...head, ...seal(head, purpose, binding)])
    },
    spend: async (purpose, binding, challenge) => {
      const bytes = Buffer.from(challenge, 'base64url')
      if (bytes.length !== headLength + macLength) return false
      const head = bytes.subarray(0, headLength)
      if (!timingSafeEqual(bytes.subarray(headLength), seal(head, purpose, binding))) return false
      const endsAt = new Date(Number(head.readBigUInt64BE(randomLength)))
      if (!(clock() < endsAt)) return false
      // By its sealed part: a second spelling of the same bytes is the same challenge.
      return spendChallenge(createHash('sha256').update(head).digest('base64url'), endsAt)
    },
  }
}
