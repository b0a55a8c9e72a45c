/** Locals of the console’s pages about people. */
import type { AdminPeopleLocals } from '../../src/http/admin-people-pages.ts'
import { act, auditorNote, events, frame, people, sessions } from './admin-frame.ts'

const states = [
  { value: '', text: 'All', isChosen: true },
  { value: 'on', text: 'On', isChosen: false },
  { value: 'off', text: 'Switched off', isChosen: false },
]

const factors = [
  { name: 'Face', state: '5 templates, last used on 23 November 2026', isOn: true, reset: resetOf('Face') },
  { name: 'Passkeys', state: '2: Work laptop, Key ring', isOn: true, reset: resetOf('Passkeys') },
  { name: 'Authenticator app', state: 'On', isOn: true, reset: resetOf('Authenticator app') },
  { name: 'Recovery codes', state: 'None', isOn: false, reset: undefined },
  { name: 'Trusted devices', state: '1: Firefox on Linux', isOn: true, reset: resetOf('Trusted devices') },
]

function resetOf(about: string) {
  return act('Reset', {
    about,
    warning: 'It no longer signs this person in. They can set it up again themselves.',
    confirm: 'Yes, reset it',
    isDanger: true,
  })
}

const subject: AdminPeopleLocals['admin-subject'] = {
  frame: frame('subjects'),
  email: people.robin.text,
  note: undefined,
  state: { text: 'On', tone: 'good' },
  facts: [
    { name: 'Name', value: 'Robin Example' },
    { name: 'Address', value: 'Confirmed' },
    { name: 'Since', value: '2026-10-02T09:14:00Z', isMoment: true },
    { name: 'Consent to face sign-in', value: 'Given' },
    { name: 'Identifier', value: '5f0c1c52-6d0f-4f54-9a86-0d1a8d0a8a11', isCode: true },
  ],
  factors,
  sessions,
  endAll: act('End all', {
    warning: 'Every browser and app is signed out, and the apps are told.',
    confirm: 'Yes, end all',
  }),
  grants: [
    {
      subject: people.robin,
      app: 'Aurora Notes',
      appUrl: '/admin/clients/aurora',
      scopes: 'openid, email, offline_access',
      since: '2026-10-03T09:14:00Z',
      revoke: act('Take back', { about: 'the access of Aurora Notes' }),
    },
  ],
  events,
  eventsUrl: '/admin/audit?subject=5f0c1c52-6d0f-4f54-9a86-0d1a8d0a8a11',
  switch: act('Switch off', {
    warning: 'This person is signed out everywhere and cannot sign in until you switch the account on again.',
    confirm: 'Yes, switch off',
  }),
  eraseUrl: '/admin/subjects/5f0c1c52/erase',
}

export const adminPeopleLocals: AdminPeopleLocals = {
  'admin-subjects': {
    frame: frame('subjects'),
    query: '',
    isFiltered: false,
    states,
    subjects: [
      {
        id: '5f0c1c52',
        email: people.robin.text,
        name: 'Robin Example',
        url: people.robin.url,
        state: { text: 'On', tone: 'good' },
        since: '2026-10-02T09:14:00Z',
      },
      {
        id: '7aa1',
        email: people.long.text,
        name: 'Maximiliane Theodora Featherstonehaugh-Wolfeschlegelsteinhausenbergerdorff',
        url: people.long.url,
        state: { text: 'Switched off', tone: 'warn' },
        since: '2026-09-12T11:00:00Z',
      },
      {
        id: '8bb2',
        email: 'sam@example.net',
        name: '',
        url: '/admin/subjects/8bb2',
        state: { text: 'On', tone: 'good' },
        since: '2026-08-30T21:45:00Z',
      },
    ],
    nextUrl: '/admin/subjects?cursor=abc',
    firstUrl: undefined,
  },
  'admin-subject': subject,
  'admin-sessions': {
    frame: frame('sessions'),
    query: '',
    sessions,
    nextUrl: '/admin/sessions?cursor=abc',
    firstUrl: '/admin/sessions',
  },
  'admin-grants': {
    frame: frame('grants'),
    query: '',
    app: '',
    grants: subject.grants,
    nextUrl: '/admin/grants?cursor=abc',
    firstUrl: undefined,
  },
  'admin-administrators': {
    frame: frame('administrators'),
    freshUrl: undefined,
    administrators: [
      {
        id: '1',
        email: 'morgan.keeper@example.org',
        name: 'Morgan',
        isSelf: true,
        role: { text: 'Owner', tone: 'good' },
        since: '2026-10-01T09:00:00Z',
        lastActedAt: '2026-11-23T08:00:00Z',
        url: '/admin/subjects/1',
        roles: rolesWith('owner'),
        changeAction: '/admin/administrators/role',
        remove: undefined,
      },
      {
        id: '2',
        email: people.long.text,
        name: '',
        isSelf: false,
        role: { text: 'Auditor', tone: 'plain' },
        since: '2026-11-11T09:00:00Z',
        lastActedAt: undefined,
        url: people.long.url,
        roles: rolesWith('auditor'),
        changeAction: '/admin/administrators/role',
        remove: act('Remove', {
          about: people.long.text,
          warning: 'The account stays; it no longer opens the console.',
          confirm: 'Yes, remove',
          isDanger: true,
        }),
      },
    ],
    invitations: [
      {
        role: 'Operator',
        since: '2026-11-23T07:00:00Z',
        until: '2026-11-24T07:00:00Z',
        withdraw: act('Withdraw', { about: 'the invitation as operator' }),
      },
    ],
    roles: [
      { name: 'Owner', text: 'Everything, administrators too.' },
      { name: 'Operator', text: 'Everything but administrators.' },
      { name: 'Auditor', text: 'Sees everything, changes nothing.' },
    ],
    invite: { action: '/admin/administrators/invite', choices: rolesWith('operator') },
  },
}

function rolesWith(chosen: string) {
  return ['Owner', 'Operator', 'Auditor'].map((text) => ({
    value: text.toLowerCase(),
    text,
    isChosen: text.toLowerCase() === chosen,
  }))
}

type Variants = {
  readonly [Page in keyof AdminPeopleLocals]?: Readonly<Record<string, AdminPeopleLocals[Page]>>
}

const auditor = { role: 'Auditor', note: auditorNote }

export const adminPeopleVariants: Variants = {
  'admin-subjects': {
    none: {
      ...adminPeopleLocals['admin-subjects'],
      query: 'nobody',
      isFiltered: true,
      subjects: [],
      nextUrl: undefined,
    },
  },
  'admin-subject': {
    auditor: {
      ...subject,
      frame: frame('subjects', auditor),
      note: 'This person is an administrator. To switch the account off or erase it, remove them first.',
      state: { text: 'Switched off', tone: 'warn' },
      factors: factors.map((each) => ({ ...each, state: 'None', isOn: false, reset: undefined })),
      sessions: [],
      endAll: undefined,
      grants: [],
      events: [],
      eventsUrl: undefined,
      switch: undefined,
      eraseUrl: undefined,
    },
    done: { ...subject, frame: frame('subjects', { done: 'The account is switched off.' }) },
  },
  'admin-sessions': {
    none: {
      frame: frame('sessions'),
      query: 'zebra',
      sessions: [],
      nextUrl: undefined,
      firstUrl: undefined,
    },
  },
  'admin-grants': {
    none: { ...adminPeopleLocals['admin-grants'], app: 'aurora', grants: [], nextUrl: undefined },
  },
  'admin-administrators': {
    stale: {
      ...adminPeopleLocals['admin-administrators'],
      freshUrl: '/authorize',
      administrators: adminPeopleLocals['admin-administrators'].administrators.slice(0, 1).map((each) => ({
        ...each,
        roles: [],
      })),
      invitations: [],
      invite: undefined,
    },
    auditor: {
      ...adminPeopleLocals['admin-administrators'],
      frame: frame('administrators', auditor),
      administrators: adminPeopleLocals['admin-administrators'].administrators.map((each) => ({
        ...each,
        roles: [],
        remove: undefined,
      })),
      invitations: [],
      invite: undefined,
    },
  },
}
