/** The FAPI 2.0 plan in the variants of plain OAuth: nobody learns who signed in but the API that the token is for. */
import { assert } from 'chai'
import { decodeJwt, decodeProtectedHeader } from 'jose'
import { codeFor, tokensFor, type Banks } from './fapi-bank.ts'
import { askByHand, openBy } from './fapi-resource.ts'
import type { Modules } from './plan.ts'

export const fapiPlain: Modules<Banks> = {
  'happy-flow': {
    shows: 'a pushed request without openid gives a token for an API, bound and short-lived, and no ID token',
    run: async (suite) => {
      const coded = await codeFor(suite)
      assert.sameMembers([...coded.code.keys()], ['code', 'state', 'iss'])
      const tokens = await tokensFor(suite, coded)
      assert.equal(tokens.token_type, suite.boundBy === 'dpop' ? 'dpop' : 'bearer')
      assert.isAtMost(tokens.expires_in ?? Number.POSITIVE_INFINITY, 900)
      assert.equal(decodeProtectedHeader(tokens.access_token).typ, 'at+jwt')
      const claims = decodeJwt(tokens.access_token)
      assert.containSubset(claims, {
        aud: suite.api?.resource,
        client_id: suite.bank.id,
        scope: 'accounts',
      })
      assert.property(claims['cnf'], suite.boundBy === 'dpop' ? 'jkt' : 'x5t#S256')
      assert.equal(await openBy(suite, tokens), claims.sub)
      const unbound = await askByHand(suite, { authorization: `Bearer ${tokens.access_token}` })
      assert.equal(unbound.status, 401)
    },
  },
}
