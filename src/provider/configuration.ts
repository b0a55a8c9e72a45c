/** Every setting of the protocol library that departs from its defaults or that we depend on. */
import type {
  AdapterFactory,
  ClientMetadata,
  Configuration,
  ErrorOut,
  KoaContextWithOIDC,
  RefreshToken,
} from 'oidc-provider'
import { accountOf, claimsOfScopes, pairwiseSubject, type AccountData } from './account.ts'
import { accountClientId, knownScopes } from './client-schema.ts'
import { accountClient, type Clients } from './clients.ts'
import { createInteractionPolicy } from './interaction-policy.ts'
import type { Secrets } from './secrets.ts'
import { signingAlgorithms, type SigningKeys } from './signing-keys.ts'

/** The pages that the library asks for; each writes the answer. */
export interface ProviderPages {
  error(ctx: KoaContextWithOIDC, out: ErrorOut): Promise<void>
  /** Posts `xsrf` to `action`, with `logout=yes` to sign out. */
  confirmSignOut(
    ctx: KoaContextWithOIDC,
    form: { readonly action: string; readonly xsrf: string; readonly clientName: string | undefined },
  ): Promise<void>
  signedOut(ctx: KoaContextWithOIDC): Promise<void>
}

export interface ProviderDependencies {
  readonly issuer: string
  readonly trustProxy: boolean
  /** Every `acr` that a sign-in here can reach. */
  readonly acrValues: readonly string[]
  readonly clock: () => Date
  readonly clients: Clients
  readonly keys: SigningKeys
  readonly secrets: Pick<Secrets, 'cookieKeys' | 'pairwiseSalt'>
  readonly adapterFactory: AdapterFactory
  readonly accounts: { find(sub: string): Promise<AccountData | undefined> }
  readonly pages: ProviderPages
  /** A bug, not a refusal: for the log. */
  readonly onServerError: (error: Error) => void
}

/** Seconds. The session's is absolute: signing in starts it, using it does not prolong it. */
export const lifetimes = {
  code: 60,
  accessToken: 600,
  idToken: 600,
  refreshToken: 14 * 86_400,
  session: 12 * 3600,
  interaction: 900,
} as const

export function createConfiguration(dependencies: ProviderDependencies): Configuration {
  const { issuer, clients, keys, secrets, adapterFactory, accounts, pages } = dependencies
  const metadata: ClientMetadata[] = [...clients.metadata, accountClient(issuer)]
  return {
    adapter: adapterFactory,
    clients: metadata,
    jwks: keys,
    acrValues: dependencies.acrValues,
    scopes: [...knownScopes],
    claims: { ...claimsOfScopes },
    subjectTypes: ['public', 'pairwise'],
    responseTypes: ['code', 'none'],
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    enabledJWA: { idTokenSigningAlgValues: [...signingAlgorithms] },
    // A redirect address is always said, never guessed (RFC 9700 §4.1.3).
    allowOmittingSingleRegisteredRedirectUri: false,
    clockTolerance: 15,
    cookies: cookieSettings(issuer, secrets.cookieKeys),
    discovery: { prompt_values_supported: ['none', 'login', 'consent', 'create'] },
    features: createFeatures(pages),
    findAccount: async (_ctx, sub) => {
      const data = await accounts.find(sub)
      return data === undefined ? undefined : accountOf(data)
    },
    interactions: {
      policy: createInteractionPolicy(),
      url: (_ctx, interaction) => `/interaction/${interaction.uid}`,
    },
    clientBasedCORS: (_ctx, origin, client) => clients.corsOrigins.get(client.clientId)?.has(origin) === true,
    loadExistingGrant: loadGrant,
    pairwiseIdentifier: (_ctx, sub, client) => {
      const sector: unknown = client['sectorIdentifier']
      return pairwiseSubject(secrets.pairwiseSalt, typeof sector === 'string' ? sector : client.clientId, sub)
    },
    pkce: { required: (_ctx, client) => !clients.pkceExempt.has(client.clientId) },
    renderError: (ctx, out) => pages.error(ctx, out),
    rotateRefreshToken: true,
    routes,
    ttl: createTtl(dependencies.clock),
  }
}

export const routes = {
  authorization: '/authorize',
  token: '/token',
  userinfo: '/userinfo',
  jwks: '/jwks',
  end_session: '/logout',
  revocation: '/revoke',
  introspection: '/introspect',
  pushed_authorization_request: '/par',
} as const

/** Prefixes bind a cookie to HTTPS, and `__Host-` to this very host (RFC 6265bis §4.1.3); the short ones have paths of their own. */
export function cookieNames(issuer: string): { session: string; interaction: string; resume: string } {
  const isHttps = issuer.startsWith('https:')
  const short = isHttps ? '__Secure-' : ''
  return {
    session: `${isHttps ? '__Host-' : ''}mien_session`,
    interaction: `${short}mien_interaction`,
    resume: `${short}mien_resume`,
  }
}

function cookieSettings(issuer: string, keys: readonly string[]): Configuration['cookies'] {
  const options = {
    httpOnly: true,
    sameSite: 'lax',
    signed: true,
    secure: issuer.startsWith('https:'),
  } as const
  return { names: cookieNames(issuer), keys: [...keys], long: { ...options, path: '/' }, short: options }
}

function createFeatures(pages: ProviderPages): NonNullable<Configuration['features']> {
  return {
    devInteractions: { enabled: false },
    claimsParameter: { enabled: true },
    dPoP: { enabled: false },
    resourceIndicators: { enabled: false },
    userinfo: { enabled: true },
    // Each client may ask about and revoke its own tokens alone.
    introspection: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
    },
    revocation: {
      enabled: true,
      allowedPolicy: (_ctx, client, token) => token.clientId === client.clientId,
    },
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
  }
}

function createTtl(clock: () => Date): NonNullable<Configuration['ttl']> {
  return {
    AuthorizationCode: lifetimes.code,
    AccessToken: lifetimes.accessToken,
    IdToken: lifetimes.idToken,
    Interaction: lifetimes.interaction,
    // Outlives every token that hangs on it.
    Grant: lifetimes.refreshToken + lifetimes.session,
    RefreshToken: (ctx) => {
      // Rotation does not prolong: the family ends when its first token would have.
      const rotated: unknown = ctx.oidc.entities.RotatedRefreshToken
      return isRefreshToken(rotated) ? Math.max(1, rotated.remainingTTL) : lifetimes.refreshToken
    },
    Session: (_ctx, { loginTs }) => sessionSecondsLeft(loginTs, clock()),
  }
}

/** Counted from the login, so that a busy session ends too; never less than 1, which the library asks for. */
export function sessionSecondsLeft(loginTs: number | undefined, now: Date): number {
  if (loginTs === undefined) return lifetimes.session
  const ageSeconds = Math.max(0, Math.floor(now.getTime() / 1000) - loginTs)
  return Math.max(1, lifetimes.session - ageSeconds)
}

function isRefreshToken(token: unknown): token is RefreshToken {
  return typeof token === 'object' && token !== null && 'remainingTTL' in token
}

/** The account page asks nobody for consent to itself; for every other client the grant is the one of its session. */
async function loadGrant(ctx: KoaContextWithOIDC) {
  const { client, session, result, provider, account } = ctx.oidc
  if (client === undefined || session === undefined) return undefined
  const grantId = result?.consent?.grantId ?? session.grantIdFor(client.clientId)
  const found = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  if (found !== undefined || client.clientId !== accountClientId || account === undefined) return found
  const grant = new provider.Grant({ accountId: account.accountId, clientId: client.clientId })
  grant.addOIDCScope('openid')
  await grant.save()
  return grant
}
