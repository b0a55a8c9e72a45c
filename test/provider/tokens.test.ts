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
  startProvider,
  type Flow,
  type TestProvider,
} from './fixtures.ts'

const offline = { scope: 'openid offline_access', prompt: 'consent' }

describe('codes and tokens', () => {
  let test: TestProvider
  beforeEach(async () => (test = await startProvider()))
  afterEach(() => test.close())

  const signIn = async (extra: Readonly<Record<string, string>> = {}) => {
    const browser = createBrowser(test.issuer)
    const flow = await beginFlow(await discover(test), extra)
    const { url } = await browser.open(flow.url)
    return { flow, url, browser }
  }
  const userInfo = (flow: Flow, accessToken: string): Promise<string> =>
    errorOf(client.fetchUserInfo(flow.configuration, accessToken, test.login.subjectId))

  it('of one code are given out once, however many ask at once, and revoked for the race', async () => {
    const { flow, url } = await signIn()
    const tried = await Promise.allSettled(Array.from({ length: 20 }, () => redeem(flow, url)))
    const won = tried.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []))
    assert.lengthOf(won, 1)
    for (const each of tried) {
      if (each.status === 'rejected')
        assert.equal(await errorOf(Promise.reject(each.reason as Error)), 'invalid_grant')
    }
    assert.equal(await userInfo(flow, won[0]!.access_token), 'invalid_token')
    assert.deepEqual(test.serverErrors, [])
  })

  it('of one code are all revoked when the code comes a second time', async () => {
    const { flow, url } = await signIn(offline)
    const tokens = await redeem(flow, url)
    assert.equal(await userInfo(flow, tokens.access_token), 'none')
    assert.equal(await errorOf(redeem(flow, url)), 'invalid_grant')
    assert.equal(await userInfo(flow, tokens.access_token), 'invalid_token')
    const refreshed = client.refreshTokenGrant(flow.configuration, tokens.refresh_token ?? '')
    assert.equal(await errorOf(refreshed), 'invalid_grant')
  })

  it('are refreshed with rotation; the old refresh token, used again, takes the family along', async () => {
    const { flow, url } = await signIn(offline)
    const first = await redeem(flow, url)
    const second = await client.refreshTokenGrant(flow.configuration, first.refresh_token ?? '')
    assert.notEqual(second.refresh_token, first.refresh_token)
    assert.equal(second.claims()?.['acr'], 'urn:mien:acr:face')
    assert.equal(await userInfo(flow, second.access_token), 'none')
    assert.equal(
      await errorOf(client.refreshTokenGrant(flow.configuration, first.refresh_token ?? '')),
      'invalid_grant',
    )
    assert.equal(
      await errorOf(client.refreshTokenGrant(flow.configuration, second.refresh_token ?? '')),
      'invalid_grant',
    )
    assert.equal(await userInfo(flow, second.access_token), 'invalid_token')
  })

  it('are refreshed once, however many ask at once with the same refresh token', async () => {
    const { flow, url } = await signIn(offline)
    const { refresh_token: refreshToken = '' } = await redeem(flow, url)
    const tried = await Promise.all(
      Array.from({ length: 20 }, () => errorOf(client.refreshTokenGrant(flow.configuration, refreshToken))),
    )
    assert.equal(tried.filter((each) => each === 'none').length, 1)
    assert.equal(tried.filter((each) => each === 'invalid_grant').length, 19)
    assert.deepEqual(test.serverErrors, [])
  })

  it('cannot be widened by a refresh', async () => {
    const { flow, url } = await signIn(offline)
    const { refresh_token: refreshToken = '' } = await redeem(flow, url)
    const wider = client.refreshTokenGrant(flow.configuration, refreshToken, { scope: 'openid email' })
    assert.equal(await errorOf(wider), 'invalid_scope')
  })

  it('leave no bearer value in the database, and no address in the provider’s records', async () => {
    const { flow, url, browser } = await signIn({ ...offline, login_hint: 'hint@example.com' })
    const code = url.searchParams.get('code') ?? ''
    const tokens = await redeem(flow, url)
    const pending = await beginFlow(flow.configuration, {
      login_hint: 'pending@example.com',
      prompt: 'login',
    })
    const response = await browser.request(pending.url)
    const uid = (response.headers.get('location') ?? '').split('/').at(-1) ?? ''
    const cookie = browser.jar.get('mien_session') ?? ''
    const dump = test.dump()
    const values = {
      code,
      access: tokens.access_token,
      refresh: tokens.refresh_token,
      cookie,
      uid,
      hint: 'pending@example.com',
      nonce: pending.nonce,
    }
    for (const [name, value] of Object.entries(values)) {
      assert.isAbove(value?.length ?? 0, 15, name)
      assert.isFalse(dump.includes(value ?? ''), name)
    }
  })

  it('can be revoked and asked about by their own client', async () => {
    const { flow, url } = await signIn()
    const { access_token: accessToken } = await redeem(flow, url)
    assert.isTrue((await client.tokenIntrospection(flow.configuration, accessToken)).active)
    await client.tokenRevocation(flow.configuration, accessToken)
    assert.isFalse((await client.tokenIntrospection(flow.configuration, accessToken)).active)
    assert.equal(await userInfo(flow, accessToken), 'invalid_token')
  })

  it('are inactive to another client that asks about them', async () => {
    const { flow, url } = await signIn()
    const { access_token: accessToken } = await redeem(flow, url)
    const other = await discover(
      test,
      'strict-shop',
      client.ClientSecretBasic('a-secret-of-more-than-thirty-two-characters'),
    )
    assert.isFalse((await client.tokenIntrospection(other, accessToken)).active)
  })

  it('are refused in the query of the userinfo endpoint', async () => {
    const { flow, url } = await signIn()
    const { access_token: accessToken } = await redeem(flow, url)
    const response = await fetch(`${test.issuer}/userinfo?access_token=${accessToken}`)
    assert.equal(response.status, 400)
  })

  it('may be fetched by scripts of registered origins alone', async () => {
    const ask = (origin: string): Promise<Response> =>
      fetch(`${test.issuer}/token`, {
        method: 'POST',
        headers: { origin },
        body: new URLSearchParams({
          grant_type: 'authorization_code',
          client_id: 'demo',
          code: 'x',
          redirect_uri: callback,
        }),
      })
    assert.equal(
      (await ask('https://spa.example')).headers.get('access-control-allow-origin'),
      'https://spa.example',
    )
    assert.isNull((await ask('https://evil.example')).headers.get('access-control-allow-origin'))
    assert.isNull((await ask(rpOrigin)).headers.get('access-control-allow-origin'))
  })
})

describe('the account page as a client', () => {
  let test: TestProvider
  before(async () => (test = await startProvider()))
  after(() => test.close())

  const accountUrl = (extra: Record<string, string> = {}): URL => {
    const url = new URL(`${test.issuer}/authorize`)
    url.search = new URLSearchParams({
      client_id: 'mien-account',
      response_type: 'none',
      redirect_uri: `${test.issuer}/account`,
      scope: 'openid',
      state: 'account',
      ...extra,
    }).toString()
    return url
  }

  it('signs people in without asking for consent, and brings back no token', async () => {
    const browser = createBrowser(test.issuer)
    const arrival = await browser.open(accountUrl())
    assert.equal(arrival.text, 'account page')
    assert.sameMembers([...arrival.url.searchParams.keys()], ['state', 'iss'])
    assert.deepEqual(test.prompts, ['login'])
    const whoami = JSON.parse((await browser.open('/whoami')).text) as Record<string, unknown>
    assert.equal(whoami['subjectId'], test.login.subjectId)
    assert.equal(whoami['acr'], 'urn:mien:acr:face')
    assert.deepEqual(whoami['amr'], ['face'])
    assert.isString(whoami['sessionUid'])
  })

  it('knows nobody without a session', async () => {
    assert.equal((await createBrowser(test.issuer).open('/whoami')).text, '{}')
  })

  it('signs out of the session and of what apps were given in it', async () => {
    const browser = createBrowser(test.issuer)
    const flow = await beginFlow(await discover(test))
    const tokens = await redeem(flow, (await browser.open(flow.url)).url)
    const old = new Map(browser.jar)
    await browser.open('/leave')
    assert.isFalse(browser.jar.has('mien_session'))
    assert.equal((await browser.open('/whoami')).text, '{}')
    for (const [name, value] of old) browser.jar.set(name, value)
    assert.equal((await browser.open('/whoami')).text, '{}')
    const info = client.fetchUserInfo(flow.configuration, tokens.access_token, test.login.subjectId)
    assert.equal(await errorOf(info), 'invalid_token')
  })
})

describe('signing out at the wish of an app', () => {
  let test: TestProvider
  before(async () => (test = await startProvider()))
  after(() => test.close())

  const signedIn = async () => {
    const browser = createBrowser(test.issuer)
    const flow = await beginFlow(await discover(test))
    const tokens = await redeem(flow, (await browser.open(flow.url)).url)
    return { browser, flow, tokens }
  }
  const confirm = async (browser: ReturnType<typeof createBrowser>, text: string, logout?: string) => {
    const { action, xsrf } = JSON.parse(text) as { action: string; xsrf: string }
    const body = new URLSearchParams({ xsrf, ...(logout === undefined ? {} : { logout }) })
    return browser.open(action, { method: 'POST', body })
  }

  it('asks the person, ends the session, and returns to the registered address with its state', async () => {
    const { browser, flow, tokens } = await signedIn()
    const url = client.buildEndSessionUrl(flow.configuration, {
      id_token_hint: tokens.id_token ?? '',
      post_logout_redirect_uri: `${rpOrigin}/`,
      state: 'bye',
    })
    const page = await browser.open(url)
    assert.equal((JSON.parse(page.text) as { clientName: string }).clientName, 'Demo')
    const arrival = await confirm(browser, page.text, 'yes')
    assert.equal(arrival.url.href, `${rpOrigin}/?state=bye`)
    assert.equal((await browser.open('/whoami')).text, '{}')
    const info = client.fetchUserInfo(flow.configuration, tokens.access_token, test.login.subjectId)
    assert.equal(await errorOf(info), 'invalid_token')
  })

  it('never leads to an address that is not registered', async () => {
    const { browser, flow, tokens } = await signedIn()
    for (const address of ['https://evil.example/', rpOrigin, `${rpOrigin}/?x`]) {
      const parameters = { id_token_hint: tokens.id_token ?? '', post_logout_redirect_uri: address }
      const arrival = await browser.open(client.buildEndSessionUrl(flow.configuration, parameters))
      assert.equal(arrival.status, 400, address)
      assert.equal(arrival.url.origin, test.issuer)
    }
  })

  it('does nothing without the secret of the page that asked', async () => {
    const { browser } = await signedIn()
    await browser.open('/logout')
    const body = new URLSearchParams({ xsrf: 'guessed', logout: 'yes' })
    assert.equal((await browser.open('/logout/confirm', { method: 'POST', body })).status, 400)
    assert.notEqual((await browser.open('/whoami')).text, '{}')
  })

  it('ends on a page of our own without an app', async () => {
    const { browser } = await signedIn()
    const page = await browser.open('/logout')
    const arrival = await confirm(browser, page.text, 'yes')
    assert.equal(arrival.text, 'signed out')
    assert.equal(arrival.url.pathname, '/logout/success')
  })
})
