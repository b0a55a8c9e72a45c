/** Locals of every page, as a person would meet them; variants show what else a page can say. */
import type { PageLocals } from '../../src/http/pages.ts'
import { adminLocals, adminVariants } from './admin-locals.ts'
import { passkeyLocals, passkeyVariants } from './passkey-locals.ts'
import { consentText, consentVersion } from '../../src/interactions/registration.ts'
import { deviceLocals } from './device-locals.ts'
import { mailLocals, mailVariants } from './mail-locals.ts'
import { otpLocals, otpVariants } from './otp-locals.ts'
import { controlLocals, controlVariants } from './control-locals.ts'

const clientName = 'Aurora Notes'
const csrf = 'sample-token'
const email = 'robin.example@example.com'
const visit = { clientName, csrf }

const camera = {
  asksForTurns: true,
  asksForFlash: false,
  ...visit,
  email,
  changeUrl: '/pages/identify',
  captureUrl: '/scripted/capture',
  deviceUrl: '/scripted/device-challenge',
  passwordUrl: '/pages/password',
  emailCodeUrl: '/pages/email-code',
  passkeyUrl: '/pages/passkey',
  abortAction: '/abort',
  offerPasswordFirst: false,
  waitSeconds: 0,
  error: undefined,
}

const account = {
  email,
  signedInBy: 'your face on a trusted device',
  face: {
    enrolledAt: '2026-11-02T09:14:00Z',
    enrolledOn: 'Firefox on Linux',
    model: 'mobilefacenet-128',
    lastUsedAt: '2026-11-23T08:01:00Z',
    count: 5,
  },
  faceDisabled: false,
  methods: [
    { name: 'Password', state: 'Set', isOn: true, url: '/account/password' },
    { name: 'Passkeys', state: '2', isOn: true, url: '/account/passkeys' },
    { name: 'Authenticator app', state: 'Off', isOn: false, url: '/account/authenticator' },
    { name: 'Recovery codes', state: 'None', isOn: false, url: '/account/recovery-codes' },
    { name: 'Code by e-mail', state: 'Confirm your address first', isOn: false, url: '/account/profile' },
  ],
  signIns: [
    { at: '2026-11-23T08:01:00Z', how: 'Face', app: 'Aurora Notes', outcome: 'Signed in' },
    { at: '2026-11-22T17:40:00Z', how: 'Password', app: 'Harbour Mail', outcome: 'Signed in' },
    { at: '2026-11-22T17:39:00Z', how: 'Face', app: 'Harbour Mail', outcome: 'Refused' },
  ],
  csrf,
  enrolUrl: '/pages/enrol',
  deleteAction: '/account/face/delete',
  reviveAction: '/account/face/revive',
  signOutAction: '/account/sign-out',
  elsewhere: undefined,
}

const register = {
  ...visit,
  action: '/register',
  signInUrl: '/pages/identify',
  abortAction: '/abort',
  email: undefined,
  consentText,
  consentVersion,
  error: undefined,
}

export const sampleLocals: PageLocals = {
  ...mailLocals,
  ...passkeyLocals,
  ...controlLocals,
  ...adminLocals,
  home: {
    isSignedIn: false,
    signInUrl: '/pages/identify',
    registerUrl: '/pages/register',
    accountUrl: '/pages/account',
  },
  identify: {
    ...visit,
    action: '/identify',
    registerUrl: '/pages/register',
    abortAction: '/abort',
    passkeyOptionsUrl: '/scripted/passkey/options',
    passkeyAnswerUrl: '/scripted/passkey',
    email: undefined,
    error: undefined,
  },
  password: {
    ...visit,
    email,
    changeUrl: '/pages/identify',
    action: '/password',
    faceUrl: '/pages/camera',
    emailCodeUrl: '/pages/email-code',
    recoverUrl: '/pages/recover',
    passkeyUrl: '/pages/passkey',
    abortAction: '/abort',
    isNewDevice: false,
    isWithoutFlash: false,
    error: undefined,
  },
  register,
  camera,
  enrol: {
    clientName,
    csrf,
    captureUrl: '/scripted/enrolment',
    laterAction: '/later',
    canSkipEnrolment: true,
  },
  ...deviceLocals,
  second: {
    ...visit,
    email,
    changeUrl: '/pages/identify',
    abortAction: '/abort',
    ways: [
      { url: '/otp', text: 'Enter a code of your authenticator app' },
      { url: '/passkey', text: 'Use a passkey' },
    ],
  },
  'choose-account': {
    ...visit,
    email,
    continueAction: '/continue',
    otherAction: '/other',
    abortAction: '/abort',
  },
  agree: { csrf, action: '/agree', backUrl: '/pages/account', consentText, consentVersion },
  consent: {
    ...visit,
    clientHost: 'notes.aurora.example',
    isUnvetted: false,
    scopes: [
      { name: 'openid', text: 'know that it is you, by an identifier' },
      { name: 'email', text: 'see your e-mail address' },
      { name: 'offline_access', text: 'stay signed in when you are away, until you sign out or revoke it' },
    ],
    email,
    allowAction: '/allow',
    denyAction: '/deny',
  },
  account,
  ...otpLocals,
  'logout-confirm': { action: '/session/end/confirm', xsrf: 'sample', clientName },
  'logged-out': { homeUrl: '/pages/home' },
  'device-code': { action: '/device', xsrf: 'sample', error: undefined },
  'device-confirm': {
    action: '/device',
    xsrf: 'sample',
    userCode: 'WDJB-MJHT',
    clientName: 'Living-room television',
  },
  error: {
    message: 'This sign-in has expired. Go back to the app and start again.',
    reference: '4f1c09ab2d',
    links: [
      { url: '/pages/identify', text: 'Start again' },
      { url: '/pages/home', text: 'Go to Demo Shop' },
    ],
  },
  message: {
    heading: 'Your face is enrolled',
    text: 'The pictures are discarded. Next time you can sign in with a look at the camera.',
    link: { url: '/pages/account', text: 'Your account' },
  },
}

const failed = 'That did not work. Check your e-mail address and try again, or use the other way to sign in.'

/** Named `page~variant`. */
export const variants: {
  readonly [Page in keyof PageLocals]?: Readonly<Record<string, PageLocals[Page]>>
} = {
  ...mailVariants,
  ...otpVariants,
  ...passkeyVariants,
  ...controlVariants,
  ...adminVariants,
  home: { 'signed-in': { ...sampleLocals.home, isSignedIn: true } },
  identify: {
    error: {
      ...sampleLocals.identify,
      email: 'robin',
      error: 'Enter your e-mail address, like name@example.com.',
    },
  },
  password: {
    error: { ...sampleLocals.password, error: failed },
    'new-device': { ...sampleLocals.password, isNewDevice: true },
    'without-flash': { ...sampleLocals.password, isWithoutFlash: true },
  },
  register: {
    error: { ...register, email, error: 'Choose a password of at least 8 characters.' },
    'field-error': {
      ...register,
      email,
      error: 'Choose a password of at least 8 characters.',
      errorField: 'password',
    },
  },
  camera: {
    'second-try': { ...camera, offerPasswordFirst: true, error: failed },
    'coloured-light': { ...camera, asksForFlash: true },
    waiting: { ...camera, offerPasswordFirst: true, waitSeconds: 3, error: failed },
  },
  enrol: {
    account: {
      clientName: undefined,
      csrf,
      captureUrl: '/scripted/enrolment',
      laterAction: undefined,
      backUrl: '/pages/account',
      canSkipEnrolment: false,
    },
  },
  consent: { unvetted: { ...sampleLocals.consent, isUnvetted: true } },
  'device-code': {
    error: {
      ...sampleLocals['device-code'],
      error: 'This code is not right, or it is over. Check it, or let your device show a new one.',
    },
  },
  account: {
    'no-face': { ...account, face: undefined, signIns: [], signedInBy: 'your password' },
    disabled: { ...account, faceDisabled: true, signedInBy: 'your password' },
  },
}
