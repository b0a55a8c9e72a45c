/** What a browser sends after a ceremony (WebAuthn §5.1: `toJSON()`), read within bounds; whether it is true is for the ceremony. */
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'
import { Fault } from '../errors.ts'

const base64url = (most: number) =>
  z
    .string()
    .max(most)
    .regex(/^[A-Za-z0-9_-]+$/)

/** At most 1,023 bytes (WebAuthn §4, Credential ID). */
const credentialId = base64url(1364)
const clientDataJSON = base64url(4096)

const answer = {
  id: credentialId,
  rawId: credentialId,
  type: z.literal('public-key'),
}

const registrationShape = z.object({
  ...answer,
  response: z.object({
    clientDataJSON,
    attestationObject: base64url(8192),
    transports: z.array(z.string().max(32)).max(10).default([]),
  }),
})

const assertionShape = z.object({
  ...answer,
  response: z.object({
    clientDataJSON,
    authenticatorData: base64url(2048),
    signature: base64url(2048),
    /** At most 64 bytes (WebAuthn §5.4.3). */
    userHandle: base64url(86).nullish(),
  }),
})

const newPasskeyShape = z.object({ credential: registrationShape, name: z.string().max(200).default('') })

export interface NewPasskeyAnswer {
  readonly credential: RegistrationResponseJSON
  readonly name: string
}

/** @throws {Fault} form_invalid */
export function readNewPasskey(body: unknown): NewPasskeyAnswer {
  const parsed = newPasskeyShape.safeParse(body)
  if (!parsed.success) throw new Fault('form_invalid', { detail: 'not a new passkey' })
  const { credential, name } = parsed.data
  return { credential: { ...credential, clientExtensionResults: {} }, name }
}

const field = z.string().max(400).default('')

const signInShape = z.object({
  credential: assertionShape,
  /** From the page where no address was given yet: whosever passkey it is. */
  anyAccount: z.boolean().default(false),
  /** The fields by which the browser’s key comes to be trusted, as in the password’s form. */
  device: z
    .object({ trustDevice: field, deviceKey: field, deviceName: field, deviceProof: field })
    .optional(),
})

export interface PasskeyAnswer {
  readonly credential: AuthenticationResponseJSON
  readonly anyAccount: boolean
  readonly device:
    Readonly<Record<'trustDevice' | 'deviceKey' | 'deviceName' | 'deviceProof', string>> | undefined
}

/** @throws {Fault} form_invalid */
export function readPasskeyAnswer(body: unknown): PasskeyAnswer {
  const parsed = signInShape.safeParse(body)
  if (!parsed.success) throw new Fault('form_invalid', { detail: 'not an answer of a passkey' })
  const { credential, anyAccount, device } = parsed.data
  const { userHandle, ...response } = credential.response
  const known = userHandle === null || userHandle === undefined ? {} : { userHandle }
  return {
    credential: { ...credential, response: { ...response, ...known }, clientExtensionResults: {} },
    anyAccount,
    device,
  }
}
