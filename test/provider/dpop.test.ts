import { createHash, randomUUID } from 'node:crypto'
import { assert } from 'chai'
import * as client from 'openid-client'
import { createBrowser } from './browser.ts'
import {
  beginFlow,
  callback,
  discover,
  errorOf,
  startProvider,
  type Flow,
  type TestProvider,
} from './fixtures.ts'
import { makeClientKey, now, signed, type ClientKey } from './keys.ts'

const offline = { scope: 'openid offline_access', prompt: 'consent' }

describe('a token that is bound to a key (DPoP)', () => {
  let test: TestProvider
  let key: ClientKey
  let thief: ClientKey
  before(async () => {
    ;[key, thief] = await Promise.all([makeClientKey('ES256'), makeClientKey('ES256')])
    const bound = { type: 'public', redirect_uris: [callback], sender_constrained: 'dpop' }
    test = await startProvider({ clients: [{ ...bound, client_id: 'bound', name: 'Bound' }] })
  })
  after(() => test.close())

  const signIn = async (extra: Readonly<Record<string, string>> = {}) => {
    const flow = await beginFlow(await discover(test, 'bound'), extra)
    const { url } = await createBrowser(test.issuer).open(flow.url)
    return { flow, url }
  }
  const redeemWith = (flow: Flow, url: URL, handle: client.DPoPHandle) =>
    client.authorizationCodeGrant(
      flow.configuration,
      url,
      { pkceCodeVerifier: flow.verifier, expectedState: flow.state, expectedNonce: flow.nonce },
      undefined,
      { DPoP: handle },
    )
  const handleOf = (flow: Flow, { publicKey, privateKey }: ClientKey) =>
    client.getDPoPHandle(flow.configuration, { publicKey, privateKey })

  /** A proof by hand, so that each part of it can be wrong. */
  const proof = (change: Readonly<Record<string, unknown>> = {}, by = key): Promise<string> => {
    const { kty, crv, x, y } = by.publicJwk
    const claims = { jti: randomUUID(), htm: 'GET', htu: `${test.issuer}/userinfo`, iat: now() }
    return signed(by, { ...claims, ...change }, { typ: 'dpop+jwt', jwk: { kty, crv, x, y }, kid: undefined })
  }
  const athOf = (token: string): string => createHash('sha256').update(token).digest('base64url')
  const askUserinfo = async (token: string, dpop: string, scheme = 'DPoP') => {
    const headers = { authorization: `${scheme} ${token}`, ...(dpop === '' ? {} : { dpop }) }
    return fetch(`${test.issuer}/userinfo`, { headers })
  }
  const nonceOf = async (token: string): Promise<string> => {
    const response = await askUserinfo(token, await proof({ ath: athOf(token) }))
    assert.equal(response.status, 401)
    assert.include(response.headers.get('www-authenticate') ?? '', 'use_dpop_nonce')
    return response.headers.get('dpop-nonce') ?? ''
  }

  it('is given for a proof with our nonce, and works with that key alone', async () => {
    const { flow, url } = await signIn()
    const handle = handleOf(flow, key)
    const tokens = await redeemWith(flow, url, handle)
    assert.equal(tokens.token_type, 'dpop')
    const subject = test.login.subjectId
    const own = { DPoP: handle }
    await client.fetchUserInfo(flow.configuration, tokens.access_token, subject, own)
    const stolen = client.fetchUserInfo(flow.configuration, tokens.access_token, subject, {
      DPoP: handleOf(flow, thief),
    })
    assert.equal(await errorOf(stolen), 'invalid_token')
    assert.equal((await askUserinfo(tokens.access_token, '', 'Bearer')).status, 401)
  })

  it('is not given without a proof to an app that is to bind its tokens', async () => {
    const { flow, url } = await signIn()
    const tried = client.authorizationCodeGrant(flow.configuration, url, {
      pkceCodeVerifier: flow.verifier,
      expectedState: flow.state,
      expectedNonce: flow.nonce,
    })
    assert.equal(await errorOf(tried), 'invalid_grant')
  })

  it('is refreshed with the same key alone', async () => {
    const { flow, url } = await signIn(offline)
    const tokens = await redeemWith(flow, url, handleOf(flow, key))
    const refresh = (by: ClientKey) =>
      client.refreshTokenGrant(flow.configuration, tokens.refresh_token ?? '', undefined, {
        DPoP: handleOf(flow, by),
      })
    assert.equal(await errorOf(refresh(thief)), 'invalid_grant')
    assert.equal((await refresh(key)).token_type, 'dpop')
  })

  it('takes each proof once, however many times it comes at the same moment', async () => {
    const { flow, url } = await signIn()
    const { access_token: token } = await redeemWith(flow, url, handleOf(flow, key))
    const once = await proof({ ath: athOf(token), nonce: await nonceOf(token) })
    const answers = await Promise.all(Array.from({ length: 10 }, () => askUserinfo(token, once)))
    assert.lengthOf(
      answers.filter(({ status }) => status === 200),
      1,
    )
    assert.equal((await askUserinfo(token, once)).status, 401)
    assert.deepEqual(test.serverErrors, [])
  })

  it('is refused with a proof for another request, of another time, another token, or another’s nonce', async () => {
    const { flow, url } = await signIn()
    const { access_token: token } = await redeemWith(flow, url, handleOf(flow, key))
    const nonce = await nonceOf(token)
    const ath = athOf(token)
    const faulty: Readonly<Record<string, Promise<string>>> = {
      method: proof({ ath, nonce, htm: 'POST' }),
      address: proof({ ath, nonce, htu: `${test.issuer}/token` }),
      'no token': proof({ nonce }),
      'another token': proof({ ath: athOf('x'), nonce }),
      'no jti': proof({ ath, nonce, jti: undefined }),
      'no time': proof({ ath, nonce, iat: undefined }),
      'another’s nonce': proof({ ath, nonce: 'x'.repeat(43) }),
      'another key': proof({ ath, nonce }, thief),
    }
    for (const [name, dpop] of Object.entries(faulty)) {
      const response = await askUserinfo(token, await dpop)
      assert.include([400, 401], response.status, name)
    }
    const good = await askUserinfo(token, await proof({ ath, nonce }))
    assert.equal(good.status, 200)
  })
})
