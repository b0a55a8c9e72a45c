/** After a change of how one signs in: the offer to sign out everywhere else (ASVS 7.4.3). */
import type { Context } from 'koa'
import { queryOf } from './guards.ts'
import type { SessionList } from './sessions.ts'
import type { SignedIn } from './sign-in.ts'

export interface ElsewhereDependencies {
  readonly activeSessions: SessionList
}

export interface Elsewhere {
  readonly action: string
  /** How many sessions would end. */
  readonly count: number
}

/** Where a page is shown again after such a change. */
export function afterChange(path: string): string {
  return `${path}?changed`
}

/** Undefined where nothing was changed just now, or nobody is signed in elsewhere. */
export async function offerElsewhere(
  { activeSessions }: ElsewhereDependencies,
  ctx: Context,
  { subjectId, sessionUid }: SignedIn,
): Promise<Elsewhere | undefined> {
  if (queryOf(ctx, 'changed') === undefined) return undefined
  const others = (await activeSessions.list(subjectId, sessionUid)).filter(({ isCurrent }) => !isCurrent)
  return others.length === 0 ? undefined : { action: '/account/sessions/end-others', count: others.length }
}
