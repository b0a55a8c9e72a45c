/** What the sign-in pages need from the rest of the house; `app.ts` fills it. */
import type { Context } from 'koa'
import type Provider from 'oidc-provider'
import type { Fault } from '../errors.ts'
import type { ForgeryTokens } from '../http/forgery.ts'
import type { Render } from '../http/render.ts'
import type { AssurancePolicy } from '../policy/assurance.ts'
import type { FlashPolicy } from '../policy/colour-flash.ts'
import type { CaptureDesk } from './capture.ts'
import type { DeviceDependencies } from './device-sign-in.ts'
import type { AccountEvents } from './events.ts'
import type { EnrolmentDesk } from './enrolment.ts'
import type { FaceSignInDependencies } from './face-sign-in.ts'
import type { FactorRecords } from './factors.ts'
import type { KnownBrowsers } from './known-browser.ts'
import type { MailCodeDependencies } from './mail-code-sign-in.ts'
import type { PasskeySignInDependencies } from './passkey-sign-in.ts'
import type { PasswordSignInDependencies } from './password-sign-in.ts'
import type { RegistrationDependencies } from './registration.ts'
import type { SecondFactor } from './second-factor.ts'

/** Tries allowed from one address; a fault `too_many_requests` beyond. */
export interface AddressLimits {
  takeCapture(address: string): Promise<void>
  takePassword(address: string): Promise<void>
  takePasskey(address: string): Promise<void>
  takeRegistration(address: string): Promise<void>
  takeMail(address: string): Promise<void>
  /** Mails to one mailbox, whoever asks for them. */
  takeMailbox(identifierDigest: string): Promise<void>
}

export interface InteractionDependencies {
  readonly provider: Provider
  /** Why the visit of this uid cannot be gone on with here. */
  readonly explainLostVisit: (ctx: Context, uid: string) => Promise<Fault>
  readonly clock: () => Date
  readonly captureSeconds: number
  /** `turns` asks for random head turns; `look` for one steady look, and proves no liveness. */
  readonly challenge: 'turns' | 'look'
  readonly flash: FlashPolicy
  readonly render: Render
  readonly forgery: ForgeryTokens
  readonly limits: AddressLimits
  readonly desk: CaptureDesk
  readonly enrolment: EnrolmentDesk
  readonly face: FaceSignInDependencies
  /** Told how long a person has waited for a verdict, from “Start camera”; absent where nobody asks. */
  readonly onVerdict?: ((seconds: number) => void) | undefined
  readonly devices: DeviceDependencies
  readonly knownBrowsers: KnownBrowsers
  /** The digest of this browser, where it has signed in to the account of this address before. */
  readonly findKnownBrowser: (ctx: Context, email: string) => Promise<string | undefined>
  readonly assurance: AssurancePolicy
  readonly factors: FactorRecords
  readonly sessions: {
    /** When the session of this uid began; undefined where it is over. */
    loginAt(sessionUid: string): Promise<Date | undefined>
  }
  readonly passkeys: PasskeySignInDependencies
  readonly password: PasswordSignInDependencies
  readonly mailCodes: MailCodeDependencies
  readonly otp: SecondFactor
  readonly registration: RegistrationDependencies
  /** Of the operator’s APIs: what follows “It will be able to”. */
  readonly scopeSentences: () => Promise<Readonly<Record<string, string>>>
  /** Whether the operator listed the app; if not, it registered itself. */
  readonly isVetted: (clientId: string) => Promise<boolean>
  readonly events: AccountEvents
  readonly findEmail: (subjectId: string) => Promise<string | undefined>
}
