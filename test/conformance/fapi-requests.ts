/** The FAPI 2.0 plan: what may be pushed, and how often it is good. */
import { assert } from 'chai'
import { answerTo, type Banks, errorOf, frontDoor, push, tokensFor } from './fapi-bank.ts'
import type { Modules } from './plan.ts'
import { authorize, codeOf, errorIn, later, type Extra } from './suite.ts'

const refusals = ['invalid_request_uri', 'invalid_request', 'page 400']

/** Which of them, the specifications leave open. */
const responseTypeErrors = ['unsupported_response_type', 'unauthorized_client', 'invalid_request']

async function isRefused(suite: Banks, extra: Extra, errors = ['invalid_request']): Promise<void> {
  assert.include(errors, await errorOf(push(suite, { extra })))
}

export const fapiRequests: Modules<Banks> = {
  'ensure-registered-redirect-uri': {
    shows: 'an address that is not registered cannot be pushed',
    run: (suite) =>
      isRefused(suite, { redirect_uri: `${suite.callback}/elsewhere` }, [
        'invalid_request',
        'invalid_redirect_uri',
      ]),
  },
  'ensure-redirect-uri-in-authorization-request': {
    shows: 'a request without an address cannot be pushed',
    run: (suite) => isRefused(suite, { redirect_uri: undefined }),
  },
  'ensure-response-type-code-idtoken-fails': {
    shows: 'an ID token beside the code is not on offer',
    run: (suite) => isRefused(suite, { response_type: 'code id_token' }, responseTypeErrors),
  },
  'ensure-response-type-token-fails': {
    shows: 'a token through the browser is not on offer',
    run: (suite) => isRefused(suite, { response_type: 'token' }, responseTypeErrors),
  },
  'par-ensure-pkce-required': {
    shows: 'a request without PKCE cannot be pushed',
    run: (suite) => isRefused(suite, { code_challenge: undefined, code_challenge_method: undefined }),
  },
  'par-plain-pkce-rejected': {
    shows: 'PKCE in plain text cannot be pushed',
    run: (suite) => isRefused(suite, { code_challenge_method: 'plain' }),
  },
  'par-authorization-request-containing-request_uri-form-param': {
    shows: 'a pushed request cannot stand on another',
    run: async (suite) => {
      const { requestUri } = await push(suite)
      await isRefused(suite, { request_uri: requestUri }, ['invalid_request', 'request_uri_not_supported'])
    },
  },
  'par-attempt-invalid-http-method': {
    shows: 'requests are pushed by POST alone',
    run: async ({ server }) => {
      const address = server.pushed_authorization_request_endpoint ?? ''
      for (const method of ['GET', 'PUT'])
        assert.equal((await fetch(address, { method })).status, 405, method)
    },
  },
  'par-without-duplicate-parameters': {
    shows: 'nothing but the name of the bank and of the request goes through the browser',
    run: async (suite) => {
      const pushed = await push(suite)
      assert.sameMembers(
        [...frontDoor(suite, pushed.requestUri).searchParams.keys()],
        ['client_id', 'request_uri'],
      )
      const code = codeOf(suite, suite.bank, { asked: pushed.asked, answer: await answerTo(suite, pushed) })
      await tokensFor(suite, { ...pushed, code })
    },
  },
  'par-ensure-reused-request-uri-prior-to-auth-completion-succeeds': {
    shows: 'a page that was opened twice before the sign-in does no harm',
    run: async (suite) => {
      const pushed = await push(suite)
      await suite.browser().open(frontDoor(suite, pushed.requestUri))
      const code = codeOf(suite, suite.bank, { asked: pushed.asked, answer: await answerTo(suite, pushed) })
      await tokensFor(suite, { ...pushed, code })
    },
  },
  'par-attempt-reuse-request_uri': {
    shows: 'a request that was answered is not answered again',
    run: async (suite) => {
      const pushed = await push(suite)
      const visitor = suite.browser()
      codeOf(suite, suite.bank, { asked: pushed.asked, answer: await answerTo(suite, pushed, visitor) })
      assert.include(refusals, errorIn(await answerTo(suite, pushed, visitor)))
    },
  },
  'par-attempt-to-use-expired-request_uri': {
    shows: 'a request that waited for two minutes is not answered',
    run: async (suite) => {
      const pushed = await push(suite)
      assert.include(refusals, errorIn(await later(suite, 120, () => answerTo(suite, pushed))))
    },
  },
  'par-attempt-to-use-request_uri-for-different-client': {
    shows: 'a request of one bank is not answered in the name of another',
    run: async (suite) => {
      const { asked, requestUri } = await push(suite)
      const url = frontDoor(suite, requestUri, suite.otherBank.id)
      const answer = await authorize(suite, suite.browser(), { ...asked, url })
      assert.include(refusals, errorIn(answer))
      assert.deepEqual(answer.steps, [])
    },
  },
}
