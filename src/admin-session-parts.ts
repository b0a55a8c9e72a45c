/** What administration does with sessions and with the access that apps were given. */
import { z } from 'zod'
import type { AccessRecords } from './access-parts.ts'
import type { Acting } from './admin/acting.ts'
import { pageOf, placeOf } from './admin/cursor.ts'
import type { SessionLine, SessionService } from './admin/subject-services.ts'
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
const grantPlace = z.strictObject({ at: z.int().nonnegative() })

export function createSessionService(parts: AdminSessionParts): SessionService {
  const { store, acting, sessions } = parts
  return {
    list: (actor, { subjectId, limit, cursor }) =>
      acting(actor, { act: 'sessions.list', target: subjectId }, async () => {
        const after = placeOf(sessionPlace, cursor)
        const found = await store.browserSessions.listAll({ subjectId, limit: limit + 1, after })
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
    ...grants(parts),
  }
}

function grants({
  store,
  acting,
  access,
}: AdminSessionParts): Pick<SessionService, 'listGrants' | 'revokeGrant'> {
  return {
    listGrants: (actor, { subjectId, limit, cursor }) =>
      acting(actor, { act: 'sessions.listGrants', target: subjectId }, async () => {
        const begin = placeOf(grantPlace, cursor)?.at ?? 0
        await requireSubject(store, subjectId)
        const all = (await access.list(subjectId)).map((each, at) => ({ ...each, at }))
        return pageOf(all.slice(begin, begin + limit + 1), limit, {
          item: ({ clientId, name, scopes, since }) => ({ subjectId, clientId, name, scopes, since }),
          place: ({ at }) => ({ at: at + 1 }),
        })
      }),
    revokeGrant: (actor, { subjectId, clientId }) =>
      acting(
        actor,
        { act: 'sessions.revokeGrant', target: subjectId, detail: { app: clientId } },
        async () => {
          await requireSubject(store, subjectId)
          await requireMayTouch(store, actor, subjectId)
          if (!(await access.revoke(subjectId, clientId))) throw new Fault('admin_not_found')
        },
      ),
  }
}

/** What is over by the clock is left out; its row is purged by and by. */
async function viewSessions(
  { store, clock, limits }: AdminSessionParts,
  rows: readonly OwnedSession[],
): Promise<SessionLine[]> {
  const open = rows.filter((row) => isOpen(row, limits, clock()))
  const subjects = await store.subjectSearch.findMany([...new Set(open.map(({ subjectId }) => subjectId))])
  const emails = new Map(subjects.map(({ id, email }) => [id, email]))
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
