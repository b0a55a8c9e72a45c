/** Notices each use of a session by an app, and so each sign-in. */
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

export function watchSessions(
  provider: Provider,
  seen: (ctx: Context, sighting: Sighting) => Promise<void>,
): void {
  provider.use(async (ctx, next) => {
    await next()
    const sighting = isProtocol(ctx) ? sightingOf(ctx) : undefined
    if (sighting !== undefined) await seen(ctx, sighting)
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

/** The library puts its own context on every request that one of its routes takes. */
function isProtocol(ctx: Context): ctx is KoaContextWithOIDC {
  return 'oidc' in ctx && typeof ctx['oidc'] === 'object'
}
