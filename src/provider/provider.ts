/** Makes the OpenID Provider. */
import type { Middleware } from 'koa'
import Provider from 'oidc-provider'
import { createConfiguration, type ProviderDependencies } from './configuration.ts'

export function createProvider(dependencies: ProviderDependencies): Provider {
  const { issuer, trustProxy, onServerError } = dependencies
  const provider = new Provider(issuer, createConfiguration(dependencies))
  provider.proxy = trustProxy
  provider.use(pinAddress(issuer))
  provider.on('server_error', (_ctx, error) => {
    onServerError(error)
  })
  return provider
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
