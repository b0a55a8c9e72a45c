/** Tells of what the protocol answered, in words of the standards alone: neither who asked nor what. */
import type Provider from 'oidc-provider'
import type { errors, KoaContextWithOIDC } from 'oidc-provider'

export interface ProtocolObserver {
  /** An app was given tokens. */
  granted(grantType: string): void
  refused(endpoint: string, code: string): void
  revoked(): void
  introspected(): void
}

/** Named as the library does; `grant` is the token endpoint. */
const places = [
  'authorization',
  'code_verification',
  'device_authorization',
  'device_resume',
  'end_session',
  'end_session_confirm',
  'grant',
  'introspection',
  'pushed_authorization_request',
  'registration_create',
  'registration_delete',
  'registration_read',
  'registration_update',
  'revocation',
  'userinfo',
] as const

export function observeProtocol(provider: Provider, observer: ProtocolObserver): void {
  provider.on('grant.success', (ctx) => {
    const grantType = ctx.oidc.params?.['grant_type']
    observer.granted(typeof grantType === 'string' ? grantType : '')
  })
  // Typed in the library's own declarations for some of these events alone; all are told the same way.
  const on: (
    event: string,
    hear: (ctx: KoaContextWithOIDC, error: errors.OIDCProviderError) => void,
  ) => unknown = provider.on.bind(provider)
  for (const place of places)
    on(`${place}.error`, (_ctx, { error }) => {
      observer.refused(place, error)
    })
  provider.on('server_error', ({ oidc }) => {
    observer.refused(oidc.route, 'server_error')
  })
  provider.use(async (ctx, next) => {
    await next()
    const route = 'oidc' in ctx && ctx.status === 200 ? routeOf(ctx) : undefined
    if (route === 'revocation') observer.revoked()
    if (route === 'introspection') observer.introspected()
  })
}

function routeOf(ctx: object): unknown {
  return 'oidc' in ctx && typeof ctx.oidc === 'object' && ctx.oidc !== null && 'route' in ctx.oidc
    ? ctx.oidc.route
    : undefined
}
