/** The Basic plan: what an authorization request may say, and what it may not. */
import { assert } from 'chai'
import { UnsecuredJWT } from 'jose'
import { signed } from '../provider/keys.ts'
import { first, signingKey } from './basic-clients.ts'
import type { Modules } from './plan.ts'
import {
  ask,
  authorize,
  codeOf,
  errorIn,
  redeem,
  refusalOf,
  signIn,
  userinfo,
  type Asked,
  type Suite,
} from './suite.ts'
import { walk } from './walk.ts'

async function errorFor(suite: Suite, asked: Asked): Promise<string> {
  const answer = await authorize(suite, suite.browser(), asked)
  return refusalOf(suite, first, { asked, answer })
}

async function harmless(suite: Suite, extra: Readonly<Record<string, string>>): Promise<void> {
  const { tokens } = await signIn(suite, first, { extra })
  await userinfo(suite, first, tokens)
}

/** OpenID Connect Core §6.1: what is signed counts, whatever stands beside it. */
async function signedRedirect(suite: Suite): Promise<void> {
  const asked = ask(suite, first)
  const inside = {
    ...Object.fromEntries(asked.url.searchParams),
    iss: first.client.client_id,
    aud: suite.server.issuer,
    exp: Math.floor(Date.now() / 1000) + 60,
  }
  const url = new URL(asked.url)
  url.searchParams.set('redirect_uri', `${suite.callback}/elsewhere`)
  url.searchParams.set('request', await signed(signingKey, inside))
  const answer = await authorize(suite, suite.browser(), { ...asked, url })
  assert.equal(answer.target, suite.callback)
  await redeem(suite, first, { asked, code: codeOf(suite, first, { asked, answer }) })
}

export const basicRequests: Modules = {
  'oidcc-response-type-missing': {
    shows: 'a request that does not say what it wants is an invalid request',
    run: async (suite) => {
      const asked = ask(suite, first, { response_type: undefined })
      const answer = await authorize(suite, suite.browser(), asked)
      assert.include(['invalid_request', 'page 400'], errorIn(answer))
      assert.deepEqual(answer.steps, [])
    },
  },
  'oidcc-display-page': {
    shows: 'display=page does no harm',
    run: (suite) => harmless(suite, { display: 'page' }),
  },
  'oidcc-display-popup': {
    shows: 'display=popup does no harm',
    run: (suite) => harmless(suite, { display: 'popup' }),
  },
  'oidcc-login-hint': {
    shows: 'login_hint does no harm',
    run: (suite) => harmless(suite, { login_hint: 'ada@example.com' }),
  },
  'oidcc-ensure-request-with-unknown-parameter-succeeds': {
    shows: 'a parameter that nobody knows is ignored',
    run: (suite) => harmless(suite, { extra: 'foobar' }),
  },
  'oidcc-ensure-registered-redirect-uri': {
    shows: 'an address that is not registered gets a page here, and the browser is not sent there',
    run: async (suite) => {
      const elsewhere = { ...first, redirectUri: `${suite.callback}/elsewhere` }
      const answer = await authorize(suite, suite.browser(), ask(suite, elsewhere))
      assert.equal(answer.page?.status, 400)
      assert.isUndefined(answer.parameters)
      assert.equal(answer.page?.url.origin, suite.house.origin)
    },
  },
  'oidcc-ensure-post-request-succeeds': {
    shows: 'a request that is posted goes on as if it had been a visit',
    run: async (suite) => {
      const asked = ask(suite, first)
      const { searchParams: body } = asked.url
      const answer = await walk({
        visitor: suite.browser(),
        from: new URL(asked.url.pathname, asked.url),
        init: { method: 'POST', body },
        person: suite.person,
        rpOrigin: suite.house.rpOrigin,
      })
      await redeem(suite, first, { asked, code: codeOf(suite, first, { asked, answer }) })
    },
  },
  'oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported': {
    shows: 'request_uri is refused as unsupported, as discovery says, and nobody is called',
    run: async (suite) => {
      assert.isFalse(suite.server.request_uri_parameter_supported)
      const error = await errorFor(suite, ask(suite, first, { request_uri: `${suite.callback}/request.jwt` }))
      assert.equal(error, 'request_uri_not_supported')
    },
  },
  'oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported': {
    shows: 'an unsigned request object is refused',
    run: async (suite) => {
      const asked = ask(suite, first)
      const claims = { ...Object.fromEntries(asked.url.searchParams), iss: first.client.client_id }
      const request = new UnsecuredJWT(claims).setAudience(suite.server.issuer).encode()
      asked.url.searchParams.set('request', request)
      assert.include(['invalid_request_object', 'request_not_supported'], await errorFor(suite, asked))
    },
  },
  'oidcc-ensure-request-object-with-redirect-uri': {
    shows: 'the address in a signed request counts, and the one beside it does not',
    run: signedRedirect,
  },
}
