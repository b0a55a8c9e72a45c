import { randomUUID } from 'node:crypto'
import { assert } from 'chai'
import * as client from 'openid-client'
import { createBrowser } from '../provider/browser.ts'
import {
  beginFlow,
  callback,
  redeem,
  secret,
  startProvider,
  type Flow,
  type TestProvider,
} from '../provider/fixtures.ts'
import { makeClientKey, now, signed, type ClientKey } from '../provider/keys.ts'
import {
  assertOwnErrorPage,
  authorizationUrl,
  basic,
  configurationOf,
  open,
  postTo,
  refusalOf,
  signInAt,
} from './attacker.ts'

const shared = { type: 'confidential', secret, redirect_uris: [callback] }

describe('Security: signed, pushed and silent requests', () => {
  let test: TestProvider
  let key: ClientKey
  let stranger: ClientKey
  before(async () => {
    ;[key, stranger] = await Promise.all([makeClientKey('PS256'), makeClientKey('PS256')])
    const jwks = { keys: [key.publicJwk] }
    test = await startProvider({
      clients: [
        { ...shared, client_id: 'pusher', name: 'Pusher', require_par: true },
        { ...shared, client_id: 'other-pusher', name: 'Other', require_par: true },
        { ...shared, client_id: 'signer', name: 'Signer', jwks, require_signed_request: true },
        { ...shared, client_id: 'bank', name: 'Bank', minimum_acr: 'urn:mien:acr:password-otp' },
      ],
    })
  })
  after(() => test.close())

  const parametersOf = (flow: Flow): Record<string, string> => Object.fromEntries(flow.url.searchParams)
  const push = async (flow: Flow): Promise<URL> =>
    client.buildAuthorizationUrlWithPAR(flow.configuration, parametersOf(flow))

  it('11 a signed request is believed only with the app’s own key, and what stands outside it is not looked at', async () => {
    const flow = await beginFlow(await configurationOf(test, 'signer', true), { scope: 'openid email' })
    const claims = {
      ...parametersOf(flow),
      iss: 'signer',
      aud: test.issuer,
      jti: randomUUID(),
      nbf: now(),
      exp: now() + 60,
    }
    const carry = (request: string, extra: Readonly<Record<string, string>> = {}): URL =>
      authorizationUrl(test, {
        client_id: 'signer',
        response_type: 'code',
        scope: 'openid',
        request,
        ...extra,
      })
    const none = [{ alg: 'none' }, claims].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    )
    const forged = {
      'alg none': `${none.join('.')}.`,
      'another key': await signed({ ...stranger, publicJwk: key.publicJwk }, claims),
      'another app inside': await signed(key, { ...claims, client_id: 'demo' }),
      'another audience': await signed(key, { ...claims, aud: 'https://elsewhere.example' }),
    }
    for (const [name, request] of Object.entries(forged))
      assert.include(await refusalOf(test, carry(request)), 'invalid_request_object', name)
    const outside = { scope: 'openid profile', nonce: 'forged', redirect_uri: 'https://evil.example/' }
    const { url } = await open(test, carry(await signed(key, claims), outside))
    assert.equal((await redeem(flow, url)).scope, 'openid email')
  })

  it('12 a pushed request is named unguessably, lives a minute, and serves its own app once', async () => {
    const flow = await beginFlow(await configurationOf(test, 'pusher', true))
    const answer = await postTo(`${test.issuer}/par`, parametersOf(flow), basic('pusher'))
    assert.isAtMost(Number(answer.body['expires_in']), 60)
    // 128 bits are 22 characters of base64url.
    assert.isAtLeast(String(answer.body['request_uri']).split(':').at(-1)?.length ?? 0, 22)
    const url = await push(flow)
    const foreign = new URL(url)
    foreign.searchParams.set('client_id', 'other-pusher')
    assertOwnErrorPage(await open(test, foreign), test.issuer, 'another app')
    const browser = createBrowser(test.issuer)
    await redeem(flow, (await browser.open(url)).url)
    assert.include((await browser.open(url)).text, 'invalid_request_uri')
    assert.equal(await refusalOf(test, flow.url), 'invalid_request', 'not pushed')
  })

  it('13 prompt=none never shows a page: the app is told what is missing', async () => {
    const browser = createBrowser(test.issuer)
    const silently = async (clientId: string, extra: Readonly<Record<string, string>> = {}) => {
      const isConfidential = clientId !== 'demo'
      const configuration = await configurationOf(test, clientId, isConfidential)
      const { url } = await beginFlow(configuration, { prompt: 'none', ...extra })
      const before = test.prompts.length
      const arrival = await browser.open(url)
      assert.equal(`${arrival.url.origin}${arrival.url.pathname}`, callback, clientId)
      assert.lengthOf(test.prompts, before, 'no page was shown')
      return arrival.url.searchParams.get('error') ?? 'none'
    }
    assert.equal(await silently('demo'), 'login_required', 'nobody is signed in')
    await signInAt(test, { browser })
    assert.equal(await silently('demo'), 'none')
    assert.equal(await silently('strict-shop'), 'consent_required', 'a new app')
    assert.equal(await silently('demo', { max_age: '0' }), 'login_required', 'too old')
    const asked = await silently('bank')
    assert.include(['login_required', 'interaction_required'], asked, 'below the least that the app takes')
    assert.equal(await silently('demo', { prompt: 'none login' }), 'invalid_request')
  })

  it('15 an app that asks about another person gets an error, and nobody is changed silently', async () => {
    const anna = await signInAt(test)
    const { id_token: hint = '' } = await redeem(anna.flow, anna.url)
    const { id } = await test.store.subjects.create({
      email: `bea-${randomUUID()}@example.com`,
      passwordHash: 'h',
    })
    const { login } = test
    test.login = { ...login, subjectId: id }
    const browser = createBrowser(test.issuer)
    await signInAt(test, { browser })
    const ask = async (prompt: Readonly<Record<string, string>>) => {
      const { url } = await beginFlow(await configurationOf(test, 'demo'), { id_token_hint: hint, ...prompt })
      return (await browser.open(url)).url.searchParams
    }
    assert.equal((await ask({ prompt: 'none' })).get('error'), 'login_required')
    const before = test.prompts.length
    const answered = await ask({})
    assert.deepEqual(test.prompts.slice(before), ['login'], 'the person is asked')
    assert.equal(
      answered.get('error'),
      'login_required',
      'and whoever else signs in is not passed off as the one meant',
    )
    const unreadable = await beginFlow(await configurationOf(test, 'demo'), {
      id_token_hint: 'x.y.z',
      prompt: 'none',
    })
    assert.equal(await refusalOf(test, unreadable.url), 'invalid_request')
    test.login = login
  })
})
