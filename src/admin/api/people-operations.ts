/** The operations about people: their accounts, sessions, and the access that they gave. */
import { z } from 'zod'
import { bare, operation, type Operation } from './operation.ts'
import {
  changed,
  ended,
  eraseReceipt,
  factor,
  grantLine,
  pageShape,
  paging,
  sessionLine,
  subjectDetail,
  subjectLine,
} from './shapes.ts'

const flag = z.enum(['true', 'false']).transform((text) => text === 'true')
const none = { says: 'Done.' } as const
const whose = {
  subject: z.string().max(100).optional(),
  /** The beginning of an address or name, or a whole id; of those who fit the first 200, by address. */
  query: z.string().max(320).optional(),
}

export const subjectOperations: readonly Operation[] = [
  operation({
    ...bare,
    id: 'searchSubjects',
    method: 'get',
    path: '/subjects',
    act: 'subjects.search',
    summary: 'Subjects by the beginning of an address or name, or by a whole id; all where nothing is asked',
    query: z.strictObject({ query: z.string().max(320).optional(), disabled: flag.optional(), ...paging }),
    answers: { 200: { says: 'A page of them, by address.', shape: pageShape(subjectLine) } },
    run: async ({ subjects }, { actor, query: { disabled, ...rest } }) => {
      return { status: 200, body: await subjects.search(actor, { ...rest, isDisabled: disabled }) }
    },
  }),
  operation({
    ...bare,
    id: 'showSubject',
    method: 'get',
    path: '/subjects/{subject}',
    act: 'subjects.show',
    summary: 'A subject, with the ways in which it can sign in; of a face no more than that there is one',
    answers: { 200: { says: 'The subject.', shape: subjectDetail } },
    run: async ({ subjects }, { actor, path }) => {
      return { status: 200, body: await subjects.show(actor, path['subject'] ?? '') }
    },
  }),
  ...(['disable', 'enable'] as const).map((verb) =>
    operation({
      ...bare,
      id: `${verb}Subject`,
      method: 'post',
      path: `/subjects/{subject}/${verb}`,
      act: `subjects.${verb}`,
      summary:
        verb === 'disable'
          ? 'Keeps a subject out, and ends its sessions and all access'
          : 'Lets a subject in again',
      answers: { 200: { says: 'Whether that changed anything.', shape: changed } },
      run: async ({ subjects }, { actor, path }) => {
        return { status: 200, body: { changed: await subjects[verb](actor, path['subject'] ?? '') } }
      },
    }),
  ),
  operation({
    ...bare,
    id: 'resetFactor',
    method: 'delete',
    path: '/subjects/{subject}/factors/{factor}',
    act: 'subjects.resetFactor',
    summary: 'Takes a way to sign in away, and writes to its owner, who chooses another',
    answers: { 200: { says: 'Whether there was one.', shape: changed } },
    run: async ({ subjects }, { actor, path }) => {
      const wanted = factor.parse(path['factor'])
      return {
        status: 200,
        body: { changed: await subjects.resetFactor(actor, path['subject'] ?? '', wanted) },
      }
    },
  }),
  operation({
    ...bare,
    id: 'eraseSubject',
    method: 'delete',
    path: '/subjects/{subject}',
    act: 'subjects.erase',
    summary: 'Erases a subject with everything that is kept of it; cannot be undone',
    answers: { 200: { says: 'A receipt.', shape: eraseReceipt } },
    run: async ({ subjects }, { actor, path }) => {
      return { status: 200, body: await subjects.erase(actor, path['subject'] ?? '') }
    },
  }),
]

export const sessionOperations: readonly Operation[] = [
  operation({
    ...bare,
    id: 'listSessions',
    method: 'get',
    path: '/sessions',
    act: 'sessions.list',
    summary: 'Sessions, last seen first; of one subject where it is named, or of those whom `query` fits',
    query: z.strictObject({ ...whose, ...paging }),
    answers: { 200: { says: 'A page of them.', shape: pageShape(sessionLine) } },
    run: async ({ sessions }, { actor, query: { subject, ...rest } }) => {
      return { status: 200, body: await sessions.list(actor, { ...rest, subjectId: subject }) }
    },
  }),
  operation({
    ...bare,
    id: 'endSession',
    method: 'delete',
    path: '/sessions/{session}',
    act: 'sessions.end',
    summary: 'Ends a session with all that it gave access to, and tells the apps',
    answers: { 204: none },
    run: async ({ sessions }, { actor, path }) => {
      await sessions.end(actor, path['session'] ?? '')
      return { status: 204 }
    },
  }),
  operation({
    ...bare,
    id: 'endSessionsOf',
    method: 'delete',
    path: '/subjects/{subject}/sessions',
    act: 'sessions.endAllOf',
    summary: 'Ends every session of a subject, with all access, refresh tokens too',
    answers: { 200: { says: 'How many there were.', shape: ended } },
    run: async ({ sessions }, { actor, path }) => {
      return { status: 200, body: { ended: await sessions.endAllOf(actor, path['subject'] ?? '') } }
    },
  }),
  operation({
    ...bare,
    id: 'listGrants',
    method: 'get',
    path: '/subjects/{subject}/grants',
    act: 'sessions.listGrants',
    summary: 'Which apps a subject gave access, and to what',
    query: z.strictObject(paging),
    answers: { 200: { says: 'A page of them, by name.', shape: pageShape(grantLine) } },
    run: async ({ sessions }, { actor, path, query }) => {
      const subjectId = path['subject'] ?? ''
      return { status: 200, body: await sessions.listGrants(actor, { ...query, subjectId }) }
    },
  }),
  operation({
    ...bare,
    id: 'searchGrants',
    method: 'get',
    path: '/grants',
    act: 'sessions.listGrants',
    summary:
      'Which subjects gave which apps access, by subject; of one subject or one client where it is named, or of those whom `query` fits',
    query: z.strictObject({ ...whose, client: z.string().max(200).optional(), ...paging }),
    answers: { 200: { says: 'A page of them.', shape: pageShape(grantLine) } },
    run: async ({ sessions }, { actor, query: { subject, client, ...rest } }) => {
      const wish = { ...rest, subjectId: subject, clientId: client }
      return { status: 200, body: await sessions.listGrants(actor, wish) }
    },
  }),
  operation({
    ...bare,
    id: 'revokeGrant',
    method: 'delete',
    path: '/subjects/{subject}/grants/{client}',
    act: 'sessions.revokeGrant',
    summary: 'Takes back what an app was given by a subject',
    answers: { 204: none },
    run: async ({ sessions }, { actor, path }) => {
      const grant = { subjectId: path['subject'] ?? '', clientId: path['client'] ?? '' }
      await sessions.revokeGrant(actor, grant)
      return { status: 204 }
    },
  }),
]
