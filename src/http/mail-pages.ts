/** The pages of what goes by mail: codes, confirmed addresses, recovery, and the parts of the account that hang on them. */

interface Visit {
  readonly clientName: string
  readonly csrf: string
}

export interface MailPageLocals {
  /** Offers a code by mail, and takes it. The same for every address. */
  readonly 'email-code': Visit & {
    readonly email: string
    readonly changeUrl: string
    readonly sendAction: string
    readonly action: string
    readonly passwordUrl: string
    readonly abortAction: string
    readonly isSent: boolean
    readonly error: string | undefined
  }
  /** Before an account is made: the address is confirmed. The same for an address that has an account. */
  readonly 'confirm-address': Visit & {
    readonly email: string
    readonly action: string
    readonly againAction: string
    readonly changeUrl: string
    readonly abortAction: string
    readonly error: string | undefined
  }
  readonly recover: {
    readonly csrf: string
    readonly action: string
    readonly backUrl: string
    readonly email: string | undefined
    readonly error: string | undefined
  }
  readonly 'recover-password': {
    readonly csrf: string
    readonly token: string
    readonly action: string
    readonly email: string
    /** Of the second factor, where there is one. */
    readonly asksForCode: boolean
    readonly error: string | undefined
    readonly errorField: 'password' | 'code' | undefined
  }
  /** Where a link of a mail leads: nothing happens before the button, for mail scanners open links too. */
  readonly 'confirm-link': {
    readonly csrf: string
    readonly token: string
    readonly action: string
    readonly heading: string
    readonly text: string
    readonly button: string
    readonly isDanger: boolean
  }
  readonly 'account-profile': {
    readonly csrf: string
    readonly name: string | undefined
    readonly email: string
    readonly isVerified: boolean
    /** A mail with a code is on its way. */
    readonly isSent: boolean
    readonly change:
      | { readonly email: string; readonly isOldConfirmed: boolean; readonly isNewConfirmed: boolean }
      | undefined
    readonly nameAction: string
    readonly sendAction: string
    readonly verifyAction: string
    readonly changeAction: string
    readonly cancelAction: string
    /** Whether a code by mail signs in; absent where the operator does not allow any. */
    readonly codes: { readonly action: string; readonly isOn: boolean } | undefined
    /** Where one signs in again, before an address may be changed; undefined right after that. */
    readonly freshUrl: string | undefined
    readonly error: string | undefined
    readonly errorField: 'name' | 'code' | 'email' | undefined
  }
  readonly 'account-password': {
    readonly csrf: string
    readonly email: string
    readonly action: string
    /** Not right after a sign-in by something other than the face. */
    readonly asksForCurrent: boolean
    readonly error: string | undefined
    readonly errorField: 'current' | 'password' | undefined
  }
}

const plain = { width: 'narrow', scripts: [] } as const
const withPassword = { width: 'narrow', scripts: ['password-field.js'] } as const

export const mailPages = {
  'email-code': { ...plain, title: 'Sign in with a code' },
  'confirm-address': { ...plain, title: 'Confirm your address', scripts: ['trust-device.js'] },
  recover: { ...plain, title: 'Forgot your password?' },
  'recover-password': { ...withPassword, title: 'Choose a new password' },
  'confirm-link': { ...plain, title: 'Confirm' },
  'account-profile': { title: 'Your profile', width: 'wide', scripts: [] },
  'account-password': { title: 'Your password', width: 'wide', scripts: ['password-field.js'] },
} as const
