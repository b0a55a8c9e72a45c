/** What a subject is told of its sessions; the sessions themselves are sealed among the provider's records. */
import { In, LessThan, type EntityManager } from 'typeorm'
import { browserSessionRows, type BrowserSessionRow } from './control-rows.ts'
import type { Database } from './database.ts'
import { timedRowId } from './row-id.ts'

export interface BrowserSession {
  readonly id: string
  /** The provider's name of the session; never shown. */
  readonly uid: string
  readonly knownBrowserId: string | undefined
  readonly family: string
  readonly acr: string | undefined
  readonly createdAt: Date
  readonly lastSeenAt: Date
}

export interface OwnedSession extends BrowserSession {
  readonly subjectId: string
  /** When the sign-in was that the session rests on now. */
  readonly loginAt: Date
}

export interface SessionPage {
  /** These alone; everybody where it is left out. */
  readonly subjectIds?: readonly string[] | undefined
  readonly limit: number
  /** The last of the page before. */
  readonly after?: { readonly lastSeenAt: number; readonly id: string } | undefined
}

export interface SeenSession {
  readonly uid: string
  readonly subjectId: string
  readonly family: string
  readonly acr: string | undefined
  readonly loginAt: Date
}

export interface BrowserSessions {
  /** @returns `begun` at a first sign-in, `renewed` where somebody signed in again, else `seen` */
  see(session: SeenSession): Promise<'begun' | 'renewed' | 'seen'>
  setBrowser(uid: string, knownBrowserId: string): Promise<void>
  /** @returns whether it was not seen for a minute, and is noted as seen now */
  touch(uid: string): Promise<boolean>
  /** Last seen first. */
  list(subjectId: string): Promise<BrowserSession[]>
  find(id: string): Promise<OwnedSession | undefined>
  /** Of everybody or some, last seen first, a page at a time: for the operator. */
  listAll(page: SessionPage): Promise<OwnedSession[]>
  remove(uids: readonly string[]): Promise<void>
}

/** Who is seen more often is noted once in so long. */
const touchEveryMs = 60_000

export function createBrowserSessions(database: Database, clock: () => Date): BrowserSessions {
  return {
    see: (session) => database.transact((manager) => noteSession(manager, session, clock().getTime())),
    setBrowser: async (uid, knownBrowserId) => {
      await database.run((manager) => manager.update(browserSessionRows, { uid }, { knownBrowserId }))
    },
    touch: async (uid) => {
      const now = clock().getTime()
      const stale = { uid, lastSeenAt: LessThan(now - touchEveryMs) }
      const { affected } = await database.run((manager) =>
        manager.update(browserSessionRows, stale, { lastSeenAt: now }),
      )
      return affected === 1
    },
    list: async (subjectId) => {
      const rows = await database.run((manager) =>
        manager.find(browserSessionRows, { where: { subjectId }, order: { lastSeenAt: 'DESC' } }),
      )
      return rows.map(sessionOf)
    },
    ...forOperator(database),
    remove: async (uids) => {
      if (uids.length === 0) return
      await database.run((manager) => manager.delete(browserSessionRows, { uid: In([...uids]) }))
    },
  }
}

function forOperator(database: Database): Pick<BrowserSessions, 'find' | 'listAll'> {
  return {
    find: async (id) => {
      const row = await database.run((manager) => manager.findOneBy(browserSessionRows, { id }))
      return row === null ? undefined : ownedOf(row)
    },
    listAll: async ({ subjectIds, limit, after }) => {
      const of = subjectIds === undefined ? {} : { subjectId: In([...subjectIds]) }
      const where =
        after === undefined
          ? of
          : [
              { ...of, lastSeenAt: LessThan(after.lastSeenAt) },
              { ...of, lastSeenAt: after.lastSeenAt, id: LessThan(after.id) },
            ]
      const order = { lastSeenAt: 'DESC', id: 'DESC' } as const
      const rows = await database.run((manager) =>
        manager.find(browserSessionRows, { where, order, take: limit }),
      )
      return rows.map(ownedOf)
    },
  }
}

async function noteSession(
  manager: EntityManager,
  { loginAt, acr: reached, ...session }: SeenSession,
  now: number,
): Promise<'begun' | 'renewed' | 'seen'> {
  const acr = reached ?? null
  const { uid, subjectId } = session
  const known = await manager.findOneBy(browserSessionRows, { uid })
  const login = { acr, loginAt: loginAt.getTime(), lastSeenAt: now }
  if (known === null || known.subjectId !== subjectId) {
    if (known !== null) await manager.delete(browserSessionRows, { id: known.id })
    const row = { id: timedRowId(now), ...session, ...login, knownBrowserId: null, createdAt: now }
    await manager.insert(browserSessionRows, row)
    return 'begun'
  }
  const isRenewed = known.loginAt !== login.loginAt || known.acr !== acr
  if (!isRenewed && now - known.lastSeenAt < touchEveryMs) return 'seen'
  await manager.update(browserSessionRows, { uid }, { ...login, family: session.family })
  return isRenewed ? 'renewed' : 'seen'
}

function ownedOf(row: BrowserSessionRow): OwnedSession {
  return { ...sessionOf(row), subjectId: row.subjectId, loginAt: new Date(row.loginAt) }
}

function sessionOf(row: BrowserSessionRow): BrowserSession {
  return {
    id: row.id,
    uid: row.uid,
    knownBrowserId: row.knownBrowserId ?? undefined,
    family: row.family,
    acr: row.acr ?? undefined,
    createdAt: new Date(row.createdAt),
    lastSeenAt: new Date(row.lastSeenAt),
  }
}
