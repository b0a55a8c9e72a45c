/** Passkeys, joined: the store, the ceremonies and the ledger. */
import type { Config } from './config.ts'
import type { AttemptLedger } from './interactions/attempts.ts'
import type { AccountEvents } from './interactions/events.ts'
import { createPasskeyCeremonies } from './interactions/passkey-ceremony.ts'
import { createPasskeyChallenges } from './interactions/passkey-challenges.ts'
import type { PasskeySignInDependencies } from './interactions/passkey-sign-in.ts'
import type { Store } from './store/open-store.ts'

export interface PasskeyParts {
  readonly store: Store
  readonly attempts: AttemptLedger
  readonly events: AccountEvents
  readonly clock: () => Date
  readonly config: Pick<Config, 'issuer'>
}

/** @param secret at least 32 bytes, for the challenges alone */
export function createPasskeyParts(
  { store, attempts, events, clock, config }: PasskeyParts,
  secret: Uint8Array,
): PasskeySignInDependencies {
  const { digestIdentifier, passkeys, subjects } = store
  const challenges = createPasskeyChallenges({
    clock,
    secret,
    spendChallenge: (digest, endsAt) => passkeys.spendChallenge(digest, endsAt),
  })
  const ceremonies = createPasskeyCeremonies({ challenges, issuer: config.issuer })
  return { digestIdentifier, attempts, subjects, ceremonies, keys: passkeys, events }
}
