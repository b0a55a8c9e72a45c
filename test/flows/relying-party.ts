/** A relying party that nobody of this house wrote: openid-client, configured from discovery alone. */
import * as client from 'openid-client'
import type { Page, Visitor } from './visitor.ts'

export interface Request {
  readonly url: URL
  readonly verifier: string
  readonly state: string
  readonly nonce: string
}

export interface RelyingParty {
  begin(extra?: Readonly<Record<string, string>>): Promise<Request>
  /** Redeems the code that the browser was sent back with; openid-client verifies the ID token. */
  finish(
    request: Request,
    callback: URL,
    checks?: { maxAge?: number },
  ): Promise<client.TokenEndpointResponse & client.TokenEndpointResponseHelpers>
  readonly configuration: client.Configuration
}

export async function createRelyingParty(
  issuer: string,
  redirectUri: string,
  clientId = 'demo',
): Promise<RelyingParty> {
  const configuration = await client.discovery(new URL(issuer), clientId, undefined, client.None(), {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- plain http, on this very machine alone
    execute: [client.allowInsecureRequests],
  })
  return {
    configuration,
    begin: async (extra = {}) => {
      const verifier = client.randomPKCECodeVerifier()
      const state = client.randomState()
      const nonce = client.randomNonce()
      const url = client.buildAuthorizationUrl(configuration, {
        redirect_uri: redirectUri,
        scope: 'openid email',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
        ...extra,
      })
      return { url, verifier, state, nonce }
    },
    finish: (request, callback, checks = {}) =>
      client.authorizationCodeGrant(configuration, callback, {
        pkceCodeVerifier: request.verifier,
        expectedState: request.state,
        expectedNonce: request.nonce,
        idTokenExpected: true,
        ...checks,
      }),
  }
}

/** From the app to the page with the camera. */
export async function goToCamera(visitor: Visitor, start: URL | string, email: string): Promise<Page> {
  return visitor.submit(await visitor.open(start), '/identify', { email })
}

/** Says yes where the app is new, and comes back with the callback address. */
export async function comeBack(visitor: Visitor, location: string): Promise<URL> {
  const page = await visitor.open(location)
  if (page.status >= 300 && page.status < 400) return page.url
  return (await visitor.submit(page, '/consent')).url
}
