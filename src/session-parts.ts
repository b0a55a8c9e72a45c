/** Sessions as their owner sees them: noticed as they are used, listed, ended; what the provider and the store know of them joined. */
import type { Context } from 'koa'
import type { KnownBrowsers } from './interactions/known-browser.ts'
import { browserFamily } from './interactions/browser-family.ts'
import { prolongSession, endSession, findSignedIn, type SignedIn } from './provider/session.ts'
import {
  createLogoutNotifier,
  endSessionByUid,
  grantIdsOf,
  revokeGrant,
  type SessionEndDependencies,
} from './provider/session-ends.ts'
import type { SessionLimits } from './provider/lifetimes.ts'
import type { Issue, ProtocolWatcher, Sighting, SignOut } from './provider/sightings.ts'
import type { Store } from './store/open-store.ts'

export interface ActiveSession {
  readonly id: string
  /** Such as “Firefox on Linux”. */
  readonly family: string
  readonly acr: string | undefined
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly isCurrent: boolean
}

export interface SessionControl {
  /** Tells apps that a sign-out reached them; not to be waited for. */
  readonly notifyLoggedOut: SessionEndDependencies['notifyLoggedOut']
  signedIn(ctx: Context): Promise<SignedIn | undefined>
  /** Ends the session of this very browser. */
  end(ctx: Context): Promise<void>
  list(subjectId: string, currentUid: string | undefined): Promise<ActiveSession[]>
  /** One of the subject's own, by the id of the list. @returns whether there was one */
  endOne(subjectId: string, id: string): Promise<boolean>
  /**
   * Ends the sessions of the subject with all access that they gave, refresh tokens too, and tells the apps.
   * @param options.except the uid of a session that stays, with what it gave access to
   */
  endSessionsOf(subjectId: string, options?: { readonly except?: string | undefined }): Promise<number>
  /** Those in one browser. */
  endSessionsIn(subjectId: string, knownBrowserId: string): Promise<number>
}

export interface SessionParts {
  readonly provider: SessionEndDependencies['provider']
  readonly store: Pick<Store, 'oidc' | 'browserSessions' | 'knownBrowsers' | 'audit'>
  readonly clock: () => Date
  readonly limits: SessionLimits
  readonly knownBrowsers: KnownBrowsers
  readonly watchWith: (watcher: ProtocolWatcher) => void
  /** What could not be written down in the background. */
  readonly onFailure: (error: unknown) => void
  readonly onLogoutFailure: (clientId: string, error: unknown) => void
  /** A sign-in in a browser that is new to a subject which has others. */
  readonly onNewBrowser: (arrival: NewBrowser) => Promise<void>
}

export interface NewBrowser {
  readonly subjectId: string
  readonly knownBrowserId: string
  readonly family: string
  readonly at: Date
  readonly address: string
  readonly clientId: string | undefined
}

export function createSessionControl(parts: SessionParts): SessionControl {
  const { provider, onLogoutFailure } = parts
  const ends = { provider, notifyLoggedOut: createLogoutNotifier(provider, onLogoutFailure) }
  parts.watchWith({
    seen: (ctx, sighting) => noteSighting(parts, ctx, sighting),
    signedOut: (signOut) => noteSignOut(parts, signOut).catch(parts.onFailure),
    issued: (issue) => {
      noteIssue(parts, issue).catch(parts.onFailure)
    },
  })
  const { notifyLoggedOut } = ends
  return { notifyLoggedOut, ...ownSession(parts, ends), ...allSessions(parts, ends) }
}

/** Of the browser at hand. */
function ownSession(
  { provider, store, clock, limits }: SessionParts,
  ends: SessionEndDependencies,
): Pick<SessionControl, 'signedIn' | 'end'> {
  return {
    signedIn: async (ctx) => {
      const found = await findSignedIn(provider, ctx)
      if (found === undefined) return undefined
      if (await store.browserSessions.touch(found.sessionUid)) {
        await prolongSession(provider, ctx, { limits, now: clock() })
      }
      return found
    },
    end: async (ctx) => {
      const found = await findSignedIn(provider, ctx)
      ends.notifyLoggedOut(await endSession(provider, ctx))
      if (found === undefined) return
      await noteSignOut({ store }, { ...found, clientId: undefined, address: ctx.ip })
    },
  }
}

/** Of the subject, in any browser. */
function allSessions(
  { provider, store }: SessionParts,
  ends: SessionEndDependencies,
): Omit<SessionControl, 'signedIn' | 'end' | 'notifyLoggedOut'> {
  const { browserSessions, oidc, audit } = store
  const endAll = async (subjectId: string, uids: readonly string[]): Promise<number> => {
    const ended = await Promise.all(uids.map((uid) => endSessionByUid(ends, uid)))
    await browserSessions.remove(uids)
    const count = ended.filter(Boolean).length
    if (count > 0) await audit.append({ type: 'sessions_ended', subjectId, detail: { count } })
    return count
  }
  return {
    list: async (subjectId, currentUid) => {
      const open = new Set((await listOpen(store, subjectId)).map(({ uid }) => uid))
      const rows = (await browserSessions.list(subjectId)).filter(({ uid }) => open.has(uid))
      return rows.map(({ uid, id, family, acr, createdAt, lastSeenAt }) => {
        return { id, family, acr, createdAt, lastSeenAt, isCurrent: uid === currentUid }
      })
    },
    endOne: async (subjectId, id) => {
      const row = (await browserSessions.list(subjectId)).find((each) => each.id === id)
      return row !== undefined && (await endAll(subjectId, [row.uid])) > 0
    },
    endSessionsOf: async (subjectId, { except } = {}) => {
      const open = await listOpen(store, subjectId)
      const kept = new Set(open.filter(({ uid }) => uid === except).flatMap(({ grantIds }) => grantIds))
      const uids = open.map(({ uid }) => uid).filter((uid) => uid !== except)
      const count = await endAll(subjectId, uids)
      // Access that outlived its session: refresh tokens of apps that stay signed in.
      for (const { jti } of await oidc.listOf('Grant', subjectId)) {
        if (typeof jti === 'string' && !kept.has(jti)) await revokeGrant(provider, jti)
      }
      return count
    },
    endSessionsIn: async (subjectId, knownBrowserId) => {
      const rows = await browserSessions.list(subjectId)
      const there = rows.filter((each) => each.knownBrowserId === knownBrowserId)
      const uids = there.map(({ uid }) => uid)
      return endAll(subjectId, uids)
    },
  }
}

interface OpenSession {
  readonly uid: string
  readonly grantIds: readonly string[]
}

async function listOpen(store: Pick<Store, 'oidc'>, subjectId: string): Promise<OpenSession[]> {
  const payloads = await store.oidc.listOf('Session', subjectId)
  return payloads.flatMap((payload) => {
    const { uid, authorizations } = payload
    if (typeof uid !== 'string') return []
    return [{ uid, grantIds: isAuthorizations(authorizations) ? grantIdsOf({ authorizations }) : [] }]
  })
}

type Authorizations = NonNullable<Parameters<typeof grantIdsOf>[0]['authorizations']>

function isAuthorizations(value: unknown): value is Authorizations {
  return typeof value === 'object' && value !== null
}

async function noteSignOut(
  { store }: Pick<SessionParts, 'store'>,
  { subjectId, sessionUid, clientId, address }: SignOut,
): Promise<void> {
  await store.browserSessions.remove([sessionUid])
  await store.audit.append({ type: 'signed_out', subjectId, clientId, address })
}

/** Which app used what it was given, and when. */
async function noteIssue({ store }: SessionParts, issue: Issue): Promise<void> {
  const { grantType, ...who } = issue
  await store.audit.append({ type: 'tokens_issued', ...who, detail: { grantType } })
}

/** Each sign-in is an entry of the audit trail; the first in a browser is told to its owner. */
async function noteSighting(parts: SessionParts, ctx: Context, sighting: Sighting): Promise<void> {
  const { store, knownBrowsers } = parts
  const { subjectId, sessionUid: uid, acr, loginAt, clientId } = sighting
  const family = browserFamily(ctx.get('User-Agent'))
  const outcome = await store.browserSessions.see({ uid, subjectId, family, acr, loginAt })
  if (outcome === 'seen') return
  const browserDigest = knownBrowsers.remember(ctx, subjectId)
  const browser = await store.knownBrowsers.remember({ subjectId, browserDigest, family })
  await store.browserSessions.setBrowser(uid, browser.id)
  const detail = { browser: family, amr: sighting.amr.join(' ') }
  const address = ctx.ip
  await store.audit.append({
    type: 'signed_in',
    outcome: 'accepted',
    subjectId,
    clientId,
    address,
    acr,
    detail,
  })
  if (!browser.isNew || browser.isFirst) return
  const arrival = { subjectId, knownBrowserId: browser.id, family, at: loginAt, address, clientId }
  await parts.onNewBrowser(arrival)
}
