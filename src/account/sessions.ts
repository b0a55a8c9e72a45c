/** Where the subject is signed in now, and signing out there. */
import type Router from '@koa/router'
import { type AccountEvents } from '../interactions/events.ts'
import { readAct, seeOther, type GuardDependencies } from './guards.ts'
import type { SignedIn } from './sign-in.ts'

export interface ActiveSession {
  readonly id: string
  readonly family: string
  readonly acr: string | undefined
  readonly createdAt: Date
  readonly lastSeenAt: Date
  readonly isCurrent: boolean
}

export interface SessionList {
  list(subjectId: string, currentUid: string): Promise<readonly ActiveSession[]>
}

export interface SessionsSectionDependencies extends GuardDependencies {
  readonly activeSessions: SessionList & {
    endOne(subjectId: string, id: string): Promise<boolean>
    endSessionsOf(subjectId: string, options?: { readonly except?: string | undefined }): Promise<number>
  }
  readonly events: AccountEvents
}

export interface SessionLine {
  readonly id: string
  readonly family: string
  readonly signedInBy: string
  /** ISO 8601. */
  readonly since: string
  readonly lastSeenAt: string
  readonly isCurrent: boolean
}

export function sessionsSection(router: Router, dependencies: SessionsSectionDependencies): void {
  const { activeSessions, events } = dependencies
  router.post('/account/sessions/end', async (ctx) => {
    const { signedIn, form } = await readAct(dependencies, ctx)
    const { subjectId } = signedIn
    const hasEnded = await activeSessions.endOne(subjectId, form['session'] ?? '')
    if (hasEnded) await events.happened({ type: 'session_ended', subjectId, address: ctx.ip })
    seeOther(ctx, '/account/devices')
  })
  router.post('/account/sessions/end-others', async (ctx) => {
    const { signedIn } = await readAct(dependencies, ctx)
    await activeSessions.endSessionsOf(signedIn.subjectId, { except: signedIn.sessionUid })
    seeOther(ctx, '/account/devices')
  })
  router.post('/account/sessions/end-all', async (ctx) => {
    const { signedIn } = await readAct(dependencies, ctx)
    await activeSessions.endSessionsOf(signedIn.subjectId)
    seeOther(ctx, '/')
  })
}

export async function viewSessions(
  sessions: SessionList,
  { subjectId, sessionUid }: SignedIn,
): Promise<SessionLine[]> {
  const all = await sessions.list(subjectId, sessionUid)
  return all.map(({ id, family, acr, createdAt, lastSeenAt, isCurrent }) => ({
    id,
    family,
    signedInBy: nameAcr(acr),
    since: createdAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    isCurrent,
  }))
}

const namesOfAcrs: Readonly<Record<string, string>> = {
  'urn:mien:acr:face': 'Face',
  'urn:mien:acr:face-device': 'Face on a trusted device',
  'urn:mien:acr:face-passkey': 'Face and passkey',
  'urn:mien:acr:password': 'Password',
  'urn:mien:acr:password-otp': 'Password and one-time code',
  'urn:mien:acr:passkey': 'Passkey',
  'urn:mien:acr:email': 'Code by mail',
}

/** How a sign-in was, in words; empty where it is not known. */
export function nameAcr(acr: string | undefined): string {
  return acr === undefined ? '' : (namesOfAcrs[acr] ?? '')
}
