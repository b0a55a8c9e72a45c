/** Locals of the console’s pages about the house itself. */
import type { AdminHouseLocals } from '../../src/http/admin-house-pages.ts'
import { drawCurve } from '../../src/admin/console-curve.ts'
import { rates, sampleCalibration } from './admin-rates.ts'
import { act, events, frame } from './admin-frame.ts'

const hours = Array.from({ length: 24 }, (_, at) => {
  const accepted = [4, 2, 1, 0, 0, 3, 9, 22, 41, 38, 30, 27][at % 12] ?? 0
  const refused = [1, 0, 0, 0, 0, 1, 2, 4, 6, 3, 2, 2][at % 12] ?? 0
  const height = (count: number) => Math.round((count / 47) * 98)
  return {
    x: at * 10 + 1,
    acceptedY: 99 - height(accepted),
    acceptedHeight: height(accepted),
    refusedY: 99 - height(accepted) - height(refused),
    refusedHeight: height(refused),
    from: new Date(Date.UTC(2026, 10, 22, 9 + at)).toISOString(),
    accepted,
    refused,
  }
})

const overview: AdminHouseLocals['admin-overview'] = {
  frame: frame(''),
  tiles: [
    { name: 'Face workers', state: 'Ready', tone: 'good', text: '2 workers here', url: '/admin/workers' },
    { name: 'Database', state: 'Answers', tone: 'good', text: 'PostgreSQL', url: '/admin/workers' },
    {
      name: 'Mail',
      state: '3 failing',
      tone: 'bad',
      text: '3 wait, the oldest for 2 hours',
      url: '/admin/outbox',
    },
    {
      name: 'Sign-outs to apps',
      state: 'All sent',
      tone: 'good',
      text: 'Nothing waits',
      url: '/admin/workers',
    },
    {
      name: 'Webhook',
      state: 'Late',
      tone: 'warn',
      text: '9 wait, the oldest for 20 minutes',
      url: '/admin/workers',
    },
    { name: 'Signing keys', state: 'Sign', tone: 'good', text: 'RS256 and ES256', url: '/admin/keys' },
    {
      name: 'Audit trail',
      state: 'Not checked',
      tone: 'plain',
      text: 'Nobody has checked it since the start.',
      url: '/admin/audit',
    },
    {
      name: 'Face matching',
      state: 'In force',
      tone: 'good',
      text: '1 in 50,000 strangers passes, at most',
      url: '/admin/calibration',
    },
  ],
  total: 400,
  accepted: 356,
  refused: 44,
  hours,
  outcomes: [
    { name: 'Signed in', count: 356, percent: 100, tone: 'good' },
    { name: 'Refused', count: 41, percent: 12, tone: 'bad' },
    { name: 'Refused: too many tries', count: 3, percent: 1, tone: 'bad' },
  ],
  acrs: [
    { name: 'Face on a trusted device', count: 301, percent: 100, tone: 'good' },
    { name: 'Password and one-time code', count: 40, percent: 13, tone: 'good' },
    { name: 'Passkey', count: 15, percent: 5, tone: 'good' },
  ],
  versions: [
    { name: 'Version', value: '0.9.0' },
    { name: 'Address', value: 'https://id.example.org', isCode: true },
    { name: 'Database', value: 'PostgreSQL' },
  ],
}

export const adminHouseLocals: AdminHouseLocals = {
  'admin-overview': overview,
  'admin-keys': {
    frame: frame('keys'),
    keys: [
      {
        id: 'u5n2J0kqV8w3pXo1',
        algorithm: 'RS256',
        state: { text: 'Next', tone: 'plain' },
        since: '2027-01-20T10:00:00Z',
        until: undefined,
      },
      {
        id: 'Qm8Zr1sT4yLdF6hB',
        algorithm: 'RS256',
        state: { text: 'Signs', tone: 'good' },
        since: '2026-10-22T10:00:00Z',
        until: undefined,
      },
      {
        id: 'aP0eW7cN3vKjG9xM',
        algorithm: 'ES256',
        state: { text: 'Old', tone: 'plain' },
        since: '2026-07-24T10:00:00Z',
        until: '2026-11-30T10:00:00Z',
      },
    ],
    rotateUrl: '/admin/keys/rotate',
    leakedUrl: '/admin/keys/leaked',
  },
  'admin-audit': {
    frame: frame('audit'),
    filter: {
      types: [
        { value: '', text: 'Everything', isChosen: true },
        { value: 'signed_in', text: 'Signed in', isChosen: false },
      ],
      subject: '',
      client: '',
      since: '',
      until: '',
    },
    isFiltered: false,
    error: undefined,
    clearUrl: '/admin/audit',
    csvUrl: '/admin/audit.csv',
    events,
    nextUrl: '/admin/audit?cursor=5',
    firstUrl: undefined,
    verify: act('Check it now'),
    chain: { state: { text: 'Whole', tone: 'good' }, text: '1,204 events, nothing is missing or changed.' },
  },
  'admin-calibration': {
    frame: frame('calibration'),
    curve: drawCurve(sampleCalibration),
    rates,
    facts: [
      { name: 'Least score', value: '0.407' },
      { name: 'Measured on', value: 'Labeled Faces, 5,749 people, 13,233 images' },
      { name: 'Weakest group', value: 'Age over 60' },
    ],
    attacks: {
      facts: [
        { name: 'Least liveness', value: '0.72' },
        { name: 'Real people refused', value: '1.9 %, at most 3.1 %' },
      ],
      kinds: [
        { name: 'Printed photo (simulated)', captures: 300, value: '0.3 %', bound: '1.8 %' },
        { name: 'Screen', captures: 300, value: '0 %', bound: '1.2 %' },
      ],
    },
    networks: [
      {
        name: 'mobilefacenet-128',
        job: 'Recognises faces',
        licence: 'Apache-2.0',
        file: 'face_recognition_mobilefacenet.onnx',
        digest: '0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79',
      },
    ],
  },
  'admin-workers': {
    frame: frame('workers'),
    tiles: overview.tiles.slice(0, 2),
    queues: [
      {
        name: 'Mail',
        waiting: 3,
        state: { text: '3 failed before', tone: 'bad' },
        oldestAt: '2026-11-23T06:00:00Z',
        more: 'Given up after a day',
      },
      {
        name: 'Sign-outs to apps',
        waiting: 0,
        state: { text: 'Empty', tone: 'good' },
        oldestAt: undefined,
        more: '',
      },
    ],
    places: ['this machine', 'face-1.internal.example:7443'],
    facts: [],
  },
  'admin-outbox': {
    frame: frame('outbox'),
    mails: [
      {
        id: '1',
        to: 'r…@example.com',
        kind: 'Code to sign in',
        state: { text: 'Tried 3 times', tone: 'warn' },
        since: '2026-11-23T08:00:00Z',
        nextAt: '2026-11-23T08:40:00Z',
        problem: 'Mail server unreachable',
        drop: act('Drop', {
          about: 'the mail to r…@example.com',
          warning: 'It is never sent.',
          isDanger: true,
        }),
        retry: act('Send now', { about: 'the mail to r…@example.com' }),
      },
      {
        id: '2',
        to: 's…@an-organisation-with-a-long-name.example.com',
        kind: 'Sign-in from a new browser',
        state: { text: 'First try', tone: 'plain' },
        since: '2026-11-23T08:30:00Z',
        nextAt: '2026-11-23T08:30:00Z',
        problem: '',
        drop: undefined,
        retry: undefined,
      },
    ],
    nextUrl: undefined,
    firstUrl: undefined,
  },
  'admin-confirm': {
    frame: frame('subjects'),
    heading: 'Erase robin.example@example.com?',
    text: 'It happens at once and cannot be undone.',
    points: [
      'The face, all ways to sign in, the history and the address are erased.',
      'The person is signed out everywhere, and the apps are told.',
    ],
    act: act('Erase this account for good', { isDanger: true }),
    typed: { label: 'To go on, type', expected: 'robin.example@example.com' },
    box: undefined,
    backUrl: '/admin/subjects/5f0c1c52',
    backText: 'Keep the account',
    error: undefined,
  },
  'admin-join': {
    heading: 'Become an owner',
    text: 'This link works once. It makes the account that you sign in with the owner of this installation.',
    steps: [
      { text: 'Signed in', isDone: true },
      { text: 'With two factors', isDone: false },
    ],
    links: [
      { url: '/authorize', text: 'Sign in with two factors' },
      { url: '/account/passkeys', text: 'Add a passkey' },
    ],
    form: undefined,
  },
}
