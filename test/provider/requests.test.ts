import { randomUUID } from 'node:crypto'
import { assert } from 'chai'
import * as client from 'openid-client'
import { createBrowser } from './browser.ts'
import {
  beginFlow,
  callback,
  discover,
  errorOf,
  redeem,
  secret,
  startProvider,
  type Flow,
  type TestProvider,
} from './fixtures.ts'
import { makeClientKey, now, signed, type ClientKey } from './keys.ts'

const shared = { type: 'confidential', secret, redirect_uris: [callback] }

describe('an authorization request', () => {
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
      ],
    })
  })
  after(() => test.close())

  const as = (id: string) => discover(test, id, client.ClientSecretBasic(secret))
  const parametersOf = (flow: Flow) => Object.fromEntries(flow.url.searchParams)
  const push = async (flow: Flow): Promise<URL> =>
    client.buildAuthorizationUrlWithPAR(flow.configuration, parametersOf(flow))
  const openError = async (url: URL): Promise<string> => {
    const arrival = await createBrowser(test.issuer).open(url)
    return arrival.url.searchParams.get('error') ?? `${arrival.status} ${arrival.text}`
  }

  describe('that is pushed', () => {
    it('is known to the browser by a name alone, which signs in once and for its app alone', async () => {
      const flow = await beginFlow(await as('pusher'), { login_hint: 'anna@example.com' })
      const url = await push(flow)
      assert.sameMembers([...url.searchParams.keys()], ['client_id', 'request_uri'])
      assert.notInclude(url.href, 'anna')
      const foreign = new URL(url)
      foreign.searchParams.set('client_id', 'other-pusher')
      assert.include(await openError(foreign), '400')
      const browser = createBrowser(test.issuer)
      const { url: back } = await browser.open(url)
      assert.equal((await redeem(flow, back)).claims()?.sub, test.login.subjectId)
      assert.include((await browser.open(url)).text, 'invalid_request_uri')
    })

    it('may be opened again until it is answered', async () => {
      const flow = await beginFlow(await as('pusher'))
      const url = await push(flow)
      await createBrowser(test.issuer).request(url)
      const { url: back } = await createBrowser(test.issuer).open(url)
      await redeem(flow, back)
    })

    it('lives a minute and has a name that cannot be guessed', async () => {
      const flow = await beginFlow(await as('pusher'))
      const response = await fetch(`${test.issuer}/par`, {
        method: 'POST',
        headers: { authorization: `Basic ${Buffer.from(`pusher:${secret}`).toString('base64')}` },
        body: new URLSearchParams(parametersOf(flow)),
      })
      assert.equal(response.status, 201)
      const { request_uri: name, expires_in: seconds } = (await response.json()) as Record<string, unknown>
      assert.isAtMost(Number(seconds), 60)
      assert.isAtLeast(String(name).split(':').at(-1)?.length ?? 0, 22)
    })

    it('is the only kind where the operator wants it so', async () => {
      const flow = await beginFlow(await as('pusher'))
      assert.equal(await openError(flow.url), 'invalid_request')
    })

    it('is refused without the app’s proof, by GET, and where it names a pushed one', async () => {
      const flow = await beginFlow(await as('pusher'))
      const unproven = await beginFlow(await discover(test, 'pusher', client.ClientSecretBasic(`${secret}!`)))
      assert.equal(await errorOf(push(unproven)), 'invalid_client')
      assert.include([404, 405], (await fetch(`${test.issuer}/par`)).status)
      const nested = { ...parametersOf(flow), request_uri: 'urn:ietf:params:oauth:request_uri:x' }
      const pushed = client.buildAuthorizationUrlWithPAR(flow.configuration, nested)
      assert.notEqual(await errorOf(pushed), 'none')
    })

    it('is refused at once for what would be refused later', async () => {
      const configuration = await as('pusher')
      for (const [name, value] of Object.entries({
        redirect_uri: 'https://evil.example/',
        code_challenge_method: 'plain',
        scope: 'openid "',
      })) {
        const flow = await beginFlow(configuration, { [name]: value })
        assert.notEqual(await errorOf(push(flow)), 'none', name)
      }
    })
  })

  describe('that is signed', () => {
    const claimsOf = (flow: Flow) => ({
      ...parametersOf(flow),
      client_id: 'signer',
      iss: 'signer',
      aud: test.issuer,
      jti: randomUUID(),
      nbf: now(),
      exp: now() + 60,
    })
    const withRequest = (request: string, extra: Readonly<Record<string, string>> = {}): URL => {
      const url = new URL(`${test.issuer}/authorize`)
      url.search = new URLSearchParams({
        client_id: 'signer',
        response_type: 'code',
        scope: 'openid',
        request,
        ...extra,
      }).toString()
      return url
    }

    it('is taken as it was signed, and what stands outside is not looked at', async () => {
      const flow = await beginFlow(await as('signer'), { scope: 'openid email' })
      const url = withRequest(await signed(key, claimsOf(flow)), { scope: 'openid profile', nonce: 'forged' })
      const { url: back } = await createBrowser(test.issuer).open(url)
      const tokens = await redeem(flow, back)
      assert.equal(tokens.scope, 'openid email')
    })

    it('can be made by openid-client, and pushed', async () => {
      const configuration = await as('signer')
      const flow = await beginFlow(configuration)
      const plain = parametersOf(flow)
      const url = await client.buildAuthorizationUrlWithJAR(configuration, plain, {
        key: key.privateKey,
        kid: key.publicJwk.kid,
      })
      const pushed = await client.buildAuthorizationUrlWithPAR(configuration, url.searchParams)
      const { url: back } = await createBrowser(test.issuer).open(pushed)
      await redeem(flow, back)
    })

    it('is refused unsigned, with another’s key, for another provider, expired, or naming another app', async () => {
      const flow = await beginFlow(await as('signer'))
      const claims = claimsOf(flow)
      const none = [{ alg: 'none' }, claims].map((each) =>
        Buffer.from(JSON.stringify(each)).toString('base64url'),
      )
      const faulty: Readonly<Record<string, string>> = {
        unsigned: `${none.join('.')}.`,
        'another’s key': await signed({ ...stranger, publicJwk: key.publicJwk }, claims),
        'another provider': await signed(key, { ...claims, aud: 'https://elsewhere.example' }),
        expired: await signed(key, { ...claims, exp: now() - 60 }),
        'another app': await signed(key, { ...claims, client_id: 'demo' }),
        'another issuer': await signed(key, { ...claims, iss: 'demo' }),
        nested: await signed(key, { ...claims, request: 'x' }),
        'no token': 'x.y.z',
      }
      for (const [name, request] of Object.entries(faulty)) {
        assert.include(await openError(withRequest(request)), 'invalid_request_object', name)
      }
    })

    it('is the only kind where the operator wants it so, and is never fetched from an address', async () => {
      const flow = await beginFlow(await as('signer'))
      assert.equal(await openError(flow.url), 'invalid_request')
      const url = new URL(flow.url)
      url.searchParams.set('request_uri', 'https://app.example/request.jwt')
      assert.include(await openError(url), 'request_uri_not_supported')
    })
  })

  describe('whose answer is to be signed', () => {
    it('is answered by a JWT that says who answers, for whom, and for how long', async () => {
      const configuration = await as('pusher')
      client.useJwtResponseMode(configuration)
      const flow = await beginFlow(configuration)
      const { url } = await createBrowser(test.issuer).open(await push(flow))
      assert.sameMembers([...url.searchParams.keys()], ['response'])
      assert.equal((await redeem(flow, url)).claims()?.sub, test.login.subjectId)
      const changed = new URL(url)
      changed.searchParams.set('response', `${url.searchParams.get('response') ?? ''}x`)
      await redeem(flow, changed).then(
        () => assert.fail('a changed answer was believed'),
        (error: unknown) => assert.instanceOf(error, Error),
      )
    })
  })
})
