/** Locals of the pages by which people control their accounts, as a person would meet them. */
import type { ControlPageLocals } from '../../src/http/control-pages.ts'
import { consentText, consentVersion } from '../../src/interactions/registration.ts'

const csrf = 'sample-token'

export const controlLocals: ControlPageLocals = {
  'account-apps': {
    csrf,
    apps: [
      {
        clientId: 'aurora',
        name: 'Aurora Notes',
        host: 'notes.aurora.example',
        scopes: ['know that it is you, by an identifier', 'see your e-mail address'],
        since: '2026-10-03T09:14:00Z',
      },
      {
        clientId: 'harbour',
        name: 'Harbour Mail',
        host: '',
        scopes: ['stay signed in when you are away, until you sign out or revoke it'],
        since: '2026-11-22T17:40:00Z',
      },
    ],
    revokeAction: '/account/apps/revoke',
  },
  'account-activity': {
    lines: [
      {
        at: '2026-11-23T08:01:00Z',
        what: 'Signed in',
        how: 'Face on a trusted device',
        browser: 'Firefox on Linux',
        app: 'Aurora Notes',
        isRefusal: false,
      },
      {
        at: '2026-11-22T17:39:00Z',
        what: 'Sign-in refused',
        how: 'Face',
        browser: '',
        app: 'Harbour Mail',
        isRefusal: true,
      },
      {
        at: '2026-11-02T09:14:00Z',
        what: 'Consent to face sign-in given',
        how: '',
        browser: '',
        app: '',
        isRefusal: false,
      },
    ],
    olderUrl: '/account/activity?before=3',
    newestUrl: undefined,
  },
  'account-privacy': {
    csrf,
    consent: { version: consentVersion, givenAt: '2026-11-02T09:12:00Z', text: consentText },
    enrolUrl: '/account/face',
    withdrawAction: '/account/privacy/withdraw',
    receipts: [
      {
        what: 'You agreed that your face is used to sign you in here.',
        at: '2026-11-02T09:12:00Z',
        textUrl: '/account/privacy/receipts/1',
        jsonUrl: '/account/privacy/receipts/1?format=json',
      },
    ],
    exportAction: '/account/privacy/export',
    freshUrl: '/authorize',
    closeUrl: '/account/close',
  },
  'account-close': {
    csrf,
    email: 'robin.example@example.com',
    action: '/account/close',
    backUrl: '/account/privacy',
    error: undefined,
  },
  'account-closed': {
    at: '2026-11-23T08:30:00Z',
    reference: '5f0c1c52-6d0f-4f54-9a86-0d1a8d0a8a11',
    templates: 5,
    homeUrl: '/',
  },
  'browser-notice': {
    csrf,
    family: 'Chrome on Android',
    at: '2026-11-23T08:01:00Z',
    action: '/account/browser-notice',
    wasMe: true,
  },
}

type Variants = {
  readonly [Page in keyof ControlPageLocals]?: Readonly<Record<string, ControlPageLocals[Page]>>
}

export const controlVariants: Variants = {
  'account-apps': { none: { ...controlLocals['account-apps'], apps: [] } },
  'account-activity': { none: { lines: [], olderUrl: undefined, newestUrl: '/account/activity' } },
  'account-privacy': {
    withdrawn: {
      ...controlLocals['account-privacy'],
      consent: undefined,
      receipts: [],
      exportAction: undefined,
    },
  },
  'account-close': {
    wrong: {
      ...controlLocals['account-close'],
      error: 'Type your e-mail address as it stands above, and tick the box.',
    },
  },
  'browser-notice': { 'not-me': { ...controlLocals['browser-notice'], wasMe: false } },
}
