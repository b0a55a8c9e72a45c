/** Keys of devices: which public keys are taken, what they sign, and whether a signature is theirs. */
import { createHash, createPublicKey, verify, type JsonWebKey } from 'node:crypto'
import { z } from 'zod'

/** What a browser says before its camera starts; whose key it is is looked up when the capture is over. */
export const deviceClaimShape = z.object({
  /** Thumbprint of the public key (RFC 7638, SHA-256, base64url). */
  keyId: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  challenge: z.string().min(1).max(200),
  /** ECDSA with P-256 and SHA-256: r and s, 32 bytes each, base64url (as ES256, RFC 7518 §3.4). */
  signature: z.string().regex(/^[A-Za-z0-9_-]{86}$/),
})
export type DeviceClaim = z.infer<typeof deviceClaimShape>
export const signatureShape = deviceClaimShape.pick({ signature: true })

export interface DevicePublicKey {
  /** The JSON Web Key in one spelling, as text. */
  readonly publicKey: string
  readonly thumbprint: string
}

const coordinate = z.string().regex(/^[A-Za-z0-9_-]{43}$/)
const jwkShape = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: coordinate,
  y: coordinate,
})

/** Undefined for whatever is no point of P-256: node:crypto refuses coordinates that are off the curve. */
export function readPublicKey(text: string): DevicePublicKey | undefined {
  try {
    const given: unknown = JSON.parse(text)
    const key = createPublicKey({ key: jwkShape.parse(given), format: 'jwk' })
    // Written anew: of two spellings of one point, one alone is kept.
    const { crv, kty, x, y } = jwkShape.parse(key.export({ format: 'jwk' }))
    const publicKey = JSON.stringify({ crv, kty, x, y })
    // The members in lexicographic order and nothing else: what RFC 7638 §3 digests.
    return { publicKey, thumbprint: createHash('sha256').update(publicKey).digest('base64url') }
  } catch {
    return undefined
  }
}

/** Lines of text under a label of their own, so that no signature serves in another place. */
export const signedText = {
  /** Before the camera starts. */
  begin: (challenge: string): string => ['mien-device-begin', challenge].join('\n'),
  /** After the last frame: this capture, and the frames that the server took, in order. */
  end: (capture: {
    readonly challenge: string
    readonly captureId: string
    readonly framesDigest: string
  }): string => ['mien-device-end', capture.challenge, capture.captureId, capture.framesDigest].join('\n'),
  /** When the key is to be trusted: the forgery token of the page, which belongs to one visit. */
  trust: (pageToken: string, thumbprint: string): string =>
    ['mien-device-trust', pageToken, thumbprint].join('\n'),
} as const

/** False for whatever is not a signature, too. */
export function hasSigned(publicKey: string, text: string, signature: string): boolean {
  try {
    const jwk: JsonWebKey = jwkShape.parse(JSON.parse(publicKey))
    const key = createPublicKey({ key: jwk, format: 'jwk' })
    const bytes = Buffer.from(signature, 'base64url')
    return verify('sha256', Buffer.from(text), { key, dsaEncoding: 'ieee-p1363' }, bytes)
  } catch {
    return false
  }
}

/** The generator of the curve: stands in where a subject does not trust the key, so that the work is the same. */
export const decoyPublicKey = JSON.stringify({
  crv: 'P-256',
  kty: 'EC',
  x: 'axfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpY',
  y: 'T-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU',
})

/**
 * SHA-256 over the SHA-256 digests of the frames, one after the other.
 * @param digests base64url; the digest of the whole is, too
 */
export function digestOfFrames(digests: readonly string[]): string {
  const whole = createHash('sha256')
  for (const each of digests) whole.update(each, 'base64url')
  return whole.digest('base64url')
}
