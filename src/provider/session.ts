/** The provider's own session, for pages that stand beside the protocol. */
import type { Context } from 'koa'
import type Provider from 'oidc-provider'
import { cookieNames } from './cookies.ts'
import { sessionSecondsLeft, type SessionLimits } from './lifetimes.ts'
import { appsOf, revokeGrant, type LoggedOut } from './session-ends.ts'

export interface SignedIn {
  readonly subjectId: string
  readonly sessionUid: string
  readonly loginAt: Date
  readonly acr: string | undefined
  readonly amr: readonly string[]
}

export async function findSignedIn(provider: Provider, ctx: Context): Promise<SignedIn | undefined> {
  const { accountId, uid, loginTs, acr, amr } = await provider.Session.get(ctx)
  if (accountId === undefined || loginTs === undefined) return undefined
  return { subjectId: accountId, sessionUid: uid, loginAt: new Date(loginTs * 1000), acr, amr: amr ?? [] }
}

/** When the session of this uid began; undefined where it is over. */
export async function findLoginTime(provider: Provider, sessionUid: string): Promise<Date | undefined> {
  const session = await provider.Session.findByUid(sessionUid)
  return session?.loginTs === undefined ? undefined : new Date(session.loginTs * 1000)
}

/** A page beside the protocol was used: the session lives on, as it would after a request of an app. */
export async function prolongSession(
  provider: Provider,
  ctx: Context,
  { limits, now }: { readonly limits: SessionLimits; readonly now: Date },
): Promise<void> {
  const session = await provider.Session.get(ctx)
  if (session.accountId === undefined) return
  await session.save(sessionSecondsLeft(session.loginTs, now, limits))
  writeCookie(provider, ctx, { value: session.jti, expires: new Date(session.exp * 1000) })
}

/** Signs out of everything that this session gave access to, and forgets the browser. @returns the apps that had a part in it */
export async function endSession(provider: Provider, ctx: Context): Promise<readonly LoggedOut[]> {
  const session = await provider.Session.get(ctx)
  const apps = appsOf(session)
  for (const { grantId, persistsLogout } of Object.values(session.authorizations ?? {})) {
    if (grantId !== undefined && persistsLogout !== true) await revokeGrant(provider, grantId)
  }
  await session.destroy()
  writeCookie(provider, ctx, { value: null })
  return apps
}

function writeCookie(
  provider: Provider,
  ctx: Context,
  { value, ...rest }: { readonly value: string | null; readonly expires?: Date },
): void {
  const { cookies } = provider.createContext(ctx.req, ctx.res)
  const isHttps = provider.issuer.startsWith('https:')
  const options = { httpOnly: true, sameSite: 'lax', signed: true, secure: isHttps, path: '/' } as const
  // TLS may end before us; whether it does is what the issuer says.
  cookies.secure = isHttps
  cookies.set(cookieNames(provider.issuer).session, value, { ...options, ...rest })
}
