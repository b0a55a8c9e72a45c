/** What else the console’s pages about the house can say. */
import type { AdminHouseLocals } from '../../src/http/admin-house-pages.ts'
import { act, auditorNote, frame } from './admin-frame.ts'
import { adminHouseLocals } from './admin-house-locals.ts'

const overview = adminHouseLocals['admin-overview']

type Variants = {
  readonly [Page in keyof AdminHouseLocals]?: Readonly<Record<string, AdminHouseLocals[Page]>>
}

export const adminHouseVariants: Variants = {
  'admin-overview': {
    quiet: { ...overview, total: 0, accepted: 0, refused: 0, hours: [], outcomes: [], acrs: [] },
  },
  'admin-keys': {
    auditor: {
      ...adminHouseLocals['admin-keys'],
      frame: frame('keys', { role: 'Auditor', note: auditorNote }),
      rotateUrl: undefined,
      leakedUrl: undefined,
    },
  },
  'admin-audit': {
    none: {
      ...adminHouseLocals['admin-audit'],
      isFiltered: true,
      events: [],
      nextUrl: undefined,
      chain: {
        state: { text: 'Broken', tone: 'bad' },
        text: 'Event 311 is missing. Look at “mien audit verify”.',
      },
      error: 'Write dates like 2026-11-23.',
    },
  },
  'admin-calibration': {
    'no-pad': {
      ...adminHouseLocals['admin-calibration'],
      attacks: undefined,
      curve: undefined,
    },
  },
  'admin-outbox': { none: { ...adminHouseLocals['admin-outbox'], mails: [] } },
  'admin-confirm': {
    wrong: {
      ...adminHouseLocals['admin-confirm'],
      error: 'Type it as it stands below.',
    },
    leaked: {
      ...adminHouseLocals['admin-confirm'],
      frame: frame('keys'),
      heading: 'The keys leaked?',
      text: 'The old keys are taken away at once.',
      act: act('Change the keys at once', { isDanger: true }),
      typed: undefined,
      box: 'I understand that everybody is asked to sign in again',
      backText: 'Leave the keys',
    },
  },
  'admin-join': {
    ready: {
      heading: 'Become an owner',
      text: 'You are signed in as robin.example@example.com with two factors.',
      steps: [],
      links: [],
      form: {
        action: '/admin/join',
        csrf: 'sample-token',
        token: 'sample',
        text: 'Become an owner',
      },
    },
  },
}
