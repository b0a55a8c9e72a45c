/** Access tokens for the operator's APIs: signed, short, for one audience each (RFC 8707, RFC 9068). */
import { errors, type Configuration, type KoaContextWithOIDC } from 'oidc-provider'
import type { ClientRegistry } from './client-registry.ts'

type ResourceIndicators = NonNullable<NonNullable<Configuration['features']>['resourceIndicators']>

export function createResourceIndicators(clients: ClientRegistry): ResourceIndicators {
  return {
    enabled: true,
    getResourceServerInfo: (_ctx, indicator, client) => {
      const { resources } = clients.policyFor(client.clientId)
      const resource = resources.find(({ identifier }) => identifier === indicator)
      // The same for a resource that there is not and one that is not this client's.
      if (resource === undefined) throw new errors.InvalidTarget('resource indicator is not allowed')
      return {
        audience: resource.audience,
        scope: resource.scopes.join(' '),
        accessTokenTTL: resource.tokenSeconds,
        accessTokenFormat: 'jwt',
        jwt: { sign: { alg: resource.algorithm } },
      }
    },
    // A client that acts for itself and has one resource need not name it.
    defaultResource: (ctx, client, oneOf) => {
      if (oneOf !== undefined) return oneOf
      if (ctx.oidc.params?.['grant_type'] !== 'client_credentials') return []
      const [only, ...rest] = clients.policyFor(client.clientId).resources
      if (only === undefined || rest.length > 0) throw new errors.InvalidTarget('name a resource')
      return only.identifier
    },
    // Without a resource in the token request the token is for userinfo, whatever else was allowed.
    useGrantedResource: () => false,
  }
}

/** How and when the person signed in, for an API that asks for more at times (RFC 9068 §2.2.1, RFC 9470). */
export function describeSignIn(ctx: KoaContextWithOIDC) {
  const { AuthorizationCode: code, RefreshToken: refresh, DeviceCode: device } = ctx.oidc.entities
  const source = code ?? refresh ?? device
  if (source === undefined) return undefined
  const { acr, amr, authTime } = source
  return {
    ...(acr === undefined ? {} : { acr }),
    ...(amr === undefined ? {} : { amr }),
    ...(authTime === undefined ? {} : { auth_time: authTime }),
  }
}
