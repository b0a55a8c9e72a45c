/** One attempt with a passkey: whose it is, whether it has signed this, and what becomes of it. */
import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import type { AttemptLedger, SignInVerdict } from './attempts.ts'
import type { AccountEvents } from './events.ts'
import type { PasskeyCeremonies } from './passkey-ceremony.ts'
import type { KnownCredential } from './passkey-credential.ts'

export interface SubjectPasskey extends KnownCredential {
  readonly id: string
  readonly subjectId: string
  readonly name: string
}

export interface PasskeySignInDependencies {
  readonly digestIdentifier: (email: string) => string
  readonly attempts: AttemptLedger
  readonly subjects: {
    findByEmail(email: string): Promise<{ readonly id: string } | undefined>
    findById(subjectId: string): Promise<{ readonly id: string; readonly email: string } | undefined>
  }
  readonly ceremonies: PasskeyCeremonies
  readonly keys: {
    find(credentialId: string): Promise<(SubjectPasskey & { readonly userHandle: string }) | undefined>
    list(subjectId: string): Promise<readonly SubjectPasskey[]>
    /** @returns false where the counter does not rise */
    recordUse(id: string, use: { readonly counter: number; readonly backedUp: boolean }): Promise<boolean>
  }
  readonly events: AccountEvents
}

/** Whose passkey is wanted: a known subject’s, the one of the address that was given, or anybody’s. */
export type PasskeyClaim =
  { readonly subjectId: string } | { readonly email: string } | { readonly anyAccount: true }

export interface PasskeyAttempt {
  readonly binding: string
  readonly response: AuthenticationResponseJSON
  readonly claim: PasskeyClaim
  readonly clientId: string
  readonly address: string
  readonly browserDigest?: string | undefined
}

export type PasskeyVerdict =
  | {
      readonly outcome: 'accept'
      readonly subjectId: string
      readonly email: string
      readonly kind: 'hwk' | 'swk'
    }
  | Extract<SignInVerdict, { readonly outcome: 'refuse' }>

/** In the ledger, whoever comes with a passkey of nobody. */
const nobody = 'a passkey of nobody'

export async function signInByPasskey(
  dependencies: PasskeySignInDependencies,
  attempt: PasskeyAttempt,
): Promise<PasskeyVerdict> {
  const { attempts, ceremonies, keys, subjects } = dependencies
  const { binding, response, claim } = attempt
  const passkey = await keys.find(response.id)
  const owner = passkey && (await subjects.findById(passkey.subjectId))
  const claimed = await findClaimed(dependencies, claim, owner)
  const { attemptId } = await attempts.begin(
    {
      identifierDigest: dependencies.digestIdentifier(claimed.email ?? nobody),
      factor: 'passkey',
      clientId: attempt.clientId,
      address: attempt.address,
      browserDigest: attempt.browserDigest,
    },
    // A signature cannot be guessed: a stranger’s tries must not keep a person from the strongest way in.
    () => ({ outcome: 'proceed' }),
  )
  const proof = await ceremonies.verifyAssertion(binding, response, passkey)
  // Every condition is asked for, whichever failed before: the answer is the same, and about as quick.
  const isOwn = owner !== undefined && owner.id === claimed.subjectId
  const isNamed = isHandleRight(response.response.userHandle, passkey?.userHandle, claim)
  const isFresh = proof !== undefined && passkey !== undefined && isOwn && isNamed
  const isAccepted = isFresh && (await keys.recordUse(passkey.id, proof))
  // The key itself has signed, and yet its counter has not risen: there may be two of it (WebAuthn §6.1.1).
  if (isFresh && !isAccepted) await tellOfCopy(dependencies, passkey, attempt.address)
  await attempts.settle(attemptId, {
    outcome: isAccepted ? 'accept' : 'no_match',
    subjectId: claimed.subjectId,
  })
  if (!isAccepted) return { outcome: 'refuse' }
  return { outcome: 'accept', subjectId: owner.id, email: owner.email, kind: proof.kind }
}

async function tellOfCopy(
  { events }: PasskeySignInDependencies,
  { subjectId, name }: SubjectPasskey,
  address: string,
): Promise<void> {
  await events.happened({ type: 'passkey_counter_refused', subjectId, address, detail: { name } })
}

interface Claimed {
  readonly subjectId: string | undefined
  readonly email: string | undefined
}

async function findClaimed(
  { subjects }: PasskeySignInDependencies,
  claim: PasskeyClaim,
  owner: { readonly id: string; readonly email: string } | undefined,
): Promise<Claimed> {
  if ('anyAccount' in claim) return { subjectId: owner?.id, email: owner?.email }
  if ('email' in claim) {
    return { subjectId: (await subjects.findByEmail(claim.email))?.id, email: claim.email }
  }
  return { subjectId: claim.subjectId, email: (await subjects.findById(claim.subjectId))?.email }
}

/** Where nobody was named before, the authenticator has to name the subject itself (WebAuthn §7.2). */
function isHandleRight(
  given: string | undefined,
  expected: string | undefined,
  claim: PasskeyClaim,
): boolean {
  if (given === undefined) return !('anyAccount' in claim)
  return given === expected
}
