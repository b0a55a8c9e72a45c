/** What administration does with sessions. */
import { z } from 'zod'
import type { AccessRecords } from './access-parts.ts'
import type { Acting } from './admin/acting.ts'
import { pageOf, placeOf } from './admin/cursor.ts'
import type { SessionLine, SessionService } from './admin/subject-services.ts'
import { createGrantService, emailsOf, findWhose } from './admin-grant-parts.ts'
import { requireMayTouch, requireSubject } from './admin-subject-parts.ts'
import { Fault } from './errors.ts'
import type { SessionLimits } from './provider/lifetimes.ts'
import type { SessionControl } from './session-parts.ts'
import type { OwnedSession } from './store/browser-sessions.ts'
import type { Store } from './store/open-store.ts'

export interface AdminSessionParts {
  readonly store: Store
  readonly clock: () => Date
  readonly acting: Acting
  readonly limits: SessionLimits
  readonly sessions: Pick<SessionControl, 'endOne' | 'endSessionsOf'>
  readonly access: AccessRecords
}

const sessionPlace = z.strictObject({ lastSeenAt: z.int(), id: z.string() })

export function createSessionService(parts: AdminSessionParts): SessionService {
  const { store, acting, sessions } = parts
  return {
    list: (actor, { limit, cursor, ...whose }) =>
      acting(actor, { act: 'sessions.list', target: whose.subjectId }, async () => {
        const after = placeOf(sessionPlace, cursor)
        const subjectIds = await findWhose(store, whose)
        if (subjectIds?.length === 0) return { items: [], next: undefined }
        const found = await store.browserSessions.listAll({ subjectIds, limit: limit + 1, after })
        const page = pageOf(found, limit, {
          item: (row) => row,
          place: ({ id, lastSeenAt }) => ({ id, lastSeenAt: lastSeenAt.getTime() }),
        })
        return { next: page.next, items: await viewSessions(parts, page.items) }
      }),
    end: (actor, id) =>
      acting(actor, { act: 'sessions.end', target: id }, async () => {
        const session = await store.browserSessions.find(id)
        if (session === undefined) throw new Fault('admin_not_found')
        await requireMayTouch(store, actor, session.subjectId)
        if (!(await sessions.endOne(session.subjectId, id))) throw new Fault('admin_not_found')
      }),
    endAllOf: (actor, subjectId) =>
      acting(actor, { act: 'sessions.endAllOf', target: subjectId }, async () => {
        await requireSubject(store, subjectId)
        await requireMayTouch(store, actor, subjectId)
        return sessions.endSessionsOf(subjectId)
      }),
    ...createGrantService(parts),
  }
}

/** What is over by the clock is left out; its row is purged by and by. */
async function viewSessions(
  { store, clock, limits }: AdminSessionParts,
  rows: readonly OwnedSession[],
): Promise<SessionLine[]> {
  const open = rows.filter((row) => isOpen(row, limits, clock()))
  const emails = await emailsOf(store, open)
  return open.map(({ id, subjectId, family, acr, createdAt, lastSeenAt }) => {
    return { id, subjectId, email: emails.get(subjectId), browser: family, acr, createdAt, lastSeenAt }
  })
}

/** That a session was used is noted once a minute. */
const notedSeconds = 60

function isOpen({ loginAt, lastSeenAt }: OwnedSession, limits: SessionLimits, now: Date): boolean {
  const secondsSince = (at: Date): number => (now.getTime() - at.getTime()) / 1000
  return (
    secondsSince(loginAt) <= limits.absoluteSeconds &&
    secondsSince(lastSeenAt) <= limits.idleSeconds + notedSeconds
  )
}
