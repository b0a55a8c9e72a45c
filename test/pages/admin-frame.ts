/** The frame of the console’s sample pages. */
import type { Act, ConsoleFrame, SessionRow, EventLine } from '../../src/http/admin-lines.ts'
import { placesOf } from '../../src/admin/console-places.ts'

export function frame(current: string, more: Partial<ConsoleFrame> = {}): ConsoleFrame {
  return {
    who: 'morgan@example.org',
    role: 'Owner',
    note: undefined,
    places: placesOf(current, () => true),
    csrf: 'sample-token',
    signOutAction: '/admin/sign-out',
    accountUrl: '/account',
    done: undefined,
    ...more,
  }
}

export const auditorNote = 'You are an auditor: you see everything here, and change nothing.'

export function act(text: string, more: Partial<Act> = {}): Act {
  return { action: '/admin/act', text, fields: [{ name: 'id', value: '1' }], ...more }
}

const long =
  'a.very.long.address.that.somebody.has.because.they.can@an-organisation-with-a-long-name.example.com'

export const people = {
  robin: { text: 'robin.example@example.com', url: '/admin/subjects/5f0c1c52' },
  long: { text: long, url: '/admin/subjects/7aa1' },
}

export const sessions: readonly SessionRow[] = [
  {
    id: 'one',
    browser: 'Firefox on Linux',
    how: 'Face on a trusted device',
    since: '2026-11-23T08:01:00Z',
    lastSeenAt: '2026-11-23T08:20:00Z',
    subject: people.robin,
    end: act('End', { about: 'Firefox on Linux of robin.example@example.com' }),
  },
  {
    id: 'two',
    browser: 'Samsung Internet on Android',
    how: 'Password and one-time code',
    since: '2026-11-22T17:40:00Z',
    lastSeenAt: '2026-11-22T18:05:00Z',
    subject: people.long,
    end: act('End', { about: `Samsung Internet on Android of ${long}` }),
  },
]

export const events: readonly EventLine[] = [
  {
    at: '2026-11-23T08:01:00Z',
    what: 'Signed in',
    tone: 'good',
    by: '',
    subject: people.robin,
    app: 'Aurora Notes',
    more: 'Face on a trusted device · Firefox on Linux · 192.0.2.7',
  },
  {
    at: '2026-11-23T07:58:00Z',
    what: 'Sign-in refused',
    tone: 'bad',
    by: '',
    subject: people.long,
    app: 'Harbour Mail',
    more: 'Face · no match · 2001:db8:85a3:8d3:1319:8a2e:370:7348',
  },
  {
    at: '2026-11-22T16:30:00Z',
    what: 'Authenticator app reset by an administrator',
    tone: 'warn',
    by: 'morgan@example.org',
    subject: people.robin,
    app: '',
    more: '',
  },
  {
    at: '2026-11-22T10:00:00Z',
    what: 'Signing keys changed',
    tone: 'plain',
    by: '',
    subject: undefined,
    app: '',
    more: '',
  },
]
