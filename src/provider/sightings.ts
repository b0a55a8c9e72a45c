/** Notices each use of a session by an app, and so each sign-in, each sign-out asked for by an app, and each time that an app gets tokens. */
import type { KoaContextWithOIDC } from 'oidc-provider'
import type Provider from 'oidc-provider'
import type { Context } from 'koa'

export interface Sighting {
  readonly subjectId: string
  readonly sessionUid: string
  readonly acr: string | undefined
  readonly amr: readonly string[]
  readonly loginAt: Date
  readonly clientId: string | undefined
}

/** Where the library answers an authorization request: at once, or after its pages. */
const routes: ReadonlySet<unknown> = new Set([
  'authorization',
  'resume',
  'device_resume',
  'code_verification',
])

export interface Issue {
  readonly subjectId: string | undefined
  readonly clientId: string | undefined
  readonly address: string
  /** `authorization_code`, `refresh_token`… */
  readonly grantType: string
}

/** A session that its person ended on the way from an app (OpenID Connect RP-Initiated Logout). */
export interface SignOut {
  readonly subjectId: string
  readonly sessionUid: string
  /** The app that asked for it, where it said which it is. */
  readonly clientId: string | undefined
  readonly address: string
}

export interface ProtocolWatcher {
  /** Is waited for: whatever it sets on the answer gets there. */
  seen(ctx: Context, sighting: Sighting): Promise<void>
  /** Is waited for: who is told to be signed out finds it written down. */
  signedOut(signOut: SignOut): Promise<void>
  /** An app was given tokens. */
  issued(issue: Issue): void
}

/** `watcher` is asked for at each event: providers are made before those who watch them. */
export function watchProvider(provider: Provider, watcher: () => ProtocolWatcher | undefined): void {
  provider.use(async (ctx, next) => {
    await next()
    if (!isProtocol(ctx)) return
    const sighting = sightingOf(ctx)
    if (sighting !== undefined) await watcher()?.seen(ctx, sighting)
    const signOut = signOutOf(ctx)
    if (signOut !== undefined) await watcher()?.signedOut(signOut)
  })
  provider.on('grant.success', (ctx) => {
    const grantType = ctx.oidc.params?.['grant_type']
    watcher()?.issued({
      subjectId: ctx.oidc.account?.accountId,
      clientId: ctx.oidc.client?.clientId,
      address: ctx.ip,
      grantType: typeof grantType === 'string' ? grantType : '',
    })
  })
}

function sightingOf({ oidc }: KoaContextWithOIDC): Sighting | undefined {
  const { session, client, params } = oidc
  // Without an account the session is of a subject that is gone, and signs nobody in.
  if (
    oidc.account === undefined ||
    session?.accountId === undefined ||
    session.loginTs === undefined ||
    !routes.has(oidc.route)
  )
    return undefined
  const { accountId, uid, acr, amr = [], loginTs } = session
  const asked = params?.['client_id']
  return {
    subjectId: accountId,
    sessionUid: uid,
    acr,
    amr,
    loginAt: new Date(loginTs * 1000),
    clientId: client?.clientId ?? (typeof asked === 'string' ? asked : undefined),
  }
}

/** Whoever signs out of one app alone keeps the session, and has not signed out. */
function signOutOf({ oidc, status, ip }: KoaContextWithOIDC): SignOut | undefined {
  const { session, client, params, route } = oidc
  const hasEnded = route === 'end_session_confirm' && status === 303 && Boolean(params?.['logout'])
  if (!hasEnded || session?.accountId === undefined) return undefined
  return {
    subjectId: session.accountId,
    sessionUid: session.uid,
    clientId: client?.clientId,
    address: ip,
  }
}

/** The library puts its own context on every request that one of its routes takes. */
function isProtocol(ctx: Context): ctx is KoaContextWithOIDC {
  return 'oidc' in ctx && typeof ctx['oidc'] === 'object'
}
