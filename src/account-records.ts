/** What the account page reads, gathered from the store and the provider. */
import type Provider from 'oidc-provider'
import type { AccountRecords, SignInMethod } from './account/view.ts'
import { Fault } from './errors.ts'
import { authenticatorMethod } from './otp-parts.ts'
import { decideAdmission, faceLimits } from './policy/lockout.ts'
import type { Store } from './store/open-store.ts'
import type { Subject } from './store/subjects.ts'

const signInsShown = 10

/** Its templates are compared with nothing any more. */
const earlierModel = 'an earlier network: enrol again'

export interface AccountRecordDependencies {
  readonly store: Store
  readonly provider: Pick<Provider, 'Client'>
  readonly clock: () => Date
  /** The network in use, by its name and by the tag that its templates carry. */
  readonly recogniser: { readonly name: string; readonly model: string }
  readonly isEmailCodeAllowed: boolean
}

export function createAccountRecords({
  store,
  provider,
  clock,
  isEmailCodeAllowed,
  recogniser,
}: AccountRecordDependencies): AccountRecords {
  const getSubject = async (subjectId: string) => {
    const subject = await store.subjects.findById(subjectId)
    if (subject === undefined) throw new Fault('not_signed_in', { detail: 'the subject is gone' })
    return subject
  }
  return {
    getSubject,
    findFace: async (subjectId) => {
      const face = await store.templates.summarise(subjectId)
      return face && { ...face, model: face.model === recogniser.model ? recogniser.name : earlierModel }
    },
    isFaceDisabled: async (subjectId) => {
      const { email } = await getSubject(subjectId)
      const tally = await store.attempts.tally(store.digestIdentifier(email), 'face')
      return decideAdmission(tally, clock(), faceLimits).outcome === 'disabled'
    },
    listDevices: (subjectId) => store.deviceKeys.list(subjectId),
    listMethods: async (subjectId) => [
      { name: 'Password', state: 'Set', isOn: true, url: '/account/password' },
      nameNumber(await store.passkeys.list(subjectId)),
      await authenticatorMethod(store, subjectId),
      await nameCodes(store, subjectId),
      ...(isEmailCodeAllowed ? [codeMethod(await getSubject(subjectId))] : []),
    ],
    hasConsent: async (subjectId) => (await store.consents.find(subjectId)) !== undefined,
    listSignIns: (subjectId) => store.attempts.recent(subjectId, signInsShown),
    findClientName: async (clientId) => (await provider.Client.find(clientId))?.clientName,
  }
}

function nameNumber({ length }: readonly unknown[]): SignInMethod {
  const state = length === 0 ? 'None' : String(length)
  return { name: 'Passkeys', state, isOn: length > 0, url: '/account/passkeys' }
}

async function nameCodes(store: Pick<Store, 'recoveryCodes'>, subjectId: string): Promise<SignInMethod> {
  const left = (await store.recoveryCodes.summarise(subjectId))?.left ?? 0
  return {
    name: 'Recovery codes',
    state: left === 0 ? 'None' : `${left} left`,
    isOn: left > 0,
    url: '/account/recovery-codes',
  }
}

/** A code by mail goes to confirmed addresses alone. */
function codeMethod({ emailVerified, takesEmailCodes }: Subject): SignInMethod {
  const isOn = emailVerified && takesEmailCodes
  const off = emailVerified ? 'Off' : 'Confirm your address first'
  return {
    name: 'Code by e-mail',
    state: isOn ? 'On' : off,
    isOn,
    url: '/account/profile',
  }
}
