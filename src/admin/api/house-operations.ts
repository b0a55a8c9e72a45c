/** The operations about the house itself: keys, audit trail, calibration, health, outbox, administrators. */
import { z } from 'zod'
import { bare, operation, type Operation } from './operation.ts'
import {
  administratorLine,
  administratorList,
  auditLine,
  calibration,
  chainReport,
  health,
  keyList,
  newInvitation,
  outboxLine,
  pageShape,
  paging,
  roleWish,
  signInCounts,
} from './shapes.ts'

const none = { 204: { says: 'Done.' } } as const
const text = z.string().min(1).max(200)
const moment = z.iso.datetime({ offset: true }).transform((given) => new Date(given))

const auditFilter = {
  subject: text.optional(),
  client: text.optional(),
  /** Several with commas between them. */
  type: z
    .string()
    .regex(/^[a-z_]{1,60}(,[a-z_]{1,60}){0,19}$/)
    .transform((given) => given.split(','))
    .optional(),
  outcome: text.optional(),
  since: moment.optional(),
  until: moment.optional(),
}
const auditQuery = z.strictObject(auditFilter)

function filterOf({ subject, client, type, outcome, since, until }: z.output<typeof auditQuery>) {
  return { subjectId: subject, clientId: client, types: type, outcome, since, until }
}

const keyOperations: readonly Operation[] = [
  operation({
    ...bare,
    id: 'listKeys',
    method: 'get',
    path: '/keys',
    act: 'keys.list',
    summary: 'The keys that sign, are to sign, or still verify; their public names alone',
    answers: { 200: { says: 'The keys.', shape: keyList } },
    run: async ({ keys }, { actor }) => ({ status: 200, body: { items: await keys.list(actor) } }),
  }),
  ...(['rotate', 'leaked'] as const).map((verb) =>
    operation({
      ...bare,
      id: verb === 'rotate' ? 'rotateKeys' : 'replaceLeakedKeys',
      method: 'post',
      path: `/keys/${verb}`,
      act: `keys.${verb}`,
      summary:
        verb === 'rotate'
          ? 'Makes the next keys: shown now, signing in two hours'
          : 'Replaces the keys at once: what the old ones signed is worth nothing any more',
      answers: { 200: { says: 'The keys.', shape: keyList } },
      run: async ({ keys }, { actor }) => ({ status: 200, body: { items: await keys[verb](actor) } }),
    }),
  ),
]

const auditOperations: readonly Operation[] = [
  operation({
    ...bare,
    id: 'listEvents',
    method: 'get',
    path: '/audit',
    act: 'audit.list',
    summary: 'The audit trail, newest first',
    query: z.strictObject({ ...auditFilter, ...paging }),
    answers: { 200: { says: 'A page of it.', shape: pageShape(auditLine) } },
    run: async ({ audit }, { actor, query: { limit, cursor, ...filter } }) => {
      return { status: 200, body: await audit.list(actor, { ...filterOf(filter), limit, cursor }) }
    },
  }),
  operation({
    ...bare,
    id: 'exportEvents',
    method: 'get',
    path: '/audit.csv',
    act: 'audit.csv',
    summary: 'The audit trail as CSV (RFC 4180), newest first, at most 100,000 lines',
    query: auditQuery,
    answers: { 200: { says: 'The lines.', type: 'text/csv' } },
    run: async ({ audit }, { actor, query }) => {
      return { status: 200, csv: await audit.csv(actor, filterOf(query)) }
    },
  }),
]

const verification = operation({
  ...bare,
  id: 'verifyEvents',
  method: 'post',
  path: '/audit/verify',
  act: 'audit.verify',
  summary: 'Reads the whole chain of the audit trail: the longer it is, the longer that takes',
  answers: { 200: { says: 'How many events verify, and where it does not hold.', shape: chainReport } },
  run: async ({ audit }, { actor }) => ({ status: 200, body: await audit.verify(actor) }),
})

const machineOperations: readonly Operation[] = [
  operation({
    ...bare,
    id: 'showCalibration',
    method: 'get',
    path: '/calibration',
    act: 'calibration.inForce',
    summary: 'What faces are judged by: threshold, measured error rates, networks',
    answers: { 200: { says: 'The calibration in force.', shape: calibration } },
    run: async (services, { actor }) => ({ status: 200, body: await services.calibration.inForce(actor) }),
  }),
  operation({
    ...bare,
    id: 'showHealth',
    method: 'get',
    path: '/health',
    act: 'health.report',
    summary: 'Workers, database and queues',
    answers: { 200: { says: 'How it is now.', shape: health } },
    run: async (services, { actor }) => ({ status: 200, body: await services.health.report(actor) }),
  }),
  operation({
    ...bare,
    id: 'showSignIns',
    method: 'get',
    path: '/health/sign-ins',
    act: 'health.report',
    summary: 'Sign-ins and refusals of the last 24 hours, by the hour and by level; counted once a minute',
    answers: { 200: { says: 'The counts; hour 23 is the one that runs.', shape: signInCounts } },
    run: async ({ health: house }, { actor }) => {
      return { status: 200, body: { items: await house.signIns(actor) } }
    },
  }),
  operation({
    ...bare,
    id: 'listOutbox',
    method: 'get',
    path: '/outbox',
    act: 'outbox.list',
    summary: 'Mails that wait, oldest first; never their words',
    query: z.strictObject(paging),
    answers: { 200: { says: 'A page of them.', shape: pageShape(outboxLine) } },
    run: async ({ outbox }, { actor, query }) => ({ status: 200, body: await outbox.list(actor, query) }),
  }),
  operation({
    ...bare,
    id: 'retryMail',
    method: 'post',
    path: '/outbox/{mail}/retry',
    act: 'outbox.retry',
    summary: 'Tries a waiting mail again now',
    answers: none,
    run: async ({ outbox }, { actor, path }) => {
      await outbox.retry(actor, path['mail'] ?? '')
      return { status: 204 }
    },
  }),
  operation({
    ...bare,
    id: 'dropMail',
    method: 'delete',
    path: '/outbox/{mail}',
    act: 'outbox.drop',
    summary: 'Drops a waiting mail',
    answers: none,
    run: async ({ outbox }, { actor, path }) => {
      await outbox.drop(actor, path['mail'] ?? '')
      return { status: 204 }
    },
  }),
]

const administratorOperations: readonly Operation[] = [
  operation({
    ...bare,
    id: 'listAdministrators',
    method: 'get',
    path: '/administrators',
    act: 'administrators.list',
    summary: 'Who administers, and which invitations are open',
    answers: { 200: { says: 'Both.', shape: administratorList } },
    run: async ({ administrators }, { actor }) => ({ status: 200, body: await administrators.list(actor) }),
  }),
  operation({
    ...bare,
    id: 'inviteAdministrator',
    method: 'post',
    path: '/administrators/invitations',
    act: 'administrators.invite',
    summary: 'Makes a one-time address, told this once, behind which somebody becomes an administrator',
    body: roleWish,
    answers: { 201: { says: 'The invitation and its address.', shape: newInvitation } },
    run: async ({ administrators }, { actor, body }) => {
      return { status: 201, body: await administrators.invite(actor, body.role) }
    },
  }),
  operation({
    ...bare,
    id: 'withdrawInvitation',
    method: 'delete',
    path: '/administrators/invitations/{invitation}',
    act: 'administrators.withdraw',
    summary: 'Takes an invitation back',
    answers: none,
    run: async ({ administrators }, { actor, path }) => {
      await administrators.withdraw(actor, path['invitation'] ?? '')
      return { status: 204 }
    },
  }),
  operation({
    ...bare,
    id: 'changeRole',
    method: 'put',
    path: '/administrators/{subject}',
    act: 'administrators.changeRole',
    summary: 'Gives an administrator another role; there is always an owner left',
    body: roleWish,
    answers: { 200: { says: 'The administrator.', shape: administratorLine } },
    run: async ({ administrators }, { actor, path, body }) => {
      return { status: 200, body: await administrators.changeRole(actor, path['subject'] ?? '', body.role) }
    },
  }),
  operation({
    ...bare,
    id: 'removeAdministrator',
    method: 'delete',
    path: '/administrators/{subject}',
    act: 'administrators.remove',
    summary: 'Dismisses an administrator; the account stays, and there is always an owner left',
    answers: none,
    run: async ({ administrators }, { actor, path }) => {
      await administrators.remove(actor, path['subject'] ?? '')
      return { status: 204 }
    },
  }),
]

export const houseOperations: readonly Operation[] = [
  ...keyOperations,
  ...auditOperations,
  verification,
  ...machineOperations,
  ...administratorOperations,
]
