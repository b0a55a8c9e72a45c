/** Locals of the pages of mail and recovery, as a person would meet them. */
import type { MailPageLocals } from '../../src/http/mail-pages.ts'

const clientName = 'Aurora Notes'
const csrf = 'sample-token'
const email = 'robin.example@example.com'
const visit = { clientName, csrf }
const refused = 'That code is not right, or it is over. Look for the newest mail, or have another one sent.'
const guessable =
  'This password is easy to guess: it is among the first that are tried, or it is your address or name. Choose another one.'

export const mailLocals: MailPageLocals = {
  'email-code': {
    ...visit,
    email,
    changeUrl: '/pages/identify',
    sendAction: '/email/send',
    action: '/email',
    passwordUrl: '/pages/password',
    abortAction: '/abort',
    isSent: true,
    error: undefined,
  },
  'confirm-address': {
    ...visit,
    email,
    action: '/confirm-address',
    againAction: '/confirm-address/again',
    changeUrl: '/pages/register',
    abortAction: '/abort',
    error: undefined,
  },
  recover: { csrf, action: '/account/recover', backUrl: '/pages/home', email: undefined, error: undefined },
  'recover-password': {
    csrf,
    token: 'sample',
    action: '/account/recover/new',
    email,
    asksForCode: true,
    error: undefined,
    errorField: undefined,
  },
  'confirm-link': {
    csrf,
    token: 'sample',
    action: '/account/confirm',
    heading: 'Confirm your address',
    text: 'Is this mailbox yours?',
    button: 'Yes, confirm it',
    isDanger: false,
  },
  'account-profile': {
    csrf,
    name: 'Robin Example',
    email,
    isVerified: true,
    isSent: false,
    change: undefined,
    nameAction: '/account/profile/name',
    sendAction: '/account/profile/verify/send',
    verifyAction: '/account/profile/verify',
    changeAction: '/account/profile/email',
    cancelAction: '/account/profile/email/cancel',
    codes: { action: '/account/profile/codes', isOn: true },
    freshUrl: undefined,
    error: undefined,
    errorField: undefined,
  },
  'account-password': {
    csrf,
    email,
    action: '/account/password',
    asksForCurrent: true,
    error: undefined,
    errorField: undefined,
  },
}

export const mailVariants: {
  readonly [Page in keyof MailPageLocals]?: Readonly<Record<string, MailPageLocals[Page]>>
} = {
  'email-code': {
    before: { ...mailLocals['email-code'], isSent: false },
    error: { ...mailLocals['email-code'], error: refused },
  },
  'confirm-address': { error: { ...mailLocals['confirm-address'], error: refused } },
  recover: {
    error: {
      ...mailLocals.recover,
      email: 'robin',
      error: 'Enter your e-mail address, like name@example.com.',
    },
  },
  'recover-password': {
    'code-error': {
      ...mailLocals['recover-password'],
      error: 'That code is not right. Wait for the next one, or use a recovery code.',
      errorField: 'code',
    },
    plain: {
      ...mailLocals['recover-password'],
      asksForCode: false,
      error: guessable,
      errorField: 'password',
    },
  },
  'confirm-link': {
    stop: {
      ...mailLocals['confirm-link'],
      heading: 'Stop the change',
      text: 'Shall your account keep its present address?',
      button: 'Keep my address',
      isDanger: true,
    },
  },
  'account-profile': {
    unverified: {
      ...mailLocals['account-profile'],
      name: undefined,
      isVerified: false,
      isSent: true,
      freshUrl: '/pages/password',
      error: refused,
      errorField: 'code',
    },
    changing: {
      ...mailLocals['account-profile'],
      change: { email: 'robin@elsewhere.example', isOldConfirmed: false, isNewConfirmed: false },
    },
  },
  'account-password': {
    error: {
      ...mailLocals['account-password'],
      error: 'That is not your present password. Check it, or wait half a minute and try again.',
      errorField: 'current',
    },
    fresh: {
      ...mailLocals['account-password'],
      asksForCurrent: false,
      error: guessable,
      errorField: 'password',
    },
  },
}
