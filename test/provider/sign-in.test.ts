import { assert } from 'chai'
import * as client from 'openid-client'
import { sessionSecondsLeft } from '../../src/provider/lifetimes.ts'
import { createBrowser } from './browser.ts'
import {
  beginFlow,
  callback,
  discover,
  errorOf,
  redeem,
  secret,
  startProvider,
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

  it('as somebody else ends the session of the first, and what was given out in it', async () => {
    const { flow: annas, url, browser } = await signIn()
    const tokens = await redeem(annas, url)
    const anna = test.login
    const { id } = await test.store.subjects.create({ email: 'ben@example.com', passwordHash: 'h' })
    test.login = { ...anna, subjectId: id }
    const flow = await beginFlow(await discover(test), { prompt: 'login' })
    // The library puts a page in between that posts itself.
    const between = await browser.open(flow.url)
    const action = /action="([^"]*)"/.exec(between.text)?.[1] ?? ''
    const xsrf = /name="xsrf" value="([^"]*)"/.exec(between.text)?.[1] ?? ''
    const body = new URLSearchParams({ xsrf, logout: 'yes' })
    const arrival = await browser.open(action, { method: 'POST', body })
    test.login = anna
    assert.equal((await redeem(flow, arrival.url)).claims()?.sub, id)
    const info = client.fetchUserInfo(annas.configuration, tokens.access_token, anna.subjectId)
    assert.equal(await errorOf(info), 'invalid_token')
  })

  it('lasts twelve hours at most, however busy the session is, and an hour without use', () => {
    const login = 1_800_000_000
    const left = (seconds: number): number => sessionSecondsLeft(login, new Date((login + seconds) * 1000))
    assert.equal(left(0), 3600)
    assert.equal(left(11.5 * 3600), 1800)
    assert.equal(left(13 * 3600), 1)
    assert.equal(left(-60), 3600)
    assert.equal(left(NaN), 1)
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

  it('goes on without PKCE for the confidential client that is exempt, with ES256 as it asked', async () => {
    const configuration = await discover(test, 'old-shop', client.ClientSecretBasic(secret))
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

  it('ends without a token where the person was erased before the code came back', async () => {
    const { id } = await test.store.subjects.create({ email: 'gone@example.com', passwordHash: 'h' })
    const stays = test.login
    test.login = { ...stays, subjectId: id }
    const { flow, url } = await signIn()
    await test.store.subjects.erase(id)
    test.login = stays
    assert.equal(await errorOf(redeem(flow, url)), 'invalid_grant')
  })
})
