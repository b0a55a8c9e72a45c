/** The FAPI 2.0 plan: who redeems a code, and how a bank proves who it is. */
import { assert } from 'chai'
import * as oauth from 'oauth4webapi'
import { now } from '../provider/keys.ts'
import {
  codeFor,
  errorOf,
  boundBy,
  post,
  pushError,
  redeemFor,
  tokensFor,
  withNonce,
  type Assertion,
  type Bank,
  type Coded,
  type Banks,
} from './fapi-bank.ts'
import type { Modules } from './plan.ts'
import { later } from './suite.ts'

/** The error of a redemption that is right in all but this. */
function redemptionError(suite: Banks, { asked, code, verifier }: Coded, change: Redeemed): Promise<string> {
  const { by = suite.bank, verifier: other = verifier } = change
  const bound = boundBy(suite)
  return errorOf(withNonce(() => redeemFor(suite, by, { asked, code, verifier: other, ...bound })))
}

interface Redeemed {
  readonly by?: Bank
  readonly verifier?: string
}

/** A token request by hand, with an assertion by hand; without a proof, which is looked at later. */
async function tokenError(suite: Banks, assertion: Assertion, extra: readonly [string, string][] = []) {
  const form = new URLSearchParams([
    ['grant_type', 'authorization_code'],
    ['code', 'x'.repeat(43)],
    ['redirect_uri', suite.callback],
    ...extra,
  ])
  return (await post(suite, suite.server.token_endpoint, { form, ...assertion })).error
}

/** RFC 7523 §3, at the token endpoint and where requests are pushed. */
async function isRefused(suite: Banks, assertion: Assertion): Promise<void> {
  assert.equal(await pushError(suite, assertion), 'invalid_client')
  assert.equal(await tokenError(suite, assertion), 'invalid_client')
}

async function refusesAudience(suite: Banks, aud: string | readonly string[]): Promise<void> {
  assert.equal(await pushError(suite, {}), 'none')
  await isRefused(suite, { claims: { aud } })
}

const redemptions: Modules<Banks> = {
  'ensure-authorization-code-is-bound-to-client': {
    shows: 'a code of one bank is nothing to another',
    run: async (suite) => {
      assert.equal(
        await redemptionError(suite, await codeFor(suite), { by: suite.otherBank }),
        'invalid_grant',
      )
    },
  },
  'attempt-reuse-authorization-code-after-one-second': {
    shows: 'a code that comes again after a second is refused',
    run: async (suite) => {
      const coded = await codeFor(suite)
      await tokensFor(suite, coded)
      assert.equal(await later(suite, 1, () => redemptionError(suite, coded, {})), 'invalid_grant')
    },
  },
  'ensure-token-endpoint-fails-with-expired-auth-code': {
    shows: 'a code is good for a minute, and a quarter of one for clocks that differ',
    run: async (suite) => {
      const coded = await codeFor(suite)
      assert.equal(await later(suite, 76, () => redemptionError(suite, coded, {})), 'invalid_grant')
    },
  },
  'incorrect-pkce-code-verifier-rejected': {
    shows: 'another verifier does not fit',
    run: async (suite) => {
      const verifier = oauth.generateRandomCodeVerifier()
      assert.equal(await redemptionError(suite, await codeFor(suite), { verifier }), 'invalid_grant')
    },
  },
  'ensure-pkce-code-verifier-required': {
    shows: 'without a verifier there is no token',
    run: async (suite) => {
      const { asked, code } = await codeFor(suite)
      const bound = boundBy(suite)
      const error = await errorOf(withNonce(() => redeemFor(suite, suite.bank, { asked, code, ...bound })))
      assert.include(['invalid_grant', 'invalid_request'], error)
    },
  },
  'ensure-client-id-in-token-endpoint': {
    shows: 'a request in the name of another bank than the one that signed it is refused',
    run: async (suite) => {
      const error = await tokenError(suite, {}, [['client_id', suite.otherBank.id]])
      assert.include(['invalid_client', 'invalid_request'], error)
    },
  },
}

const assertions: Modules<Banks> = {
  'ensure-signed-client-assertion-with-RS256-fails': {
    shows: 'RS256 is not an algorithm of this profile',
    run: (suite) => isRefused(suite, { by: suite.bank.rsaKey }),
  },
  'ensure-client-assertion-in-token-endpoint': {
    shows: 'a bank that does not prove who it is gets nothing',
    run: async (suite) => {
      const coded = await codeFor(suite)
      const unproved = { ...suite.bank, auth: oauth.None() }
      assert.equal(await redemptionError(suite, coded, { by: unproved }), 'invalid_client')
    },
  },
  'ensure-client-assertion-with-exp-is-5-minutes-in-past-fails': {
    shows: 'an assertion that is over is refused',
    run: (suite) => isRefused(suite, { claims: { exp: now() - 300 } }),
  },
  'ensure-client-assertion-with-wrong-aud-fails': {
    shows: 'an assertion for somebody else is refused',
    run: (suite) => refusesAudience(suite, 'https://other.example/'),
  },
  'ensure-client-assertion-with-no-sub-fails': {
    shows: 'an assertion about nobody is refused',
    run: (suite) => isRefused(suite, { claims: { sub: undefined } }),
  },
  'par-test-array-as-audience-fails': {
    shows: 'the audience is one word, not a list',
    run: (suite) => refusesAudience(suite, [suite.server.issuer]),
  },
  'par-test-par-endpoint-url-as-audience-fails': {
    shows: 'the audience is the issuer, not where requests are pushed',
    run: (suite) => refusesAudience(suite, suite.server.pushed_authorization_request_endpoint ?? ''),
  },
  'par-test-token-endpoint-url-as-audience-fails': {
    shows: 'the audience is the issuer, not the token endpoint',
    run: (suite) => refusesAudience(suite, suite.server.token_endpoint ?? ''),
  },
  'par-ensure-jwt-client-assertions-nbf-8-seconds-in-the-future-is-accepted': {
    shows: 'a clock that is eight seconds ahead does no harm',
    run: async (suite) => {
      assert.equal(await pushError(suite, { claims: { nbf: now() + 8, iat: now() + 8 } }), 'none')
    },
  },
  'par-ensure-jwt-client-assertions-nbf-over-60-seconds-in-the-future-fails': {
    shows: 'an assertion that holds in a minute does not hold yet',
    run: (suite) => isRefused(suite, { claims: { nbf: now() + 65, iat: now() + 65 } }),
  },
}

export const fapiClients: Modules<Banks> = { ...redemptions, ...assertions }
