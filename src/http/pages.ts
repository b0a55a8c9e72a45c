/** Every page: what it is called, how wide it is, which scripts it runs, and the locals that it takes. */
import { adminPages, type AdminPageLocals } from './admin-pages.ts'
import { controlPages, type ControlPageLocals, type SessionLine } from './control-pages.ts'
import { mailPages, type MailPageLocals } from './mail-pages.ts'
import { otpPages, type OtpPageLocals } from './otp-pages.ts'
import type { ScopeSentence, SignInLine, MethodLine, DeviceLine, FaceLines } from './page-lines.ts'
import { passkeyPages, type PasskeyPageLocals } from './passkey-pages.ts'

/** Of a page within a visit: the app that asked, and the forgery token of its forms. */
interface Visit {
  readonly clientName: string
  readonly csrf: string
}

export interface PageLocals
  extends MailPageLocals, OtpPageLocals, PasskeyPageLocals, ControlPageLocals, AdminPageLocals {
  /** The front door of a provider that nobody’s app has sent one to. */
  readonly home: {
    readonly isSignedIn: boolean
    readonly signInUrl: string
    readonly registerUrl: string
    readonly accountUrl: string
  }
  readonly identify: Visit & {
    readonly action: string
    readonly registerUrl: string
    readonly abortAction: string
    readonly passkeyOptionsUrl: string
    readonly passkeyAnswerUrl: string
    readonly email: string | undefined
    readonly error: string | undefined
  }
  readonly password: Visit & {
    readonly email: string
    readonly changeUrl: string
    readonly action: string
    readonly faceUrl: string
    readonly emailCodeUrl: string | undefined
    readonly recoverUrl: string
    readonly passkeyUrl: string
    readonly abortAction: string
    /** The face was accepted; the device is not trusted yet. */
    readonly isNewDevice: boolean
    /** The face was accepted without the coloured light that was asked for. */
    readonly isWithoutFlash: boolean
    readonly error: string | undefined
  }
  /** One factor was accepted, and one more is needed. */
  readonly second: Visit & {
    readonly email: string
    readonly changeUrl: string
    readonly abortAction: string
    readonly ways: readonly { readonly url: string; readonly text: string }[]
  }
  /** An app asked to let the person choose, and somebody is signed in. */
  readonly 'choose-account': Visit & {
    readonly email: string
    readonly continueAction: string
    readonly otherAction: string
    readonly abortAction: string
  }
  readonly register: Visit & {
    readonly action: string
    readonly signInUrl: string
    readonly abortAction: string
    readonly email: string | undefined
    readonly consentText: string
    readonly consentVersion: string
    readonly error: string | undefined
    /** Where known, the error stands at its field; else above the form. */
    readonly errorField?: 'email' | 'password' | undefined
  }
  readonly camera: Visit & {
    readonly email: string
    readonly changeUrl: string
    readonly captureUrl: string
    /** Where a device asks for what it signs before the camera starts. */
    readonly deviceUrl: string
    readonly passwordUrl: string
    readonly emailCodeUrl: string | undefined
    readonly passkeyUrl: string
    readonly abortAction: string
    /** Whether the challenge is one of head turns. */
    readonly asksForTurns: boolean
    /** Whether the screen shines in changing colours, which a person may refuse. */
    readonly asksForFlash: boolean
    /** After failures the password comes first. */
    readonly offerPasswordFirst: boolean
    /** Above 0, the camera cannot be started for so long. */
    readonly waitSeconds: number
    readonly error: string | undefined
  }
  readonly enrol: {
    readonly clientName: string | undefined
    readonly csrf: string
    readonly captureUrl: string
    /** Where “Not now” is posted; with `canSkipEnrolment` alone. */
    readonly laterAction: string | undefined
    readonly backUrl?: string | undefined
    readonly canSkipEnrolment: boolean
  }
  /** Consent to face processing, asked apart from an account that has it not. */
  readonly agree: {
    readonly csrf: string
    readonly action: string
    readonly backUrl: string
    readonly consentText: string
    readonly consentVersion: string
  }
  readonly consent: Visit & {
    readonly clientHost: string
    /** The app registered itself: nobody here has looked at it (security check 80). */
    readonly isUnvetted: boolean
    readonly scopes: readonly ScopeSentence[]
    readonly email: string
    readonly allowAction: string
    readonly denyAction: string
  }
  readonly account: {
    readonly email: string
    /** “your face” or “your password”. */
    readonly signedInBy: string
    readonly face: FaceLines | undefined
    readonly faceDisabled: boolean
    /** The other ways in, each with how it stands and where it is changed. */
    readonly methods: readonly MethodLine[]
    readonly signIns: readonly SignInLine[]
    readonly csrf: string
    readonly enrolUrl: string
    readonly deleteAction: string
    readonly reviveAction: string
    readonly signOutAction: string
    /** Right after a change of how one signs in, where somebody is signed in elsewhere. */
    readonly elsewhere: { readonly action: string; readonly count: number } | undefined
  }
  readonly 'account-devices': {
    readonly csrf: string
    readonly devices: readonly DeviceLine[]
    readonly removeDeviceAction: string
    readonly renameDeviceAction: string
    readonly sessions: readonly SessionLine[]
    readonly endSessionAction: string
    readonly endOthersAction: string
    readonly endAllAction: string
  }
  /** Posts to the provider’s own end of session: `xsrf`, and `logout=yes` for “Sign out”. */
  readonly 'logout-confirm': {
    readonly action: string
    readonly xsrf: string
    readonly clientName: string | undefined
  }
  readonly 'logged-out': { readonly homeUrl: string }
  /** Posts `xsrf` and `user_code` to the provider’s own device page (RFC 8628). */
  readonly 'device-code': {
    readonly action: string
    readonly xsrf: string
    readonly error: string | undefined
  }
  readonly 'device-confirm': {
    readonly action: string
    readonly xsrf: string
    readonly userCode: string
    readonly clientName: string
  }
  readonly error: {
    readonly message: string
    readonly reference: string
    /** The first is the one to take. */
    readonly links: readonly { readonly url: string; readonly text: string }[]
  }
  readonly message: {
    readonly heading: string
    readonly text: string
    readonly link: { readonly url: string; readonly text: string } | undefined
  }
}

export type PageName = keyof PageLocals

export interface PageSettings {
  readonly title: string
  readonly width: 'narrow' | 'medium' | 'wide'
  /** Modules of `views/assets/`. */
  readonly scripts: readonly string[]
  /** The console has a frame of its own. */
  readonly layout?: 'admin'
}

const plain = { width: 'narrow', scripts: [] } as const

export const pages: Readonly<Record<PageName, PageSettings>> = {
  home: { ...plain, title: 'Sign in with your face' },
  identify: { ...plain, title: 'Sign in', scripts: ['passkey-sign-in.js'] },
  password: {
    ...plain,
    title: 'Sign in with your password',
    scripts: ['password-field.js', 'trust-device.js'],
  },
  second: { ...plain, title: 'One more step' },
  'choose-account': { ...plain, title: 'Choose an account' },
  register: { ...plain, title: 'Create your account', scripts: ['password-field.js', 'trust-device.js'] },
  camera: { title: 'Sign in with your face', width: 'medium', scripts: ['capture-page.js'] },
  enrol: { title: 'Enrol your face', width: 'medium', scripts: ['capture-page.js'] },
  agree: { ...plain, title: 'Before you enrol your face' },
  consent: { ...plain, title: 'Allow access' },
  account: { title: 'Your account', width: 'wide', scripts: ['local-times.js'] },
  'account-devices': { title: 'Your devices', width: 'wide', scripts: ['local-times.js'] },
  ...otpPages,
  ...controlPages,
  'logout-confirm': { ...plain, title: 'Sign out' },
  'logged-out': { ...plain, title: 'Signed out' },
  'device-code': { ...plain, title: 'Connect a device' },
  'device-confirm': { ...plain, title: 'Connect a device' },
  error: { ...plain, title: 'That did not work' },
  message: { ...plain, title: 'Message' },
  ...mailPages,
  ...passkeyPages,
  ...adminPages,
}
