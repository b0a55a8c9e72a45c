import { assert } from 'chai'
import * as client from 'openid-client'
import { createBrowser } from './browser.ts'
import {
  beginFlow,
  callback,
  discover,
  errorOf,
  redeem,
  rpOrigin,
  secret,
  startProvider,
  type Flow,
  type TestProvider,
} from './fixtures.ts'

describe('signing in to an app', () => {
  let test: TestProvider
  before(async () => (test = await startProvider()))
  after(() => test.close())
  beforeEach(() => {
    test.prompts.length = 0
    test.login = { ...test.login, acr: 'urn:mien:acr:face', amr: ['face'] }
  })
  afterEach(() => {
    assert.deepEqual(test.serverErrors, [])
  })

  const signIn = async (
    extra: Readonly<Record<string, string>> = {},
    browser = createBrowser(test.issuer),
  ) => {
    const flow = await beginFlow(await discover(test), extra)
    const { url } = await browser.open(flow.url)
    return { flow, url, browser }
  }

  it('gives an ID token that an independent library verifies, and that says how the person signed in', async () => {
    const { flow, url } = await signIn()
    const tokens = await redeem(flow, url)
    const claims = tokens.claims()
    assert.equal(claims?.iss, test.issuer)
    assert.equal(claims?.sub, test.login.subjectId)
    assert.equal(claims?.['acr'], 'urn:mien:acr:face')
    assert.deepEqual(claims?.['amr'], ['face'])
    assert.closeTo(Number(claims?.auth_time), Date.now() / 1000, 10)
    assert.notProperty(claims, 'email')
    assert.isUndefined(tokens.refresh_token)
    assert.isAtMost(Number(claims?.exp) - Number(claims?.iat), 600)
    assert.equal(tokens.expires_in, 600)
    assert.deepEqual(test.prompts, ['login', 'consent'])
  })

  it('tells the address and the time of change at the userinfo endpoint', async () => {
    const { flow, url } = await signIn()
    const tokens = await redeem(flow, url)
    const info = await client.fetchUserInfo(flow.configuration, tokens.access_token, test.login.subjectId)
    assert.equal(info.email, 'anna@example.com')
    assert.isFalse(info.email_verified)
    assert.isNumber(info.updated_at)
  })

  it('asks once for consent, then remembers it as long as the session', async () => {
    const { browser } = await signIn()
    test.prompts.length = 0
    const { flow, url } = await signIn({}, browser)
    assert.isString((await redeem(flow, url)).id_token)
    assert.deepEqual(test.prompts, [])
  })

  it('shows no page for prompt=none, and says that a login is required', async () => {
    const { url } = await signIn({ prompt: 'none' })
    assert.equal(url.searchParams.get('error'), 'login_required')
    assert.equal(url.searchParams.get('iss'), test.issuer)
    assert.isNotNull(url.searchParams.get('state'))
    assert.deepEqual(test.prompts, [])
  })

  it('authenticates again for prompt=login and max_age=0', async () => {
    const { browser } = await signIn()
    for (const extra of [{ prompt: 'login' }, { max_age: '0' }]) {
      test.prompts.length = 0
      await signIn(extra, browser)
      assert.deepEqual(test.prompts, ['login'], JSON.stringify(extra))
    }
  })

  it('offers registration for prompt=create, answered by a login', async () => {
    const { flow, url } = await signIn({ prompt: 'create' })
    assert.isString((await redeem(flow, url)).id_token)
    assert.deepEqual(test.prompts, ['create', 'consent'])
  })

  it('asks again for a stronger sign-in than the session has where the app says it is essential', async () => {
    test.login = { ...test.login, acr: 'urn:mien:acr:password', amr: ['pwd'] }
    const { browser } = await signIn()
    test.login = { ...test.login, acr: 'urn:mien:acr:face', amr: ['face'] }
    test.prompts.length = 0
    const acr = { essential: true, value: 'urn:mien:acr:face' }
    const { flow, url } = await signIn({ claims: JSON.stringify({ id_token: { acr } }) }, browser)
    assert.equal((await redeem(flow, url)).claims()?.['acr'], 'urn:mien:acr:face')
    assert.deepEqual(test.prompts, ['login'])
  })

  it('is refused to public clients and ordinary confidential ones without PKCE', async () => {
    for (const clientId of ['demo', 'strict-shop']) {
      const url = new URL(`${test.issuer}/authorize`)
      const parameters = {
        client_id: clientId,
        redirect_uri: callback,
        response_type: 'code',
        scope: 'openid',
        state: 's',
      }
      url.search = new URLSearchParams(parameters).toString()
      const arrival = await createBrowser(test.issuer).open(url)
      assert.equal(arrival.url.searchParams.get('error'), 'invalid_request', clientId)
      assert.equal(arrival.url.searchParams.get('state'), 's')
      assert.equal(arrival.url.searchParams.get('iss'), test.issuer)
      url.searchParams.set('code_challenge', 'a'.repeat(43))
      url.searchParams.set('code_challenge_method', 'plain')
      const plain = await createBrowser(test.issuer).open(url)
      assert.equal(plain.url.searchParams.get('error'), 'invalid_request')
    }
  })

  it('goes on without PKCE for the confidential client that is exempt, with ES256 as it asked', async () => {
    const configuration = await discover(test, 'old-shop', client.ClientSecretBasic(secret))
    configuration.clientMetadata().id_token_signed_response_alg
    const state = client.randomState()
    const url = client.buildAuthorizationUrl(configuration, {
      redirect_uri: callback,
      scope: 'openid',
      state,
    })
    const arrival = await createBrowser(test.issuer).open(url)
    const code = arrival.url.searchParams.get('code') ?? ''
    const body = new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: callback })
    const authorization = `Basic ${Buffer.from(`old-shop:${secret}`).toString('base64')}`
    const response = await fetch(`${test.issuer}/token`, { method: 'POST', body, headers: { authorization } })
    const { id_token: idToken } = (await response.json()) as { id_token: string }
    const header: unknown = JSON.parse(Buffer.from(idToken.split('.')[0] ?? '', 'base64url').toString())
    assert.propertyVal(header, 'alg', 'ES256')
  })

  it('gives a pairwise client a sub of its own', async () => {
    const configuration = await discover(test, 'strict-shop', client.ClientSecretBasic(secret))
    const flow = await beginFlow(configuration)
    const { url } = await createBrowser(test.issuer).open(flow.url)
    const { sub } = (await redeem(flow, url)).claims()!
    assert.notEqual(sub, test.login.subjectId)
    assert.lengthOf(sub, 43)
  })

  it('never sends the browser to an address that is not registered, byte for byte', async () => {
    const hostile = [
      `${callback}/`,
      `${callback}?a=b`,
      `${callback}#f`,
      `${rpOrigin}/Callback`,
      `${rpOrigin}/%63allback`,
      'http://localhost:4998/callback',
      'http://u@localhost:4999/callback',
      'https://localhost:4999/callback',
      'http://LOCALHOST:4999/callback',
      'http://localhost.evil.example:4999/callback',
      `${rpOrigin}/x/../callback`,
      'javascript:alert(1)',
      '//evil.example/callback',
      '',
    ]
    const flow = await beginFlow(await discover(test))
    for (const address of hostile) {
      flow.url.searchParams.set('redirect_uri', address)
      const arrival = await createBrowser(test.issuer).open(flow.url)
      assert.equal(arrival.status, 400, address)
      assert.equal(arrival.url.origin, test.issuer, address)
      assert.include(arrival.text, 'error page', address)
    }
    flow.url.searchParams.delete('redirect_uri')
    assert.equal((await createBrowser(test.issuer).open(flow.url)).status, 400)
    const unknown = new URL(flow.url)
    unknown.searchParams.set('client_id', 'nobody')
    assert.equal((await createBrowser(test.issuer).open(unknown)).url.origin, test.issuer)
  })

  it('does not mind which Host header it is asked under', async () => {
    const { request } = await import('node:http')
    const text = await new Promise<string>((resolve, reject) => {
      request(
        `${test.issuer}/.well-known/openid-configuration`,
        { headers: { host: 'evil.example' } },
        (answer) => {
          let body = ''
          answer.on('data', (part: Buffer) => (body += part.toString()))
          answer.on('end', () => {
            resolve(body)
          })
        },
      )
        .on('error', reject)
        .end()
    })
    assert.notInclude(text, 'evil.example')
    assert.include(text, `${test.issuer}/token`)
  })

  it('uses cookies that scripts cannot read, that are signed, and that a changed signature voids', async () => {
    const { browser } = await signIn()
    const names = [...browser.jar.keys()]
    assert.includeMembers(names, ['mien_session', 'mien_session.sig'])
    browser.jar.set('mien_session.sig', 'x'.repeat(27))
    test.prompts.length = 0
    await signIn({}, browser)
    assert.deepEqual(test.prompts, ['login', 'consent'])
    const { url } = await beginFlow(await discover(test))
    const cookies = (await fetch(url, { redirect: 'manual' })).headers.getSetCookie()
    assert.isNotEmpty(cookies)
    for (const cookie of cookies) assert.match(cookie, /; httponly/i)
    for (const cookie of cookies) assert.match(cookie, /; samesite=lax/i)
  })

  it('gives each session a new identifier when the person signs in', async () => {
    const { browser } = await signIn()
    const before = browser.jar.get('mien_session')
    await signIn({ prompt: 'login' }, browser)
    assert.notEqual(browser.jar.get('mien_session'), before)
  })

  it('refuses a code whose PKCE verifier, redirect address or client is another', async () => {
    const post = async (flow: Flow, url: URL, changed: Record<string, string>): Promise<string> => {
      const body = new URLSearchParams({
        grant_type: 'authorization_code',
        client_id: 'demo',
        code: url.searchParams.get('code') ?? '',
        redirect_uri: callback,
        code_verifier: flow.verifier,
        ...changed,
      })
      const response = await fetch(`${test.issuer}/token`, { method: 'POST', body })
      return ((await response.json()) as { error: string }).error
    }
    const hostile = [
      { code_verifier: client.randomPKCECodeVerifier() },
      { code_verifier: '' },
      { redirect_uri: `${rpOrigin}/other` },
      { client_id: 'strict-shop', client_secret: secret },
    ]
    for (const changed of hostile) {
      const { flow, url } = await signIn()
      assert.include(['invalid_grant', 'invalid_client', 'invalid_request'], await post(flow, url, changed))
    }
  })

  it('ends in access_denied or another error of the app’s own, never in a token, where the person is erased meanwhile', async () => {
    const { id } = await test.store.subjects.create({ email: 'gone@example.com', passwordHash: 'h' })
    const stays = test.login
    test.login = { ...stays, subjectId: id }
    const { flow, url } = await signIn()
    await test.store.subjects.erase(id)
    test.login = stays
    assert.equal(await errorOf(redeem(flow, url)), 'invalid_grant')
  })
})
