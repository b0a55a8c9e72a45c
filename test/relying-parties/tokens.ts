/** What an app does that was signed in to by face and then calls somebody else's server with the token. */
import * as client from 'openid-client'
import type { App } from './apps.ts'
import { signInByFace, visit, type Street } from './street.ts'

export interface TokenWish {
  readonly scope: string
  /** The APIs that the person is asked about. */
  readonly resources?: readonly string[]
  /** How the app shows its secret: by HTTP Basic unless said otherwise. */
  readonly isPosted?: boolean
}

export interface SignedIn {
  readonly configuration: client.Configuration
  /** Those of the code; for the first of the APIs, if there are any. */
  readonly tokens: client.TokenEndpointResponse & client.TokenEndpointResponseHelpers
}

/** Signs the person in, in a browser, and redeems the code with the secret of the app; nothing need answer at its address. */
export async function signInForTokens(
  street: Street,
  app: App,
  { scope, resources = [], isPosted = false }: TokenWish,
): Promise<SignedIn> {
  const configuration = await client.discovery(
    new URL(street.house.origin),
    app.clientId,
    undefined,
    isPosted ? client.ClientSecretPost(app.secret) : client.ClientSecretBasic(app.secret),
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- plain http, on this very machine alone
    { execute: [client.allowInsecureRequests] },
  )
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
  }
  const start = client.buildAuthorizationUrl(configuration, {
    redirect_uri: `${app.origin}/callback`,
    scope,
    prompt: 'consent',
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
  })
  for (const each of resources) start.searchParams.append('resource', each)
  const callback = await visit(street, async (page) => {
    await page.route(`${app.origin}/**`, (route) => route.fulfill({ body: 'signed in' }))
    await page.goto(start.href)
    await signInByFace(page, app)
    return new URL(page.url())
  })
  const [first] = resources
  const wish = first === undefined ? undefined : { resource: first }
  return {
    configuration,
    tokens: await client.authorizationCodeGrant(configuration, callback, checks, wish),
  }
}
