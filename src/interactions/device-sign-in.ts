/** Which part a device plays in a sign-in: whether the subject trusts its key, whether the key has signed, and coming to be trusted. */
import type { FinishedCapture } from './capture.ts'
import type { DeviceChallenges } from './device-challenges.ts'
import { decoyPublicKey, hasSigned, readPublicKey, signedText } from './device-key.ts'
import type { FaceAttempt, FaceSignInDependencies } from './face-sign-in.ts'
import { readLabel } from './label.ts'
import type { RegistrationForm } from './registration.ts'
import { findCameraSignals } from '../policy/camera-signals.ts'
import { decideAdmission, faceLimits } from '../policy/lockout.ts'

export interface DeviceDependencies {
  readonly challenges: DeviceChallenges
  readonly keys: {
    trust(key: {
      readonly subjectId: string
      readonly publicKey: string
      readonly thumbprint: string
      readonly name: string
    }): Promise<void>
    /** Keys that are trusted now, and by this subject. */
    find(
      subjectId: string,
      thumbprint: string,
    ): Promise<{ readonly id: string; readonly publicKey: string } | undefined>
    touch(id: string): Promise<void>
  }
}

export type DeviceVerdict =
  | { readonly outcome: 'trusted'; readonly keyId: string }
  /** No key, or one that this subject does not trust: a new device. */
  | { readonly outcome: 'unknown' }
  /** A trusted key was named and has not signed this. */
  | { readonly outcome: 'refused' }

export interface DeviceProof {
  readonly subjectId: string | undefined
  readonly capture: FinishedCapture
  readonly signature: string
}

export async function judgeDevice(
  { keys }: Pick<DeviceDependencies, 'keys'>,
  { subjectId, capture, signature }: DeviceProof,
): Promise<DeviceVerdict> {
  const { claim, captureId, framesDigest } = capture
  const { challenge } = claim
  // Unknown people walk the same way: looked up, verified, and the answer dropped.
  const key = await keys.find(subjectId ?? '', claim.keyId)
  const publicKey = key?.publicKey ?? decoyPublicKey
  const hasBegun = hasSigned(publicKey, signedText.begin(challenge), claim.signature)
  const hasEnded = hasSigned(publicKey, signedText.end({ challenge, captureId, framesDigest }), signature)
  if (subjectId === undefined || key === undefined) return { outcome: 'unknown' }
  return hasBegun && hasEnded ? { outcome: 'trusted', keyId: key.id } : { outcome: 'refused' }
}

/** A forged signature is a failed face attempt: it counts towards the lock-out, and no face is compared. */
export async function recordRefusal(
  { attempts, clock, subjects, digestIdentifier }: FaceSignInDependencies,
  { email, take, ...rest }: FaceAttempt,
): Promise<void> {
  const { attemptId, isAdmitted } = await attempts.begin(
    { ...rest, identifierDigest: digestIdentifier(email), factor: 'face' },
    (tally) => decideAdmission(tally, clock(), faceLimits),
  )
  const subject = await subjects.findByEmail(email)
  const outcome = isAdmitted ? 'no_match' : 'locked'
  const signals = ['device_signature_wrong', ...findCameraSignals(take.camera, take.arrivals)]
  await attempts.settle(attemptId, { outcome, subjectId: subject?.id, signals })
}

/**
 * After a password: trusts the key of the form, which has signed the forgery token of its page.
 * @returns whether it is trusted now; a malformed key or a wrong signature is no reason to refuse the password.
 */
export async function trustDevice(
  { keys }: Pick<DeviceDependencies, 'keys'>,
  form: RegistrationForm,
  subjectId: string,
): Promise<boolean> {
  if (form['trustDevice'] !== 'yes') return false
  const key = readPublicKey(form['deviceKey'] ?? '')
  if (key === undefined) return false
  const text = signedText.trust(form['csrf'] ?? '', key.thumbprint)
  if (!hasSigned(key.publicKey, text, form['deviceProof'] ?? '')) return false
  await keys.trust({ subjectId, ...key, name: readLabel(form['deviceName'], 'A browser') })
  return true
}
