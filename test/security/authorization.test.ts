import { assert } from 'chai'
import * as client from 'openid-client'
import { beginFlow, callback, rpOrigin, startProvider, type TestProvider } from '../provider/fixtures.ts'
import {
  answerIn,
  assertOwnErrorPage,
  authorizationUrl,
  basic,
  configurationOf,
  open,
  postTo,
  redeemByHand,
  refusalOf,
  send,
  signInAt,
} from './attacker.ts'

const asked = {
  client_id: 'demo',
  redirect_uri: callback,
  response_type: 'code',
  scope: 'openid',
  state: 's',
}
const challenge = { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' }

describe('Security: the authorization endpoint', () => {
  let test: TestProvider
  before(async () => {
    test = await startProvider({
      clients: [
        {
          client_id: 'phone',
          name: 'Phone',
          type: 'public',
          application_type: 'native',
          redirect_uris: ['http://127.0.0.1/cb'],
        },
      ],
    })
  })
  after(() => test.close())
  afterEach(() => {
    assert.deepEqual(test.serverErrors, [])
  })

  it('01 redirect_uri must equal a registered one byte for byte, or the person stays here', async () => {
    const hostile = [
      `${callback}/`,
      `${callback}/more`,
      `${callback}?a=b`,
      `${callback}#f`,
      `${callback}%00`,
      `${rpOrigin}/Callback`,
      `${rpOrigin}/%63allback`,
      `${rpOrigin}/%2e%2e/callback`,
      `${rpOrigin}/x/../callback`,
      `${rpOrigin}//callback`,
      `${rpOrigin}/callback.evil.example`,
      'http://localhost:4998/callback',
      'http://user@localhost:4999/callback',
      'http://localhost:4999@evil.example/callback',
      'https://localhost:4999/callback',
      'http://LOCALHOST:4999/callback',
      'http://localhost.evil.example:4999/callback',
      'javascript:alert(1)',
      'data:text/html,x',
      '//evil.example/callback',
      ` ${callback}`,
      '',
    ]
    for (const address of hostile) {
      const url = authorizationUrl(test, { ...asked, ...challenge, redirect_uri: address })
      assertOwnErrorPage(await open(test, url), test.issuer, address)
    }
  })

  it('02 loopback redirects may change their port for native apps alone, and nothing but the port', async () => {
    const flow = await beginFlow(await configurationOf(test, 'phone'), {
      redirect_uri: 'http://127.0.0.1:52711/cb',
    })
    assert.equal((await open(test, flow.url)).url.origin, 'http://127.0.0.1:52711')
    const hostile = [
      'http://127.0.0.1:52711/other',
      'http://localhost:52711/cb',
      'https://127.0.0.1:52711/cb',
    ]
    for (const address of hostile) {
      flow.url.searchParams.set('redirect_uri', address)
      assertOwnErrorPage(await open(test, flow.url), test.issuer, address)
    }
    const web = authorizationUrl(test, {
      ...asked,
      ...challenge,
      redirect_uri: 'http://localhost:1/callback',
    })
    assertOwnErrorPage(await open(test, web), test.issuer, 'a web app')
  })

  it('03 without a known app and its own address nobody is sent anywhere: a page of ours, status 400', async () => {
    const evil = 'https://evil.example/cb'
    const requests: Readonly<Record<string, Record<string, string>>> = {
      'no app': { redirect_uri: evil, response_type: 'code', scope: 'openid' },
      'unknown app': { ...asked, client_id: 'nobody', redirect_uri: evil },
      'address of another': { ...asked, redirect_uri: evil },
      'no address': { client_id: 'demo', response_type: 'code', scope: 'openid' },
      'a fault beside it': { ...asked, redirect_uri: evil, response_type: 'nonsense', prompt: 'none' },
      'by form_post': { ...asked, redirect_uri: evil, response_mode: 'form_post' },
    }
    for (const [name, fields] of Object.entries(requests)) {
      const arrival = await open(test, authorizationUrl(test, fields))
      assertOwnErrorPage(arrival, test.issuer, name)
      assert.notInclude(arrival.text, 'evil.example', name)
    }
  })

  it('04 other faults go back to the app with its state and with our name', async () => {
    const faults: Readonly<Record<string, Record<string, string>>> = {
      invalid_request: { code_challenge: 'short' },
      unsupported_response_type: { response_type: 'code token' },
      invalid_scope: { scope: 'openid "' },
      request_uri_not_supported: { request_uri: 'https://app.example/request' },
    }
    for (const [error, change] of Object.entries(faults)) {
      const { url } = await open(test, authorizationUrl(test, { ...asked, ...challenge, ...change }))
      const told = answerIn(url)
      assert.equal(`${url.origin}${url.pathname}`, callback, error)
      assert.equal(told.get('error'), error)
      assert.equal(told.get('state'), 's', error)
      assert.equal(told.get('iss'), test.issuer, error)
    }
  })

  it('05 every answer to an app says which provider gives it, and the metadata promises so', async () => {
    const { url } = await signInAt(test)
    assert.equal(url.searchParams.get('iss'), test.issuer)
    const refused = await open(test, authorizationUrl(test, { ...asked, ...challenge, prompt: 'none' }))
    assert.equal(refused.url.searchParams.get('iss'), test.issuer)
    const { body } = await send(`${test.issuer}/.well-known/openid-configuration`)
    assert.isTrue(body['authorization_response_iss_parameter_supported'])
  })

  it('06 PKCE is asked of every app but those that the operator exempts by name, and only S256 will do', async () => {
    for (const clientId of ['demo', 'strict-shop', 'phone']) {
      const redirect = clientId === 'phone' ? { redirect_uri: 'http://127.0.0.1:1/cb' } : {}
      const bare = { ...asked, ...redirect, client_id: clientId }
      const plain = { ...bare, ...challenge, code_challenge_method: 'plain' }
      for (const fields of [bare, plain, { ...bare, code_challenge: 'a'.repeat(43) }])
        assert.equal(await refusalOf(test, authorizationUrl(test, fields)), 'invalid_request', clientId)
    }
    const exempt = await open(test, authorizationUrl(test, { ...asked, client_id: 'old-shop' }))
    assert.isNotNull(exempt.url.searchParams.get('code'))
    const { body } = await send(`${test.issuer}/.well-known/openid-configuration`)
    assert.deepEqual(body['code_challenge_methods_supported'], ['S256'])
  })

  it('07 a PKCE challenge without its verifier, or a verifier without a challenge, gets no token', async () => {
    assert.equal(
      (await redeemByHand(test, await signInAt(test), { code_verifier: '' })).body['error'],
      'invalid_grant',
    )
    const { url } = await open(test, authorizationUrl(test, { ...asked, client_id: 'old-shop' }))
    const fields = {
      grant_type: 'authorization_code',
      code: url.searchParams.get('code') ?? '',
      redirect_uri: callback,
    }
    const added = await postTo(
      `${test.issuer}/token`,
      { ...fields, code_verifier: client.randomPKCECodeVerifier() },
      basic('old-shop'),
    )
    assert.equal(added.body['error'], 'invalid_grant')
  })

  it('08 a PKCE verifier of fewer than 43 characters is refused, though it fits its challenge', async () => {
    for (const verifier of ['short', 'a'.repeat(42), 'a'.repeat(129), `${'a'.repeat(43)} `]) {
      const extra = { code_challenge: await client.calculatePKCECodeChallenge(verifier) }
      const signedIn = await signInAt(test, { extra })
      const { status, body } = await redeemByHand(test, signedIn, { code_verifier: verifier })
      assert.equal(status, 400, verifier)
      assert.include(['invalid_grant', 'invalid_request'], body['error'], verifier)
    }
  })

  it('09 a parameter that comes twice is refused, and one that nobody knows is ignored', async () => {
    for (const [name, value] of Object.entries({ ...asked, ...challenge })) {
      const url = authorizationUrl(test, { ...asked, ...challenge })
      url.searchParams.append(name, name === 'redirect_uri' ? 'https://evil.example/' : value)
      const arrival = await open(test, url)
      const told = arrival.url.searchParams.get('error') ?? arrival.text
      assert.include(told, 'invalid_request', name)
      assert.notEqual(arrival.url.hostname, 'evil.example', name)
    }
    const twice = new URLSearchParams({ grant_type: 'authorization_code', client_id: 'demo', code: 'x' })
    twice.append('code', 'y')
    assert.equal((await postTo(`${test.issuer}/token`, twice)).body['error'], 'invalid_request')
    const { url } = await signInAt(test, { extra: { unheard_of: 'x', __proto: 'y' } })
    assert.isFalse(url.searchParams.has('unheard_of'))
  })

  it('10 tokens never come by the browser’s address, and no app may take a person’s password', async () => {
    for (const type of ['token', 'id_token', 'id_token token', 'code id_token', 'code token']) {
      const url = authorizationUrl(test, { ...asked, ...challenge, response_type: type, nonce: 'n' })
      assert.equal(await refusalOf(test, url), 'unsupported_response_type', type)
    }
    const grants = ['password', 'implicit', 'urn:ietf:params:oauth:grant-type:token-exchange', '']
    for (const type of grants) {
      const person = { username: 'anna@example.com', password: 'x' }
      const { status, body } = await postTo(`${test.issuer}/token`, {
        grant_type: type,
        client_id: 'demo',
        ...person,
      })
      assert.equal(status, 400, type)
      assert.include(['unsupported_grant_type', 'invalid_request'], body['error'], type)
    }
  })
})
