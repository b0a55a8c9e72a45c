/** Makes the OpenID Provider. */
import { createHash } from 'node:crypto'
import type { Middleware } from 'koa'
import Provider, { errors, type ClientMetadata } from 'oidc-provider'
import { answeredAcr } from './answered-acr.ts'
import { queueLogouts } from './backchannel-logout.ts'
import { compareSecretsByDigest } from './client-authentication.ts'
import { ClientsError, type Clients } from './clients.ts'
import { createConfiguration } from './configuration.ts'
import type { ProviderDependencies } from './dependencies.ts'
import { beginDevicesAtTheirFirstPage, sayHowOftenToPoll } from './device-flow.ts'
import type { Problem } from './managed-entries.ts'
import { keysMaxAgeSeconds } from './key-schedule.ts'
import { refuseOtherMethods } from './methods.ts'
import { rememberOnce } from './replay.ts'
import { traceVisits } from './visit-traces.ts'
import { routes } from './routes.ts'

export function createProvider(dependencies: ProviderDependencies): Provider {
  const { issuer, trustProxy, clients, recordsOf, clock, logouts, onServerError } = dependencies
  const provider = new Provider(issuer, createConfiguration(dependencies))
  provider.proxy = trustProxy
  compareSecretsByDigest(provider, clients, clock)
  queueLogouts(provider, logouts)
  rememberOnce(provider, recordsOf, clock)
  provider.use(pinAddress(issuer))
  provider.use(sayWhenToTryAgain)
  provider.use(letKeysBeKept)
  provider.use(traceVisits(provider, recordsOf))
  provider.use(refuseOtherMethods())
  Object.defineProperty(provider.OIDCContext.prototype, 'acr', {
    get(this: Parameters<typeof answeredAcr>[0]) {
      return answeredAcr(this)
    },
  })
  provider.use(beginDevicesAtTheirFirstPage(provider))
  provider.use(sayHowOftenToPoll)
  provider.on('server_error', (_ctx, error) => {
    onServerError(error)
  })
  return provider
}

/**
 * The library looks at a client when it is first asked for; the operator wants to hear of a fault at start. A client with a
 * sector identifier waits all the same: a start does not depend on another server.
 * @throws {ClientsError}
 */
export async function checkClients(provider: Provider, { metadata, file }: Clients): Promise<void> {
  const problems: string[] = []
  for (const each of metadata) {
    const { client_id: id, tls_client_certificate_bound_access_tokens: isBound } = each
    if (each.sector_identifier_uri !== undefined) continue
    try {
      const client = await provider.Client.find(id)
      // Where certificates are off, the library forgets that they were asked for.
      if (isBound === true && client?.tlsClientCertificateBoundAccessTokens !== true)
        problems.push(`client ${id}: sender_constrained ${needsCertificates}`)
    } catch (error) {
      if (!(error instanceof errors.OIDCProviderError)) throw error
      problems.push(`client ${id}: ${error.error_description ?? error.message}`)
    }
  }
  if (problems.length > 0) throw new ClientsError(file, problems)
}

/** What the library says of a client that is about to be made; its sector is looked at when it is first used. */
export function checkMetadata(provider: Provider, metadata: ClientMetadata): readonly Problem[] {
  try {
    // Its types leave the constructor out.
    const client: unknown = Reflect.construct(provider.Client, [metadata])
    const isAsked = metadata.tls_client_certificate_bound_access_tokens === true
    return isAsked && !isBound(client) ? [{ path: 'sender_constrained', message: needsCertificates }] : []
  } catch (error) {
    if (!(error instanceof errors.OIDCProviderError)) throw error
    return [{ path: '', message: error.error_description ?? error.message }]
  }
}

function isBound(client: unknown): boolean {
  if (typeof client !== 'object' || client === null) return false
  return Reflect.get(client, 'tlsClientCertificateBoundAccessTokens') === true
}

const needsCertificates = 'is mtls, which needs MIEN_CLIENT_CERT_HEADER'

/** The library writes its endpoints from the address it was asked at; a forged Host must not get into them (security check 70). */
function pinAddress(issuer: string): Middleware {
  const { origin } = new URL(issuer)
  return async (ctx, next) => {
    const path = ctx.originalUrl.startsWith('/') ? ctx.originalUrl : '/'
    Object.defineProperty(ctx.request, 'href', { value: origin + path })
    await next()
  }
}

/** RFC 9110 §15.6.4. */
const sayWhenToTryAgain: Middleware = async (ctx, next) => {
  await next()
  if (ctx.status === 503) ctx.set('Retry-After', '5')
}

/** The list of public keys may be kept for a while, and need not be sent again to who has it; the rest of the answers may not be kept. */
const letKeysBeKept: Middleware = async (ctx, next) => {
  await next()
  if (ctx.path !== routes.jwks || ctx.method !== 'GET' || ctx.status !== 200) return
  ctx.set('Cache-Control', `public, max-age=${keysMaxAgeSeconds}`)
  const tag = createHash('sha256').update(JSON.stringify(ctx.body)).digest('base64url')
  ctx.set('ETag', `"${tag}"`)
  if (ctx.fresh) {
    ctx.body = null
    ctx.status = 304
  }
}
