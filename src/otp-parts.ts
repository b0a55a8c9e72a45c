/** Codes of authenticator apps and recovery codes, joined with what remembers them. */
import type { SignInMethod } from './account/view.ts'
import { createSecondFactor, type SecondFactor } from './interactions/second-factor.ts'
import type { AccountEvents } from './interactions/events.ts'
import type { Store } from './store/open-store.ts'

export interface SecondFactorParts {
  readonly store: Pick<Store, 'subjects' | 'attempts' | 'totpSeeds' | 'recoveryCodes' | 'digestIdentifier'>
  readonly clock: () => Date
  readonly events: AccountEvents
}

export function openSecondFactor({ store, clock, events }: SecondFactorParts): SecondFactor {
  const { subjects, attempts, totpSeeds, recoveryCodes, digestIdentifier } = store
  const findEmail = async (subjectId: string) => (await subjects.findById(subjectId))?.email
  return createSecondFactor({
    clock,
    attempts,
    digestIdentifier,
    findEmail,
    totpSeeds,
    recoveryCodes,
    events,
  })
}

/** The app as the overview of the account names it. */
export async function authenticatorMethod(
  store: Pick<Store, 'totpSeeds'>,
  subjectId: string,
): Promise<SignInMethod> {
  const isOn = (await store.totpSeeds.summarise(subjectId)) !== undefined
  return { name: 'Authenticator app', state: isOn ? 'On' : 'Off', isOn, url: '/account/authenticator' }
}
