/** The FAPI 2.0 plan: tokens are bound to a key (RFC 9449). */
import { assert } from 'chai'
import { now } from '../provider/keys.ts'
import {
  codeFor,
  errorOf,
  handleOf,
  ownKey,
  push,
  thiefKey,
  thumbprintOf,
  tokensFor,
  type Banks,
} from './fapi-bank.ts'
import { askByHand, nonceFor, openBy, proofFor } from './fapi-resource.ts'
import type { Modules } from './plan.ts'
import { requestTokens, tokenErrorOf } from './suite.ts'

const refusals = ['invalid_grant', 'invalid_request', 'invalid_dpop_proof']

async function tokenOf(suite: Banks): Promise<{ readonly token: string; readonly nonce: string }> {
  const { access_token: token } = await tokensFor(suite, await codeFor(suite))
  return { token, nonce: await nonceFor(suite, token) }
}

async function statusOf(suite: Banks, token: string, dpop: string): Promise<number> {
  return (await askByHand(suite, { authorization: `DPoP ${token}`, dpop })).status
}

async function takesProofOf(suite: Banks, claims: () => object): Promise<void> {
  const { token, nonce } = await tokenOf(suite)
  const dpop = await proofFor(suite, token, { claims: { nonce, ...claims() } })
  assert.equal(await statusOf(suite, token, dpop), 200)
}

/** RFC 9449 §4.3: whatever is wrong with a proof, there is no answer to it. */
async function refusesFaults(suite: Banks): Promise<void> {
  const { token, nonce } = await tokenOf(suite)
  const { server } = suite
  const of = (claims: object, header: object = {}) =>
    proofFor(suite, token, { claims: { nonce, ...claims }, header })
  const faults: Readonly<Record<string, Promise<string>>> = {
    'another method': of({ htm: 'POST' }),
    'another address': of({ htu: server.token_endpoint }),
    'no method': of({ htm: undefined }),
    'no address': of({ htu: undefined }),
    'no token': of({ ath: undefined }),
    'another token': of({ ath: 'x'.repeat(43) }),
    'no name of its own': of({ jti: undefined }),
    'no time': of({ iat: undefined }),
    'another type': of({}, { typ: 'JWT' }),
    'no key': of({}, { jwk: undefined }),
    'the private key': of({}, { jwk: { ...ownKey.publicJwk, d: 'x'.repeat(43) } }),
    // Not every API hands out nonces.
    ...(nonce === '' ? {} : { 'another’s nonce': of({ nonce: 'x'.repeat(43) }) }),
    'another key': proofFor(suite, token, { claims: { nonce }, by: thiefKey }),
    'a broken signature': of({}).then((proof) => `${proof.slice(0, -8)}AAAAAAAA`),
  }
  for (const [name, proof] of Object.entries(faults)) {
    assert.include([400, 401], await statusOf(suite, token, await proof), name)
  }
  const once = await of({})
  assert.equal(await statusOf(suite, token, once), 200)
  assert.include([400, 401], await statusOf(suite, token, once), 'a proof that was used')
  const unproved = await askByHand(suite, { authorization: `DPoP ${token}` })
  assert.include([400, 401], unproved.status, 'no proof')
}

export const fapiDpop: Modules<Banks> = {
  'dpop-negative-tests': {
    shows: 'a proof with any fault, or used before, opens nothing',
    run: refusesFaults,
  },
  'check-dpop-proof-nbf-exp': {
    shows: 'a proof may say from when and until when it holds, and is then held to it',
    run: async (suite) => {
      await takesProofOf(suite, () => ({ nbf: now() - 5, exp: now() + 60 }))
      const { token, nonce } = await tokenOf(suite)
      for (const claims of [{ exp: now() - 600 }, { nbf: now() + 600 }]) {
        const dpop = await proofFor(suite, token, { claims: { nonce, ...claims } })
        assert.include([400, 401], await statusOf(suite, token, dpop))
      }
    },
  },
  'ensure-dpopproof-with-iat-10seconds-before-succeeds': {
    shows: 'a clock that is ten seconds behind does no harm',
    run: (suite) => takesProofOf(suite, () => ({ iat: now() - 10 })),
  },
  'ensure-dpopproof-with-iat-10seconds-after-succeeds': {
    shows: 'a clock that is ten seconds ahead does no harm',
    run: (suite) => takesProofOf(suite, () => ({ iat: now() + 10 })),
  },
  'ensure-mismatched-dpop-jkt-fails': {
    shows: 'a request that names one key and proves another is refused',
    run: async (suite) => {
      const extra = { dpop_jkt: await thumbprintOf(thiefKey) }
      assert.include(refusals, await errorOf(push(suite, { extra, DPoP: handleOf(ownKey) })))
    },
  },
  'ensure-token-endpoint-fails-with-mismatched-dpop-proof-jkt': {
    shows: 'a code that was asked for with one key is not redeemed with another',
    run: async (suite) => {
      const coded = await codeFor(suite, { DPoP: handleOf(ownKey) })
      assert.include(refusals, await errorOf(tokensFor(suite, coded, { by: thiefKey })))
    },
  },
  'ensure-token-endpoint-fails-with-mismatched-dpop-jkt': {
    shows: 'a code that was asked for in the name of one key is not redeemed with another',
    run: async (suite) => {
      const coded = await codeFor(suite, { extra: { dpop_jkt: await thumbprintOf(ownKey) } })
      assert.include(refusals, await errorOf(tokensFor(suite, coded, { by: thiefKey })))
    },
  },
  'ensure-dpopproof-at-par-endpoint-binding-success': {
    shows: 'a key that is proved with the request redeems the code',
    run: async (suite) => {
      await openBy(suite, await tokensFor(suite, await codeFor(suite, { DPoP: handleOf(ownKey) })))
    },
  },
  'ensure-dpop-auth-code-binding-success': {
    shows: 'a key that is named in the request redeems the code',
    run: async (suite) => {
      const coded = await codeFor(suite, { extra: { dpop_jkt: await thumbprintOf(ownKey) } })
      await openBy(suite, await tokensFor(suite, coded))
    },
  },
  'ensure-holder-of-key-required': {
    shows: 'without a proof there is no token',
    run: async (suite) => {
      const { code, verifier } = await codeFor(suite)
      const { error } = await tokenErrorOf(await requestTokens(suite, suite.bank, { code, verifier }))
      assert.include(refusals, error)
    },
  },
}
