/** An authenticator in software, for answers that no browser would give: it can be told to lie in each part. */
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'

type Cbor = number | string | Uint8Array | ReadonlyMap<Cbor, Cbor>

/** As much of RFC 8949 as authenticators need. */
export function encodeCbor(value: Cbor): Buffer {
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (value instanceof Uint8Array) return Buffer.concat([head(2, value.length), value])
  const entries = [...value].flatMap(([key, each]) => [encodeCbor(key), encodeCbor(each)])
  return Buffer.concat([head(5, value.size), ...entries])
}

function head(major: number, length: number): Buffer {
  if (length < 24) return Buffer.from([(major << 5) | length])
  if (length < 256) return Buffer.from([(major << 5) | 24, length])
  return Buffer.from([(major << 5) | 25, length >> 8, length & 255])
}

export interface Lies {
  readonly origin?: string
  readonly rpId?: string
  readonly type?: string
  readonly challenge?: string
  readonly crossOrigin?: boolean
  readonly isUserVerified?: boolean
  readonly isUserPresent?: boolean
  readonly counter?: number
  /** Empty for an authenticator that does not tell. */
  readonly userHandle?: string
  readonly isBackedUp?: boolean
  readonly isSynced?: boolean
  /** Changes one byte of what was signed. */
  readonly isSignatureTampered?: boolean
  /** Beside the credential it really is. */
  readonly id?: string
  readonly attestation?: { readonly fmt: string; readonly attStmt: ReadonlyMap<Cbor, Cbor> }
}

export interface SoftwareAuthenticator {
  readonly credentialId: string
  register(
    options: { readonly challenge: string; readonly user: { readonly id: string } },
    lies?: Lies,
  ): RegistrationResponseJSON
  assert(options: { readonly challenge: string }, lies?: Lies): AuthenticationResponseJSON
}

export interface AuthenticatorWish {
  readonly origin: string
  /** A synced passkey may be backed up; one bound to its device may not. */
  readonly isSynced?: boolean
  /** Whether it counts its signatures. */
  readonly counts?: boolean
}

const flag = { present: 1, verified: 4, backupEligible: 8, backedUp: 16, attested: 64 } as const

export function createAuthenticator({
  origin,
  isSynced = false,
  counts = true,
}: AuthenticatorWish): SoftwareAuthenticator {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const credentialId = randomBytes(32)
  const id = credentialId.toString('base64url')
  let counter = 0
  let userHandle = ''

  const clientData = (type: string, challenge: string, lies: Lies): Buffer =>
    Buffer.from(
      JSON.stringify({
        type: lies.type ?? type,
        challenge: lies.challenge ?? challenge,
        origin: lies.origin ?? origin,
        crossOrigin: lies.crossOrigin ?? false,
      }),
    )
  const authenticatorData = (lies: Lies, attested: Buffer): Buffer => {
    counter += counts ? 1 : 0
    const flags =
      (lies.isUserPresent === false ? 0 : flag.present) |
      (lies.isUserVerified === false ? 0 : flag.verified) |
      ((lies.isSynced ?? isSynced) ? flag.backupEligible : 0) |
      (isSynced && lies.isBackedUp !== false ? flag.backedUp : 0) |
      (attested.length > 0 ? flag.attested : 0)
    const count = Buffer.alloc(4)
    count.writeUInt32BE(lies.counter ?? counter)
    const rpId = lies.rpId ?? new URL(origin).hostname
    return Buffer.concat([createHash('sha256').update(rpId).digest(), Buffer.from([flags]), count, attested])
  }
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const cose = encodeCbor(
    new Map<Cbor, Cbor>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]),
  )

  return {
    credentialId: id,
    register: ({ challenge, user }, lies = {}) => {
      userHandle = user.id
      const length = Buffer.from([0, credentialId.length])
      const authData = authenticatorData(lies, Buffer.concat([Buffer.alloc(16), length, credentialId, cose]))
      const { fmt, attStmt } = lies.attestation ?? { fmt: 'none', attStmt: new Map<Cbor, Cbor>() }
      const attestation = new Map<Cbor, Cbor>([
        ['fmt', fmt],
        ['attStmt', attStmt],
        ['authData', authData],
      ])
      return {
        id: lies.id ?? id,
        rawId: lies.id ?? id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: clientData('webauthn.create', challenge, lies).toString('base64url'),
          attestationObject: encodeCbor(attestation).toString('base64url'),
          transports: ['internal'],
        },
      }
    },
    assert: ({ challenge }, lies = {}) => {
      const data = authenticatorData(lies, Buffer.alloc(0))
      const client = clientData('webauthn.get', challenge, lies)
      const signed = Buffer.concat([data, createHash('sha256').update(client).digest()])
      if (lies.isSignatureTampered === true) signed[signed.length - 1] = (signed.at(-1) ?? 0) ^ 1
      return {
        id: lies.id ?? id,
        rawId: lies.id ?? id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: client.toString('base64url'),
          authenticatorData: data.toString('base64url'),
          signature: sign('sha256', signed, privateKey).toString('base64url'),
          ...named(lies.userHandle ?? userHandle),
        },
      }
    },
  }
}

function named(userHandle: string): { readonly userHandle?: string } {
  return userHandle === '' ? {} : { userHandle }
}
