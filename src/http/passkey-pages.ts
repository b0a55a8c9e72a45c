/** The pages of passkeys: their locals and settings. */

export interface PasskeyLine {
  readonly id: string
  readonly name: string
  /** ISO 8601. */
  readonly addedAt: string
  readonly lastUsedAt: string | undefined
  /** Between the devices of its owner; otherwise it stays on one. */
  readonly isSynced: boolean
}

export interface PasskeyPageLocals {
  readonly passkey: {
    readonly clientName: string
    readonly csrf: string
    /** Absent where none was given yet. */
    readonly email: string | undefined
    readonly changeUrl: string
    readonly optionsUrl: string
    readonly answerUrl: string
    readonly abortAction: string
    /** Another factor was accepted before. */
    readonly isSecond: boolean
    readonly ways: readonly { readonly url: string; readonly text: string }[]
  }
  readonly 'account-passkeys': {
    readonly csrf: string
    /** Newest first. */
    readonly passkeys: readonly PasskeyLine[]
    /** A recent sign-in by something other than a face lets them be changed. */
    readonly isFresh: boolean
    /** Where such a sign-in is made. */
    readonly confirmUrl: string
    readonly optionsUrl: string
    readonly addUrl: string
    readonly renameAction: string
    readonly removeAction: string
    /** Right after a change of how one signs in, where somebody is signed in elsewhere. */
    readonly elsewhere: { readonly action: string; readonly count: number } | undefined
  }
}

export const passkeyPages = {
  passkey: {
    title: 'Sign in with a passkey',
    width: 'narrow',
    scripts: ['passkey-sign-in.js', 'trust-device.js'],
  },
  'account-passkeys': {
    title: 'Your passkeys',
    width: 'wide',
    scripts: ['local-times.js', 'passkey-add.js'],
  },
} as const
