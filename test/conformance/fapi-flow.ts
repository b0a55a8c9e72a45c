/** The FAPI 2.0 plan: the flow as it should be, and requests with more or less in them. */
import { assert } from 'chai'
import { decodeProtectedHeader } from 'jose'
import * as oauth from 'oauth4webapi'
import {
  answerTo,
  codeFor,
  errorOf,
  frontDoor,
  push,
  tokensFor,
  withNonce,
  type Bank,
  type Banks,
  type BankTokens,
  boundBy,
} from './fapi-bank.ts'
import { askByHand, nonceFor, openBy, proofFor } from './fapi-resource.ts'
import { readMetadata } from './metadata.ts'
import type { Modules } from './plan.ts'
import {
  authorize,
  insecure,
  errorIn,
  optionsOf,
  resourceOf,
  refusalOf,
  tokenErrorOf,
  type Extra,
  type Suite,
} from './suite.ts'

const fapiAlgorithms = ['ES256', 'PS256', 'EdDSA', 'Ed25519']

/** FAPI 2.0 Security Profile §5.3.2.1, as far as discovery says it. */
async function verifyMetadata({ house }: Suite): Promise<void> {
  const found = await readMetadata({ issuer: house.origin })
  assert.isString(found.pushed_authorization_request_endpoint)
  assert.isTrue(found.authorization_response_iss_parameter_supported)
  assert.include(found.code_challenge_methods_supported, 'S256')
  assert.include(found.token_endpoint_auth_methods_supported, 'private_key_jwt')
  assert.include(found.grant_types_supported, 'authorization_code')
  assert.include(found.id_token_signing_alg_values_supported, 'ES256')
  assert.includeMembers(wordsIn(found['token_endpoint_auth_signing_alg_values_supported']), [
    'ES256',
    'PS256',
  ])
  const proofs = wordsIn(found['dpop_signing_alg_values_supported'])
  assert.includeMembers(fapiAlgorithms, proofs)
  assert.include(proofs, 'ES256')
}

const wordsIn = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === 'string') : []

async function succeeds(suite: Banks, extra: Extra, expectsNoNonce = false): Promise<BankTokens> {
  const hasState = !('state' in extra) || extra['state'] !== undefined
  const coded = await codeFor(suite, { extra, hasState })
  const tokens = await tokensFor(suite, coded, { expectsNoNonce })
  await openBy(suite, tokens)
  return tokens
}

async function happy(suite: Banks): Promise<void> {
  const coded = await codeFor(suite)
  assert.sameMembers([...coded.code.keys()], ['code', 'state', 'iss'])
  const tokens = await tokensFor(suite, coded)
  assert.equal(tokens.token_type, suite.boundBy === 'dpop' ? 'dpop' : 'bearer')
  assert.isAtMost(tokens.expires_in ?? Number.POSITIVE_INFINITY, 3600)
  assert.equal(decodeProtectedHeader(tokens.id_token ?? '').alg, 'ES256')
  assert.equal(tokens.claims?.aud, suite.bank.id)
  assert.equal(await openBy(suite, tokens), tokens.claims?.sub)
  const unbound = await askByHand(suite, { authorization: `Bearer ${tokens.access_token}` })
  assert.equal(unbound.status, 401)
}

async function refresh(suite: Banks): Promise<void> {
  const extra = { scope: `${suite.always['scope'] ?? 'openid'} offline_access`, prompt: 'consent' }
  const tokens = await tokensFor(suite, await codeFor(suite, { extra }))
  const token = tokens.refresh_token ?? assert.fail('no refresh token')
  const { server } = suite
  const { DPoP } = boundBy(suite)
  const again = async (by: Bank): Promise<oauth.TokenEndpointResponse> => {
    const options = { ...optionsOf(by, DPoP), additionalParameters: resourceOf(suite) }
    const response = await oauth.refreshTokenGrantRequest(server, by.client, by.auth, token, options)
    return oauth.processRefreshTokenResponse(server, by.client, response)
  }
  assert.equal(await errorOf(withNonce(() => again(suite.otherBank))), 'invalid_grant')
  const fresh = await withNonce(() => again(suite.bank))
  assert.equal(fresh.token_type, tokens.token_type)
  assert.equal(fresh.refresh_token ?? token, token, '§5.3.2.1: refresh tokens are not rotated')
  await openBy(suite, { ...tokens, ...fresh })
  const { client, auth } = suite.bank
  const bare = { ...insecure, additionalParameters: resourceOf(suite) }
  const unbound = await oauth.refreshTokenGrantRequest(server, client, auth, token, bare)
  assert.include(
    ['invalid_grant', 'invalid_request', 'invalid_dpop_proof', 'invalid_client'],
    (await tokenErrorOf(unbound)).error,
  )
}

const long = 'x'.repeat(384)

export const fapiFlow: Modules<Banks> = {
  'discovery-end-point-verification': {
    shows: 'discovery says pushed requests, PKCE, signed clients, bound tokens and who answers',
    run: verifyMetadata,
  },
  'happy-flow': {
    shows: 'a pushed request, a signed client and bound tokens, which are nothing to a bearer',
    run: happy,
  },
  'user-rejects-authentication': {
    shows: 'a person who says no sends the bank access_denied',
    run: async (suite) => {
      const { asked, requestUri } = await push(suite, { extra: { prompt: 'consent' } })
      const request = { ...asked, url: frontDoor(suite, requestUri) }
      const answer = await authorize(suite, suite.browser(), { ...request, says: 'no' })
      assert.equal(refusalOf(suite, suite.bank, { asked, answer }), 'access_denied')
    },
  },
  'ensure-authorization-request-without-state-success': {
    shows: 'a request without a state is answered without one',
    run: async (suite) => {
      await succeeds(suite, { state: undefined })
    },
  },
  'ensure-authorization-request-without-nonce-success': {
    shows: 'a request without a nonce gives an ID token without one',
    run: async (suite) => {
      const { claims } = await succeeds(suite, { nonce: undefined }, true)
      assert.notProperty(claims, 'nonce')
    },
  },
  'ensure-authorization-request-with-64-char-nonce-success': {
    shows: 'a nonce of 64 characters comes back whole',
    run: async (suite) => {
      await withGivenNonce(suite, 'n'.repeat(64))
    },
  },
  'ensure-authorization-request-with-long-nonce': {
    shows: 'a nonce of 384 characters comes back whole',
    run: async (suite) => {
      await withGivenNonce(suite, long)
    },
  },
  'ensure-authorization-request-with-long-state': {
    shows: 'a state of 384 characters comes back whole',
    run: async (suite) => {
      const pushed = await push(suite, { extra: { state: long } })
      assert.equal((await answerTo(suite, pushed)).parameters?.get('state'), long)
    },
  },
  'ensure-other-scope-order-succeeds': {
    shows: 'the order of scopes does not matter',
    run: async (suite) => {
      await succeeds(suite, { scope: 'email openid' })
    },
  },
  'access-token-type-header-case-sensitivity': {
    shows: 'the word before the token may be written large or small (RFC 9110 §11.1)',
    run: async (suite) => {
      const { access_token: token } = await tokensFor(suite, await codeFor(suite))
      const nonce = await nonceFor(suite, token)
      for (const scheme of ['dpop', 'DPOP', 'dPoP']) {
        const dpop = await proofFor(suite, token, { claims: { nonce } })
        const response = await askByHand(suite, { authorization: `${scheme} ${token}`, dpop })
        assert.equal(response.status, 200, scheme)
      }
    },
  },
  'refresh-token': {
    shows: 'a refresh token stays the same, and works for its bank with its key alone',
    run: refresh,
  },
  'ensure-unsigned-authorization-request-without-using-par-fails': {
    shows: 'a request through the browser is refused',
    run: async (suite) => {
      const { asked } = await push(suite)
      const answer = await authorize(suite, suite.browser(), asked)
      assert.deepEqual(answer.steps, [])
      assert.include(['invalid_request', 'page 400'], errorIn(answer))
    },
  },
}

async function withGivenNonce(suite: Banks, nonce: string): Promise<void> {
  const coded = await codeFor(suite, { extra: { nonce } })
  const tokens = await tokensFor(suite, { ...coded, asked: { ...coded.asked, nonce } })
  assert.equal(tokens.claims?.nonce, nonce)
}
