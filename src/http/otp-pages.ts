/** The pages of one-time codes: their locals and settings. */

interface CodeVisit {
  readonly clientName: string
  readonly csrf: string
  readonly action: string
  readonly abortAction: string
  /** Where another second factor is chosen; absent where there is none. */
  readonly otherUrl: string | undefined
  readonly error: string | undefined
}

export interface OtpPageLocals {
  readonly otp: CodeVisit & {
    readonly recoveryUrl: string
    /** The device may come to be trusted by this code. */
    readonly mayTrustDevice: boolean
  }
  readonly 'recovery-code': CodeVisit & { readonly otpUrl: string }
  readonly authenticator: {
    readonly csrf: string
    /** Times in ISO 8601. */
    readonly app: { readonly confirmedAt: string; readonly lastUsedAt: string | undefined } | undefined
    readonly codesLeft: number
    readonly areCodesLow: boolean
    readonly setUpUrl: string
    readonly recoveryCodesUrl: string
    readonly removeAction: string
    /** Right after a change of how one signs in, where somebody is signed in elsewhere. */
    readonly elsewhere: { readonly action: string; readonly count: number } | undefined
    /** Where to sign in again before anything can be changed; absent where that was recent. */
    readonly freshUrl: string | undefined
  }
  readonly 'authenticator-setup': {
    readonly csrf: string
    readonly action: string
    readonly backUrl: string
    readonly issuer: string
    readonly email: string
    /** An SVG path, one unit a module, and the box with the quiet zone around it. */
    readonly qr: { readonly viewBox: string; readonly path: string }
    readonly secretGroups: readonly string[]
    readonly error: string | undefined
  }
  readonly 'recovery-codes': {
    readonly csrf: string
    readonly hasApp: boolean
    readonly codes: { readonly madeAt: string; readonly left: number; readonly made: number } | undefined
    readonly areCodesLow: boolean
    readonly makeAction: string
    /** Right after a change of how one signs in, where somebody is signed in elsewhere. */
    readonly elsewhere: { readonly action: string; readonly count: number } | undefined
    readonly authenticatorUrl: string
    readonly freshUrl: string | undefined
  }
  /** The only page that ever shows recovery codes. */
  readonly 'recovery-codes-made': {
    readonly issuer: string
    readonly email: string
    readonly codes: readonly string[]
    /** Made along with the app just turned on. */
    readonly isFirstSet: boolean
    readonly doneUrl: string
  }
}

const visit = { width: 'narrow', scripts: [] } as const
const section = { width: 'wide', scripts: ['local-times.js'] } as const

export const otpPages = {
  otp: { ...visit, title: 'Enter your code', scripts: ['trust-device.js'] },
  'recovery-code': { ...visit, title: 'Use a recovery code' },
  authenticator: { ...section, title: 'Authenticator app' },
  'authenticator-setup': { title: 'Set up your authenticator app', width: 'medium', scripts: [] },
  'recovery-codes': { ...section, title: 'Recovery codes' },
  'recovery-codes-made': {
    title: 'Save your recovery codes',
    width: 'medium',
    scripts: ['recovery-codes.js'],
  },
} as const
