/** The locals of the pages by which people control their accounts; `pages.ts` joins them to the rest. */

export interface SessionLine {
  readonly id: string
  /** Such as “Firefox on Linux”. */
  readonly family: string
  /** Empty where it is not known. */
  readonly signedInBy: string
  /** ISO 8601. */
  readonly since: string
  readonly lastSeenAt: string
  readonly isCurrent: boolean
}

export interface ControlPageLocals {
  readonly 'account-apps': {
    readonly csrf: string
    readonly apps: readonly {
      readonly clientId: string
      readonly name: string
      /** Empty where the app is gone. */
      readonly host: string
      /** Each follows “It can”. */
      readonly scopes: readonly string[]
      /** ISO 8601. */
      readonly since: string
    }[]
    readonly revokeAction: string
  }
  readonly 'account-activity': {
    /** Whatever is not known is empty. */
    readonly lines: readonly {
      readonly at: string
      readonly what: string
      readonly how: string
      readonly browser: string
      readonly app: string
      readonly isRefusal: boolean
    }[]
    readonly olderUrl: string | undefined
    readonly newestUrl: string | undefined
  }
  readonly 'account-privacy': {
    readonly csrf: string
    readonly consent:
      | {
          readonly version: string
          readonly givenAt: string
          /** Where it is the text of today. */
          readonly text: string | undefined
        }
      | undefined
    readonly enrolUrl: string
    readonly withdrawAction: string
    readonly receipts: readonly {
      readonly what: string
      readonly at: string
      readonly textUrl: string
      readonly jsonUrl: string
    }[]
    /** Where the last authentication is old, it is asked for anew first. */
    readonly exportAction: string | undefined
    readonly freshUrl: string
    readonly closeUrl: string
  }
  readonly 'account-close': {
    readonly csrf: string
    readonly email: string
    readonly action: string
    readonly backUrl: string
    readonly error: string | undefined
  }
  readonly 'account-closed': {
    readonly at: string
    readonly reference: string
    readonly templates: number
    readonly homeUrl: string
  }
  /** “Was this you?”, behind the link of a mail: nothing happens before a button is pressed. */
  readonly 'browser-notice': {
    readonly csrf: string
    readonly family: string
    readonly at: string
    readonly action: string
    /** Which of the two links of the mail led here. */
    readonly wasMe: boolean
  }
}

const plain = { width: 'narrow', scripts: ['local-times.js'] } as const
const wide = { width: 'wide', scripts: ['local-times.js'] } as const

export const controlPages = {
  'account-apps': { ...wide, title: 'Apps with access' },
  'account-activity': { ...wide, title: 'Activity' },
  'account-privacy': { ...wide, title: 'Privacy' },
  'account-close': { ...plain, title: 'Close your account' },
  'account-closed': { ...plain, title: 'Your account is closed' },
  'browser-notice': { ...plain, title: 'Was this you?' },
} as const
