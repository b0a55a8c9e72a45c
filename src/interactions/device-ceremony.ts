/** What a device signs around one capture: a one-time challenge before the camera, and the frames when it is over. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { Fault } from '../errors.ts'
import { createFrameChain, type DeviceClaim, type FrameChain } from './device-key.ts'
import type { FaceAttempt } from './face-sign-in.ts'

/** What a capture has shown; who claims it, and from where, is known apart. */
export type FaceEvidence = Omit<FaceAttempt, 'email' | 'clientId' | 'address' | 'browserDigest'>

export interface DeviceCeremonyDependencies {
  readonly clock: () => Date
  readonly ttlSeconds: number
  /** At least 32 bytes; no other part of the house signs with it. */
  readonly secret: Uint8Array
}

export interface BegunCapture {
  readonly captureId: string
  readonly binding: string
  readonly expiresAt: Date
  readonly claim: DeviceClaim
}

export interface FinishedCapture {
  readonly claim: DeviceClaim
  readonly captureId: string
  readonly framesDigest: string
  readonly evidence: FaceEvidence
}

export interface DeviceCeremonies {
  issueChallenge(binding: string): { readonly challenge: string; readonly expiresInSeconds: number }
  /** Each challenge serves once. @throws {Fault} device_challenge_spent, also for another visit's */
  spendChallenge(binding: string, challenge: string): void
  begin(capture: BegunCapture): void
  /** Takes note of a frame that the server took; of a capture without a device, nothing. */
  addFrame(captureId: string, frame: Uint8Array): void
  /** All steps are satisfied. @returns how many frames are to be signed; undefined where no device began the capture */
  awaitFinish(captureId: string, evidence: FaceEvidence): number | undefined
  /** Once. @throws {Fault} capture_not_found | capture_expired | capture_out_of_order */
  finish(captureId: string, binding: string): FinishedCapture
}

interface Ceremony extends BegunCapture {
  readonly chain: FrameChain
  evidence?: FaceEvidence
}

export function createDeviceCeremonies(dependencies: DeviceCeremonyDependencies): DeviceCeremonies {
  const { clock } = dependencies
  const open = new Map<string, Ceremony>()
  const challenges = createChallenges(dependencies)

  return {
    ...challenges,
    begin: (capture) => {
      const now = clock()
      for (const [id, { binding, expiresAt }] of open) {
        // Like the captures themselves: one at a time in each visit.
        if (binding === capture.binding || now >= expiresAt) open.delete(id)
      }
      open.set(capture.captureId, { ...capture, chain: createFrameChain() })
    },
    addFrame: (captureId, frame) => {
      open.get(captureId)?.chain.add(frame)
    },
    awaitFinish: (captureId, evidence) => {
      const ceremony = open.get(captureId)
      if (ceremony === undefined) return undefined
      ceremony.evidence = evidence
      return ceremony.chain.length
    },
    finish: (captureId, binding) => {
      const ceremony = open.get(captureId)
      if (ceremony?.binding !== binding) throw new Fault('capture_not_found')
      open.delete(captureId)
      if (!(clock() < ceremony.expiresAt)) throw new Fault('capture_expired')
      const { claim, chain, evidence } = ceremony
      if (evidence === undefined) throw new Fault('capture_out_of_order')
      return { claim, captureId, framesDigest: chain.digest(), evidence }
    },
  }
}

/** A challenge carries its own end, sealed with the visit it belongs to; only spent ones are remembered, until that end. */
function createChallenges({
  clock,
  ttlSeconds,
  secret,
}: DeviceCeremonyDependencies): Pick<DeviceCeremonies, 'issueChallenge' | 'spendChallenge'> {
  if (secret.length < 32) throw new TypeError('the secret of device challenges has less than 32 bytes')
  const spent = new Map<string, number>()
  const digest = (head: string, binding: string): Buffer =>
    createHmac('sha256', secret).update(`device challenge/${head.length}/${head}/${binding}`).digest()

  return {
    issueChallenge: (binding) => {
      const endsAt = clock().getTime() + ttlSeconds * 1000
      const head = `${endsAt}.${randomBytes(24).toString('base64url')}`
      const challenge = `${head}.${digest(head, binding).toString('base64url')}`
      return { challenge, expiresInSeconds: ttlSeconds }
    },
    spendChallenge: (binding, challenge) => {
      const now = clock().getTime()
      for (const [each, endsAt] of spent) if (now >= endsAt) spent.delete(each)
      const [end = '', random = '', mac = ''] = challenge.split('.')
      const head = `${end}.${random}`
      const expected = digest(head, binding)
      const given = Buffer.from(mac, 'base64url')
      const isOurs = given.length === expected.length && timingSafeEqual(given, expected)
      // By its sealed part: a second spelling of the same bytes is the same challenge.
      if (!isOurs || !(now < Number(end)) || spent.has(head)) throw new Fault('device_challenge_spent')
      spent.set(head, Number(end))
    },
  }
}
