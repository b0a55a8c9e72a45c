/** The two ceremonies of WebAuthn, each as a pair: options for the browser, and the check of its answer. */
import {
  generateAuthenticationOptions,
  generateRegistrationOptions,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server'
import {
  COSEALG,
  decodeAttestationObject,
  decodeClientDataJSON,
  isoBase64URL,
} from '@simplewebauthn/server/helpers'
import { Fault } from '../errors.ts'
import { challengeSeconds, type PasskeyChallenges } from './passkey-challenges.ts'
import { decoyCredential, type KnownCredential } from './passkey-credential.ts'

/** What is kept of one that was just made. */
export interface MadeCredential extends KnownCredential {
  readonly backedUp: boolean
  readonly aaguid: string
}

export interface RegistrationWish {
  readonly binding: string
  /** Base64url of random bytes. */
  readonly userHandle: string
  /** Shown by the authenticator, beside the name of the site. */
  readonly email: string
  /** An authenticator that holds one of these makes no second one. */
  readonly exclude: readonly KnownCredential[]
}

export interface AssertionProof {
  readonly counter: number
  readonly backedUp: boolean
  /** RFC 8176: a key that never leaves its hardware, or one that its owner’s devices share. */
  readonly kind: 'hwk' | 'swk'
}

export interface PasskeyCeremonies {
  registrationOptions(wish: RegistrationWish): Promise<PublicKeyCredentialCreationOptionsJSON>
  /** WebAuthn §7.1. @throws {Fault} passkey_refused; why is for the log */
  verifyRegistration(binding: string, response: RegistrationResponseJSON): Promise<MadeCredential>
  /** @param allow empty lets the browser offer whatever it has, and tells nothing about an account */
  assertionOptions(
    binding: string,
    allow?: readonly KnownCredential[],
  ): Promise<PublicKeyCredentialRequestOptionsJSON>
  /**
   * WebAuthn §7.2, but for the owner and the counter of the store: those are the caller’s.
   * @param credential undefined where nobody has it: the work is the same, and the answer too
   * @returns undefined where anything is wrong
   */
  verifyAssertion(
    binding: string,
    response: AuthenticationResponseJSON,
    credential: KnownCredential | undefined,
  ): Promise<AssertionProof | undefined>
}

export interface PasskeyCeremonyDependencies {
  readonly challenges: PasskeyChallenges
  /** The relying party is where this is: its host is the `rp.id`, its origin the only one that answers. */
  readonly issuer: string
}

/** Every current authenticator has one of these. */
const algorithms = [COSEALG.ES256, COSEALG.EdDSA, COSEALG.RS256]
const timeout = challengeSeconds * 1000
const rpName = 'Mien'

export function createPasskeyCeremonies({
  challenges,
  issuer,
}: PasskeyCeremonyDependencies): PasskeyCeremonies {
  const { hostname: rpID, origin } = new URL(issuer)
  const site: Site = { challenges, rpID, origin }
  return {
    registrationOptions: (wish) => registrationOptions(site, wish),
    verifyRegistration: async (binding, response) => {
      try {
        return await verifyRegistration(site, binding, response)
      } catch (cause) {
        throw new Fault('passkey_refused', { detail: messageOf(cause), cause })
      }
    },
    assertionOptions: (binding, allow = []) =>
      generateAuthenticationOptions({
        rpID,
        challenge: challenges.issue('sign in', binding),
        timeout,
        userVerification: 'required',
        allowCredentials: allow.map(describe),
      }),
    verifyAssertion: async (binding, response, credential) => {
      try {
        return await verifyAssertion(site, { binding, response, credential })
      } catch {
        // The library throws for each way to be wrong; from outside they are all one.
        return undefined
      }
    },
  }
}

interface Site {
  readonly challenges: PasskeyChallenges
  readonly rpID: string
  readonly origin: string
}

function registrationOptions(
  { challenges, rpID }: Site,
  { binding, userHandle, email, exclude }: RegistrationWish,
): Promise<PublicKeyCredentialCreationOptionsJSON> {
  return generateRegistrationOptions({
    rpName,
    rpID,
    userID: isoBase64URL.toBuffer(userHandle),
    userName: email,
    userDisplayName: email,
    challenge: challenges.issue('register', binding),
    timeout,
    // Which make an authenticator is decides nothing here, so it is not asked (WebAuthn §14.4.1).
    attestationType: 'none',
    excludeCredentials: exclude.map(describe),
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    supportedAlgorithmIDs: algorithms,
  })
}

async function verifyRegistration(
  { challenges, rpID, origin }: Site,
  binding: string,
  response: RegistrationResponseJSON,
): Promise<MadeCredential> {
  refuseCertificates(response)
  const { registrationInfo } = await verifyRegistrationResponse({
    response,
    expectedChallenge: (challenge) => challenges.spend('register', binding, challenge),
    expectedOrigin: origin,
    expectedRPID: rpID,
    supportedAlgorithmIDs: algorithms,
  })
  if (registrationInfo === undefined) throw new Error('the attestation is not verified')
  refuseFrames(response.response.clientDataJSON)
  return madeOf(registrationInfo, response)
}

interface Assertion {
  readonly binding: string
  readonly response: AuthenticationResponseJSON
  readonly credential: KnownCredential | undefined
}

async function verifyAssertion(
  { challenges, rpID, origin }: Site,
  { binding, response, credential }: Assertion,
): Promise<AssertionProof | undefined> {
  const { credentialId, publicKey } = credential ?? decoyCredential
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response,
    expectedChallenge: (challenge) => challenges.spend('sign in', binding, challenge),
    expectedOrigin: origin,
    expectedRPID: rpID,
    // Whether it has risen is asked where it is kept, in one statement, so that a refusal is written down and told.
    credential: { id: credentialId, publicKey: isoBase64URL.toBuffer(publicKey), counter: 0 },
    requireUserVerification: true,
  })
  refuseFrames(response.response.clientDataJSON)
  if (!verified || credential === undefined || response.id !== credentialId) return undefined
  const { newCounter, credentialBackedUp, credentialDeviceType } = authenticationInfo
  const isSynced = credentialDeviceType === 'multiDevice'
  // What a key was made as, it stays (WebAuthn §6.1.3).
  if (isSynced !== credential.backupEligible) return undefined
  return { counter: newCounter, backedUp: credentialBackedUp, kind: isSynced ? 'swk' : 'hwk' }
}

/**
 * None is asked for, and browsers then send none but an authenticator’s own signature (WebAuthn §5.1.3). Certificates
 * would be read, and what they name be fetched, on a stranger’s word.
 */
function refuseCertificates({ response }: RegistrationResponseJSON): void {
  const attestation = decodeAttestationObject(isoBase64URL.toBuffer(response.attestationObject))
  const format = attestation.get('fmt')
  const isSelfSigned = format === 'packed' && attestation.get('attStmt').get('x5c') === undefined
  const isPlain = format === 'none' || isSelfSigned
  if (!isPlain) throw new Error(`an attestation of the format ${format} was not asked for`)
}

/** Our pages are never inside another page (`frame-ancestors 'none'`). */
function refuseFrames(clientDataJSON: string): void {
  if (decodeClientDataJSON(clientDataJSON).crossOrigin === true) throw new Error('a page inside another page')
}

type Registered = NonNullable<Awaited<ReturnType<typeof verifyRegistrationResponse>>['registrationInfo']>

function madeOf(
  { credential, credentialDeviceType, credentialBackedUp, aaguid }: Registered,
  response: RegistrationResponseJSON,
): MadeCredential {
  if (credential.id !== response.id) throw new Error('the credential has another id than the answer')
  return {
    credentialId: credential.id,
    publicKey: isoBase64URL.fromBuffer(credential.publicKey),
    counter: credential.counter,
    transports: (credential.transports ?? []).filter((each) => isTransport(each)),
    backupEligible: credentialDeviceType === 'multiDevice',
    backedUp: credentialBackedUp,
    aaguid,
  }
}

const transports = ['ble', 'hybrid', 'internal', 'nfc', 'smart-card', 'usb', 'cable'] as const
type Transport = (typeof transports)[number]

function isTransport(value: string): value is Transport {
  return transports.some((each) => each === value)
}

function describe({ credentialId, transports: known }: KnownCredential): {
  id: string
  transports: Transport[]
} {
  return { id: credentialId, transports: known.filter((each) => isTransport(each)) }
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : 'not an answer of an authenticator'
}
