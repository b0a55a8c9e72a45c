/** Makes the OpenID Provider. */
import type { Middleware } from 'koa'
import Provider, { errors } from 'oidc-provider'
import { answeredAcr } from './answered-acr.ts'
import { compareSecretsByDigest } from './client-authentication.ts'
import { ClientsError, type Clients } from './clients.ts'
import { createConfiguration } from './configuration.ts'
import type { ProviderDependencies } from './dependencies.ts'
import { beginDevicesAtTheirFirstPage } from './device-flow.ts'
import { rememberOnce } from './replay.ts'

export function createProvider(dependencies: ProviderDependencies): Provider {
  const { issuer, trustProxy, clients, recordsOf, clock, onServerError } = dependencies
  const provider = new Provider(issuer, createConfiguration(dependencies))
  provider.proxy = trustProxy
  compareSecretsByDigest(provider, clients)
  rememberOnce(provider, recordsOf, clock)
  provider.use(pinAddress(issuer))
  Object.defineProperty(provider.OIDCContext.prototype, 'acr', {
    get(this: Parameters<typeof answeredAcr>[0]) {
      return answeredAcr(this)
    },
  })
  provider.use(beginDevicesAtTheirFirstPage(provider))
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
  for (const { client_id: id, sector_identifier_uri: sector } of metadata) {
    if (sector !== undefined) continue
    try {
      await provider.Client.find(id)
    } catch (error) {
      if (!(error instanceof errors.OIDCProviderError)) throw error
      problems.push(`client ${id}: ${error.error_description ?? error.message}`)
    }
  }
  if (problems.length > 0) throw new ClientsError(file, problems)
}

/** The library writes its endpoints from the address it was asked at; a forged Host must not get into them (security check 70). */
function pinAddress(issuer: string): Middleware {
  const { origin } = new URL(issuer)
  return async (ctx, next) => {
    const path = ctx.originalUrl.startsWith('/') ? ctx.originalUrl : '/'
    Object.defineProperty(ctx.request, 'href', { value: origin + path })
    await next()
  }
}
