/** The Basic plan: what the token and userinfo endpoints give. */
import { assert } from 'chai'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import * as oauth from 'oauth4webapi'
import { first, poster, second } from './basic-clients.ts'
import type { Modules } from './plan.ts'
import {
  ask,
  authorize,
  codeOf,
  insecure,
  later,
  redeem,
  requestTokens,
  signIn,
  tokenErrorOf,
  userinfo,
  type Party,
  type Suite,
} from './suite.ts'

/** The code flow from end to end (OpenID Connect Core §3.1). @returns how the person signed in, as the app is told */
async function wholeFlow(suite: Suite, party: Party): Promise<unknown> {
  const asked = ask(suite, party)
  const answer = await authorize(suite, suite.browser(), asked)
  const code = codeOf(suite, party, { asked, answer })
  assert.equal(answer.mode, suite.always['response_mode'] ?? 'redirect')
  assert.sameMembers([...code.keys()], ['code', 'state', 'iss'])
  const response = await requestTokens(suite, party, { code })
  assert.equal(response.headers.get('cache-control'), 'no-store')
  assert.include(response.headers.get('content-type') ?? '', 'application/json')
  const tokens = await oauth.processAuthorizationCodeResponse(suite.server, party.client, response, {
    expectedNonce: asked.nonce,
    requireIdToken: true,
  })
  await oauth.validateApplicationLevelSignature(suite.server, response, insecure)
  assert.equal(tokens.token_type, 'bearer')
  assert.isAbove(tokens.expires_in ?? 0, 0)
  const claims = oauth.getValidatedIdTokenClaims(tokens)
  if (claims === undefined) return assert.fail('no ID token')
  assert.match(claims.sub, /^[\x21-\x7e]{1,255}$/)
  assert.equal((await userinfo(suite, party, { ...tokens, claims })).sub, claims.sub)
  return claims['amr']
}

async function userinfoBy(suite: Suite, init: (token: string) => RequestInit): Promise<void> {
  const { tokens } = await signIn(suite, first)
  const response = await fetch(suite.server.userinfo_endpoint ?? '', init(tokens.access_token))
  const info = await oauth.processUserInfoResponse(suite.server, first.client, tokens.claims.sub, response)
  assert.equal(info.sub, tokens.claims.sub)
}

/** Twice the same code: RFC 6749 §4.1.2 has it refused, and what it gave out taken back. */
async function reuse(suite: Suite, seconds: number): Promise<void> {
  const asked = ask(suite, first)
  const code = codeOf(suite, first, { asked, answer: await authorize(suite, suite.browser(), asked) })
  const tokens = await redeem(suite, first, { asked, code })
  const response = await later(suite, seconds, () => requestTokens(suite, first, { code }))
  const again = await tokenErrorOf(response)
  assert.deepEqual(again, { status: 400, error: 'invalid_grant' })
  const info = await oauth.userInfoRequest(suite.server, first.client, tokens.access_token, insecure)
  assert.equal(info.status, 401)
}

async function refresh(suite: Suite): Promise<void> {
  const extra = { scope: 'openid offline_access', prompt: 'consent' }
  const { tokens } = await signIn(suite, first, { extra })
  assert.isString(tokens.refresh_token)
  const token = tokens.refresh_token ?? ''
  const stolen = await oauth.refreshTokenGrantRequest(
    suite.server,
    second.client,
    second.auth,
    token,
    insecure,
  )
  assert.deepEqual(await tokenErrorOf(stolen), { status: 400, error: 'invalid_grant' })
  const response = await oauth.refreshTokenGrantRequest(
    suite.server,
    first.client,
    first.auth,
    token,
    insecure,
  )
  const fresh = await oauth.processRefreshTokenResponse(suite.server, first.client, response)
  await oauth.validateApplicationLevelSignature(suite.server, response, insecure)
  assert.notEqual(fresh.access_token, tokens.access_token)
  const claims = oauth.getValidatedIdTokenClaims(fresh)
  if (claims === undefined) return assert.fail('no ID token')
  // OpenID Connect Core §12.2: the same person, app and sign-in.
  const kept = ['iss', 'sub', 'aud', 'auth_time', 'azp'] as const
  for (const name of kept) assert.deepEqual(claims[name], tokens.claims[name], name)
  assert.isAtLeast(claims.iat, tokens.claims.iat)
  await userinfo(suite, first, { ...fresh, claims })
}

export const basicTokens: Modules = {
  'oidcc-server': {
    shows: 'a code, tokens, a verified ID token and userinfo of the same person',
    run: async (suite) => {
      const { faced } = suite
      const amr = await wholeFlow(faced === undefined ? suite : { ...suite, person: faced }, first)
      assert.deepEqual(amr, faced === undefined ? ['pwd'] : ['face'])
    },
  },
  'oidcc-server-client-secret-post': {
    shows: 'the same for a client that posts its secret',
    run: async (suite) => {
      await wholeFlow(suite, poster)
    },
  },
  'oidcc-idtoken-signature': {
    shows: 'ID tokens are signed with RS256, by the key that their header names',
    run: async (suite) => {
      const { tokens } = await signIn(suite, first)
      const token = tokens.id_token ?? ''
      const { alg, kid } = decodeProtectedHeader(token)
      assert.equal(alg, 'RS256')
      assert.isString(kid)
      const keys = createRemoteJWKSet(new URL(suite.server.jwks_uri ?? ''))
      const expected = {
        issuer: suite.server.issuer,
        audience: first.client.client_id,
        algorithms: ['RS256'],
      }
      assert.equal((await jwtVerify(token, keys, expected)).payload.sub, tokens.claims.sub)
    },
  },
  'oidcc-idtoken-unsigned': { absent: 'there is no alg "none" here; nobody has to believe it' },
  'oidcc-userinfo-get': {
    shows: 'userinfo answers GET with the token in the header',
    run: (suite) => userinfoBy(suite, (token) => ({ headers: { authorization: `Bearer ${token}` } })),
  },
  'oidcc-userinfo-post-header': {
    shows: 'userinfo answers POST with the token in the header',
    run: (suite) =>
      userinfoBy(suite, (token) => ({ method: 'POST', headers: { authorization: `Bearer ${token}` } })),
  },
  'oidcc-userinfo-post-body': {
    shows: 'userinfo answers POST with the token in the body',
    run: (suite) =>
      userinfoBy(suite, (token) => ({ method: 'POST', body: new URLSearchParams({ access_token: token }) })),
  },
  'oidcc-ensure-request-without-nonce-succeeds-for-code-flow': {
    shows: 'a request without a nonce gives an ID token without one',
    run: async (suite) => {
      const wish = { extra: { nonce: undefined }, expectsNoNonce: true }
      assert.notProperty((await signIn(suite, first, wish)).tokens.claims, 'nonce')
    },
  },
  'oidcc-codereuse': {
    shows: 'a code that comes again at once is refused, and its tokens with it',
    run: (suite) => reuse(suite, 0),
  },
  'oidcc-codereuse-30seconds': {
    shows: 'a code that comes again after half a minute is refused, and its tokens with it',
    run: (suite) => reuse(suite, 30),
  },
  'oidcc-refresh-token': {
    shows: 'a refresh token works for its own client alone, and keeps who signed in and when',
    run: refresh,
  },
  'oidcc-ensure-request-with-valid-pkce-succeeds': {
    shows: 'PKCE is there for whoever uses it, and then the verifier counts',
    run: async (suite) => {
      const verifier = oauth.generateRandomCodeVerifier()
      const extra = {
        code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      }
      await signIn(suite, first, { extra, verifier })
      const asked = ask(suite, first, extra)
      const code = codeOf(suite, first, { asked, answer: await authorize(suite, suite.browser(), asked) })
      assert.equal((await tokenErrorOf(await requestTokens(suite, first, { code }))).error, 'invalid_grant')
    },
  },
}
