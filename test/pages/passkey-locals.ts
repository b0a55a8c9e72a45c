/** Locals of the pages of passkeys, as a person would meet them. */
import type { PasskeyPageLocals } from '../../src/http/passkey-pages.ts'

const csrf = 'sample-token'

const passkey = {
  clientName: 'Aurora Notes',
  csrf,
  email: 'robin.example@example.com',
  changeUrl: '/pages/identify',
  optionsUrl: '/scripted/passkey/options',
  answerUrl: '/scripted/passkey',
  abortAction: '/abort',
  isSecond: false,
  ways: [
    { url: '/pages/camera', text: 'Sign in with face' },
    { url: '/pages/password', text: 'Use password instead' },
  ],
}

const account = {
  csrf,
  passkeys: [
    {
      id: '7d1f6f0e-2a38-4f0c-9d0a-4a40c6a2f6a1',
      name: 'My phone',
      addedAt: '2026-11-20T19:30:00Z',
      lastUsedAt: '2026-11-23T08:01:00Z',
      isSynced: true,
    },
    {
      id: '2b9f7c1a-77f1-4a0c-8a3e-5d0b6f9c0d12',
      name: 'Key ring',
      addedAt: '2026-11-02T09:12:00Z',
      lastUsedAt: undefined,
      isSynced: false,
    },
  ],
  isFresh: true,
  confirmUrl: '/pages/identify',
  optionsUrl: '/scripted/passkeys/options',
  addUrl: '/scripted/passkeys',
  renameAction: '/account/passkeys/rename',
  removeAction: '/account/passkeys/remove',
  elsewhere: { action: '/account/sessions/end-others', count: 2 },
}

export const passkeyLocals: PasskeyPageLocals = { passkey, 'account-passkeys': account }

export const passkeyVariants = {
  passkey: {
    second: { ...passkey, isSecond: true, ways: [{ url: '/pages/second', text: 'Use another way' }] },
  },
  'account-passkeys': {
    last: { ...account, passkeys: account.passkeys.slice(1) },
    none: { ...account, passkeys: [] },
    stale: { ...account, isFresh: false },
  },
}
