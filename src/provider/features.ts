/** Which parts of the protocol are on, and how each is held. */
import { hkdfSync } from 'node:crypto'
import type { Configuration } from 'oidc-provider'
import { createCertificates } from './certificates.ts'
import type { ProviderDependencies } from './dependencies.ts'
import { createDeviceFlow } from './device-flow.ts'
import { assertFapiRequestObject } from './fapi.ts'
import { createRegistration } from './registration.ts'
import { createResourceIndicators } from './resource-indicators.ts'

type Features = NonNullable<Configuration['features']>

export function createFeatures(dependencies: ProviderDependencies): Features {
  const { clients, secrets } = dependencies
  const isFapi = (clientId: string): boolean => clients.policyFor(clientId).isFapi
  return {
    devInteractions: { enabled: false },
    claimsParameter: { enabled: true },
    clientCredentials: { enabled: true },
    deviceFlow: createDeviceFlow(dependencies.pages),
    ...createCertificates(dependencies.certificates),
    ...createRegistration(dependencies.registrationToken),
    // Each proof once, and made lately: its nonce is ours (RFC 9449 §8).
    dPoP: {
      enabled: true,
      nonceSecret: Buffer.from(hkdfSync('sha256', secrets.recordKey, '', 'dpop nonces', 32)),
      requireNonce: () => true,
    },
    encryption: { enabled: true },
    fapi: {
      enabled: true,
      profile: ({ oidc }) => (oidc.client !== undefined && isFapi(oidc.client.clientId) ? '2.0' : undefined),
    },
    jwtResponseModes: { enabled: true },
    jwtUserinfo: { enabled: true },
    pushedAuthorizationRequests: { enabled: true, requirePushedAuthorizationRequests: false },
    requestObjects: {
      enabled: true,
      assertJwtClaimsAndHeader: (ctx, claims, ...[header, client]) => {
        if (isFapi(client.clientId)) assertFapiRequestObject(ctx, claims, header)
      },
    },
    resourceIndicators: createResourceIndicators(clients),
    userinfo: { enabled: true },
    ...tokenFeatures(),
    ...logoutFeatures(dependencies),
  }
}

/** Each client may ask about and revoke its own tokens alone. */
function tokenFeatures() {
  return {
    introspection: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
    },
    revocation: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
    },
  } satisfies Features
}

function logoutFeatures({ pages }: ProviderDependencies) {
  return {
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: {
      enabled: true,
      logoutSource: (ctx) => {
        const secret = ctx.oidc.session?.state?.['secret']
        if (typeof secret !== 'string') throw new TypeError('a sign-out without its secret')
        const action = ctx.oidc.urlFor('end_session_confirm')
        return pages.confirmSignOut(ctx, { action, xsrf: secret, clientName: ctx.oidc.client?.clientName })
      },
      postLogoutSuccessSource: (ctx) => pages.signedOut(ctx),
    },
  } satisfies Features
}
