/** Sample locals of the pages of one-time codes. */
import { qrCode } from '../../src/account/qr-code.ts'
import { catalogue } from '../../src/errors.ts'
import type { OtpPageLocals } from '../../src/http/otp-pages.ts'
import { appAddress, seedInGroups } from '../../src/interactions/totp.ts'

const csrf = 'sample-token'
const email = 'robin.example@example.com'
const issuer = 'id.example'
const seed = new TextEncoder().encode('a seed of 20 letters')

const visit = {
  clientName: 'Aurora Notes',
  csrf,
  action: '/code',
  abortAction: '/abort',
  otherUrl: undefined,
  error: undefined,
}

export const otpLocals: OtpPageLocals = {
  otp: { ...visit, recoveryUrl: '/pages/recovery-code', mayTrustDevice: true },
  'recovery-code': { ...visit, otpUrl: '/pages/otp' },
  authenticator: {
    csrf,
    app: { confirmedAt: '2026-11-02T09:14:00Z', lastUsedAt: '2026-11-23T08:01:00Z' },
    codesLeft: 9,
    areCodesLow: false,
    setUpUrl: '/pages/authenticator-setup',
    recoveryCodesUrl: '/pages/recovery-codes',
    removeAction: '/account/authenticator/remove',
    elsewhere: undefined,
    freshUrl: undefined,
  },
  'authenticator-setup': {
    csrf,
    action: '/account/authenticator/confirm',
    backUrl: '/pages/authenticator',
    issuer,
    email,
    qr: qrCode(appAddress({ issuer, email, seed })),
    secretGroups: seedInGroups(seed),
    error: undefined,
  },
  'recovery-codes': {
    csrf,
    hasApp: true,
    codes: { madeAt: '2026-11-02T09:14:00Z', left: 9, made: 10 },
    areCodesLow: false,
    makeAction: '/account/recovery-codes/make',
    elsewhere: undefined,
    authenticatorUrl: '/pages/authenticator',
    freshUrl: undefined,
  },
  'recovery-codes-made': {
    issuer,
    email,
    codes: [
      '4F7K-9Q2M-XT3B-8HWR',
      'ZN0C-5D1V-PA6G-JS2E',
      'Q8YT-3RKX-77BM-0W4H',
      'H2GD-VC9P-1NE5-6ZAJ',
      'M4XS-TB8K-2Q0F-R9WY',
      '7PJ3-E6HN-ZD5A-CG1V',
      'W0BK-8M2R-4TXS-9FQY',
      'A5NE-D3ZC-V6JP-1H7G',
      'T9FQ-Y0WB-8RKX-M42S',
      'C1VG-5AJP-ZN6E-3DH7',
    ],
    isFirstSet: true,
    doneUrl: '/pages/authenticator',
  },
}

const {
  code_refused: [, failed],
  recovery_code_refused: [, recoveryFailed],
} = catalogue

type Variants = { readonly [Page in keyof OtpPageLocals]?: Readonly<Record<string, OtpPageLocals[Page]>> }

export const otpVariants: Variants = {
  otp: { error: { ...otpLocals.otp, otherUrl: '/pages/otp', error: failed } },
  'recovery-code': { error: { ...otpLocals['recovery-code'], error: recoveryFailed } },
  authenticator: {
    stale: { ...otpLocals.authenticator, freshUrl: '/pages/password' },
    off: { ...otpLocals.authenticator, app: undefined, codesLeft: 0 },
    low: { ...otpLocals.authenticator, codesLeft: 2, areCodesLow: true },
  },
  'authenticator-setup': {
    error: {
      ...otpLocals['authenticator-setup'],
      error: 'That is not the code of this entry right now. Check that your phone sets its clock by itself.',
    },
  },
  'recovery-codes': {
    stale: { ...otpLocals['recovery-codes'], freshUrl: '/pages/password' },
    none: { ...otpLocals['recovery-codes'], hasApp: false, codes: undefined },
    low: {
      ...otpLocals['recovery-codes'],
      codes: { madeAt: '2026-11-02T09:14:00Z', left: 2, made: 10 },
      areCodesLow: true,
    },
  },
  'recovery-codes-made': { again: { ...otpLocals['recovery-codes-made'], isFirstSet: false } },
}
