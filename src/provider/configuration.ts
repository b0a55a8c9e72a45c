/** Every setting of the protocol library that departs from its defaults or that we depend on. */
import type { Client, ClientAuthMethod, ClientMetadata, Configuration } from 'oidc-provider'
import { accountOf, claimsOfScopes, subjectFor } from './account.ts'
import { createAdapterFactory, type RecordsOf } from './adapter.ts'
import {
  clientAlgorithms,
  contentEncryptionAlgorithms,
  fapiAlgorithms,
  keyEncryptionAlgorithms,
  signingAlgorithms,
} from './algorithms.ts'
import type { CertificateSettings } from './certificates.ts'
import { createAssertionCheck } from './client-authentication.ts'
import { accountClient, adminClient } from './client-metadata.ts'
import type { ClientRegistry } from './client-registry.ts'
import { cookieSettings } from './cookies.ts'
import type { ProviderDependencies } from './dependencies.ts'
import { createFeatures } from './features.ts'
import { createGrantLoader, rememberedConsents } from './grants.ts'
import { createInteractionPolicy } from './interaction-policy.ts'
import { createTtl } from './lifetimes.ts'
import { asFetch } from './outbound.ts'
import { checkRegistered } from './registration.ts'
import { describeSignIn } from './resource-indicators.ts'
import { knownScopes } from './resources.ts'
import { routes } from './routes.ts'

/** What the library would leave out of the document, or get wrong. */
const discovery = {
  prompt_values_supported: ['none', 'login', 'consent', 'select_account', 'create'],
  ui_locales_supported: ['en'],
}

export function createConfiguration(dependencies: ProviderDependencies): Configuration {
  const { issuer, clients, keys, secrets, recordsOf, accounts, pages, clock } = dependencies
  const metadata: ClientMetadata[] = [...clients.file.metadata, accountClient(issuer), adminClient(issuer)]
  const subFor = (sub: string, client: Client): string => subjectFor(secrets.pairwiseSalt, client, sub)
  return {
    adapter: createAdapterFactory(withClients(recordsOf, clients)),
    clients: metadata,
    jwks: keys,
    acrValues: dependencies.acrValues,
    scopes: [...knownScopes],
    claims: { ...claimsOfScopes },
    subjectTypes: ['public', 'pairwise'],
    responseTypes: ['code', 'none'],
    clientAuthMethods: [...authenticationMethods(dependencies.certificates)],
    enabledJWA: enabledAlgorithms(),
    assertJwtClientAuthClaimsAndHeader: createAssertionCheck(clients, clock),
    // What a sign-in for this client must be; checked by the interaction policy.
    extraClientMetadata: { properties: ['minimum_acr', 'accepted_acrs'], validator: checkRegistered },
    // A redirect address is always said, never guessed (RFC 9700 §4.1.3).
    allowOmittingSingleRegisteredRedirectUri: false,
    clockTolerance: 15,
    cookies: cookieSettings(issuer, secrets.cookieKeys),
    discovery,
    // For keys of clients and lists of sectors.
    fetch: asFetch(dependencies.outbound),
    features: createFeatures(dependencies),
    extraTokenClaims: (ctx, token) => (token.aud === undefined ? undefined : describeSignIn(ctx)),
    findAccount: async (_ctx, sub) => {
      const data = await accounts.find(sub)
      return data === undefined ? undefined : accountOf(data)
    },
    interactions: {
      policy: createInteractionPolicy(subFor),
      url: (_ctx, interaction) => `/interaction/${interaction.uid}`,
    },
    clientBasedCORS: (_ctx, origin, client) => clients.policyFor(client.clientId).corsOrigins.has(origin),
    loadExistingGrant: createGrantLoader(clients, recordsOf(rememberedConsents), clock),
    pairwiseIdentifier: (_ctx, sub, client) => subFor(sub, client),
    pkce: { required: (_ctx, client) => !clients.policyFor(client.clientId).isPkceExempt },
    renderError: (ctx, out) => pages.error(ctx, out),
    // FAPI 2.0 Security Profile §5.3.2.1: a token that is bound to a key is not taken out of the app's hands.
    rotateRefreshToken: ({ oidc }) =>
      oidc.client === undefined || !clients.policyFor(oidc.client.clientId).isFapi,
    routes,
    ttl: createTtl(clock, dependencies.sessionLimits),
  }
}

/** Where the library looks for a client, everybody looks. */
function withClients(recordsOf: RecordsOf, clients: ClientRegistry): RecordsOf {
  const ofClients = clients.recordsOf(recordsOf)
  return (model) => (model === 'Client' ? ofClients : recordsOf(model))
}

function authenticationMethods(certificates: CertificateSettings | undefined): readonly ClientAuthMethod[] {
  const always = ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'none'] as const
  if (certificates === undefined) return always
  const isVerified = certificates.verifiedHeader !== undefined
  return [...always, 'self_signed_tls_client_auth', ...(isVerified ? (['tls_client_auth'] as const) : [])]
}

function enabledAlgorithms(): Configuration['enabledJWA'] {
  const own = [...signingAlgorithms]
  const keys = [...keyEncryptionAlgorithms]
  const contents = [...contentEncryptionAlgorithms]
  return {
    idTokenSigningAlgValues: own,
    userinfoSigningAlgValues: own,
    authorizationSigningAlgValues: own,
    clientAuthSigningAlgValues: [...clientAlgorithms],
    requestObjectSigningAlgValues: [...clientAlgorithms],
    dPoPSigningAlgValues: [...fapiAlgorithms],
    idTokenEncryptionAlgValues: keys,
    idTokenEncryptionEncValues: contents,
    userinfoEncryptionAlgValues: keys,
    userinfoEncryptionEncValues: contents,
    // An answer in the browser is signed; a request is not encrypted, PAR keeps it out of the browser.
    authorizationEncryptionAlgValues: [],
    authorizationEncryptionEncValues: [],
    requestObjectEncryptionAlgValues: [],
    requestObjectEncryptionEncValues: [],
  }
}
