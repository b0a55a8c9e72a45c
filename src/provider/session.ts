/** The provider's own session, for pages that stand beside the protocol. */
import type { Context } from 'koa'
import type Provider from 'oidc-provider'
import { cookieNames } from './cookies.ts'

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

/** Signs out of everything that this session gave access to, and forgets the browser. */
export async function endSession(provider: Provider, ctx: Context): Promise<void> {
  const session = await provider.Session.get(ctx)
  for (const { grantId, persistsLogout } of Object.values(session.authorizations ?? {})) {
    if (grantId !== undefined && persistsLogout !== true) await revoke(provider, grantId)
  }
  await session.destroy()
  const { cookies } = provider.createContext(ctx.req, ctx.res)
  const isHttps = provider.issuer.startsWith('https:')
  const options = { httpOnly: true, sameSite: 'lax', signed: true, secure: isHttps, path: '/' } as const
  // TLS may end before us; whether it does is what the issuer says.
  cookies.secure = isHttps
  cookies.set(cookieNames(provider.issuer).session, null, options)
}

async function revoke(provider: Provider, grantId: string): Promise<void> {
  const { AccessToken, RefreshToken, AuthorizationCode, Grant } = provider
  await Promise.all(
    [AccessToken, RefreshToken, AuthorizationCode].map((each) => each.revokeByGrantId(grantId)),
  )
  const grant = await Grant.find(grantId)
  await grant?.destroy()
}
