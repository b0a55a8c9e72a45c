/** The FAPI 2.0 plan in the variant of certificates (RFC 8705): what is told otherwise there. */
import { assert } from 'chai'
import type * as oauth from 'oauth4webapi'
import { type Banks, codeFor, tokensFor } from './fapi-bank.ts'
import { addressIn, askByHand } from './fapi-resource.ts'
import { readMetadata } from './metadata.ts'
import type { Modules } from './plan.ts'
import { requestTokens, tokenErrorOf } from './suite.ts'

export const fapiCertificates: Modules<Banks> = {
  'discovery-end-point-verification': {
    shows: 'discovery says certificates of clients, and that tokens are bound to them',
    run: async ({ house }) => {
      const found = await readMetadata({ issuer: house.origin })
      assert.isString(found.pushed_authorization_request_endpoint)
      assert.isTrue(found.authorization_response_iss_parameter_supported)
      assert.isTrue(found['tls_client_certificate_bound_access_tokens'])
      assert.include(found.token_endpoint_auth_methods_supported, 'tls_client_auth')
      assert.include(found.code_challenge_methods_supported, 'S256')
    },
  },
  'access-token-type-header-case-sensitivity': {
    shows: 'the word before the token may be written large or small (RFC 9110 §11.1)',
    run: async (suite) => {
      const { access_token: token } = await tokensFor(suite, await codeFor(suite))
      const { fetch } = suite.bank
      for (const scheme of ['bearer', 'BEARER', 'bEARER']) {
        const headers = { authorization: `${scheme} ${token}` }
        const response = await fetch?.(addressIn(suite), { method: 'GET', headers })
        assert.equal(response?.status, 200, scheme)
      }
      const unbound = await askByHand(suite, { authorization: `Bearer ${token}` })
      assert.equal(unbound.status, 401)
    },
  },
  'ensure-client-id-in-token-endpoint': {
    shows: 'a certificate names nobody by itself: without a client_id there are no tokens',
    run: async (suite) => {
      const { code, verifier } = await codeFor(suite)
      const nameless: oauth.ClientAuth = (_server, _client, body) => {
        body.delete('client_id')
      }
      const party = { ...suite.bank, auth: nameless }
      const refused = await tokenErrorOf(await requestTokens(suite, party, { code, verifier }))
      assert.include(['invalid_client', 'invalid_request'], refused.error)
    },
  },
  'ensure-holder-of-key-required': {
    shows: 'without its certificate, or with another one, a bank gets no tokens',
    run: async (suite) => {
      const { code, verifier } = await codeFor(suite)
      const { client, auth } = suite.bank
      const { fetch: othersFetch } = suite.otherBank
      const bare = { client, auth }
      const others = othersFetch === undefined ? bare : { ...bare, fetch: othersFetch }
      for (const party of [bare, others]) {
        const refused = await tokenErrorOf(await requestTokens(suite, party, { code, verifier }))
        assert.include(['invalid_client', 'invalid_grant', 'invalid_request'], refused.error)
      }
    },
  },
}
