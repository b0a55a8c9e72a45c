import { createServer, type Server } from 'node:http'
import { assert } from 'chai'
import { decodeProtectedHeader } from 'jose'
import * as client from 'openid-client'
import { agents, browserOf, signIn, signUp, visitApp } from '../flows/control-stories.ts'
import { freePort } from '../flows/house.ts'
import type { Page, Visitor } from '../flows/visitor.ts'
import { until } from '../until.ts'
import { claimsIn, postTo } from './attacker.ts'
import { useHouse } from './visit.ts'

const offline = { scope: 'openid offline_access', prompt: 'consent' }
const hour = 3600

describe('Security: devices, sign-out and sessions', function () {
  this.timeout(90_000)
  const told: string[] = []
  let listener: Server
  const wish = { clients: '', settings: {} }
  before(async () => {
    const port = await freePort()
    listener = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        told.push(new URLSearchParams(body).get('logout_token') ?? '')
        // Never answers: nobody may wait for it.
      })
      response.on('error', () => undefined)
    })
    await new Promise<void>((resolve) => listener.listen(port, 'localhost', resolve))
    const entries = [
      { client_id: 'television', name: 'Living-room television', type: 'public', grants: ['device_code'] },
      {
        client_id: 'listener',
        name: 'Listener',
        type: 'public',
        redirect_uris: ['https://listener.example/cb'],
        backchannel_logout_uri: `http://localhost:${port}/logout`,
      },
    ]
    wish.clients = entries.map((entry) => `- ${JSON.stringify(entry)}\n`).join('')
  })
  after(() => {
    listener.closeAllConnections()
    listener.close()
  })
  const { at, stranger, somebody } = useHouse(wish)

  let people = 0
  const arrive = async (
    agent?: string,
  ): Promise<{ readonly email: string; readonly visitor: Visitor; readonly page: Page }> => {
    people += 1
    const email = `leaving-${people}@example.com`
    const visitor = browserOf(at().house, agent)
    return { email, visitor, page: await signUp(at().house, email, visitor) }
  }
  const refresh = async (token: string | undefined): Promise<unknown> => {
    const fields = { grant_type: 'refresh_token', client_id: 'demo', refresh_token: token ?? '' }
    return (await postTo(`${at().house.origin}/token`, fields)).body['error'] ?? 'none'
  }
  const isIn = async (visitor: Visitor): Promise<boolean> =>
    (await visitor.open('/account')).url.pathname === '/account'

  it('61 the code of a device is long enough, is shown again with the device’s name before it counts, and counts once', async () => {
    const ask = () =>
      postTo(`${at().house.origin}/device-authorization`, { client_id: 'television', scope: 'openid' })
    const { body } = await ask()
    const code = String(body['user_code'])
    assert.match(code, /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/, '34 bits')
    assert.isAtMost(Number(body['expires_in']), 600)
    const poll = async (): Promise<unknown> => {
      const grant = { grant_type: 'urn:ietf:params:oauth:grant-type:device_code', client_id: 'television' }
      return (
        await postTo(`${at().house.origin}/token`, { ...grant, device_code: String(body['device_code']) })
      ).body['error']
    }
    const { visitor } = await somebody()
    const confirmation = await visitor.submit(await visitor.open(`/device?user_code=${code}`), '/device', {
      user_code: code,
    })
    assert.include(confirmation.text, 'Living-room television')
    assert.include(confirmation.text, code)
    assert.equal(await poll(), 'authorization_pending', 'a link alone connects nothing')
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(confirmation.text)?.[1] ?? ''
    await visitor.open('/device', {
      method: 'POST',
      body: new URLSearchParams({ xsrf, user_code: code, abort: 'yes' }),
    })
    assert.equal(await poll(), 'access_denied')
    const again = await visitor.submit(await visitor.open('/device'), '/device', { user_code: code })
    assert.include(again.text, 'not right, or it is over')
    const guesser = stranger()
    const statuses: number[] = []
    for (let times = 0; times < 22; times += 1)
      statuses.push(
        (await guesser.submit(await guesser.open('/device'), '/device', { user_code: 'BBBB-BBBB' })).status,
      )
    assert.equal(statuses.at(-1), 429, 'guessing is slowed down')
  })

  it('62 signing out asks first, leads to a registered address or to nowhere, and hands the state back', async () => {
    const { visitor } = await arrive()
    const { id_token: hint = '' } = await visitApp(visitor, at().party)
    const home = `${at().house.rpOrigin}/`
    const out = (fields: Readonly<Record<string, string>>) =>
      `/logout?${new URLSearchParams(fields).toString()}`
    for (const address of [
      'https://evil.example/',
      `${home}?x`,
      `${home}more`,
      home.slice(0, -1),
      '//evil.example',
      'javascript:x()',
    ]) {
      const page = await visitor.open(out({ id_token_hint: hint, post_logout_redirect_uri: address }))
      assert.equal(page.status, 400, address)
      assert.equal(page.url.origin, at().house.origin, address)
    }
    const anonymous = await visitor.open(out({ post_logout_redirect_uri: home }))
    assert.notEqual(anonymous.url.origin, at().house.rpOrigin, 'no app said that it asks')
    assert.isTrue(await isIn(visitor), 'nothing happened so far')
    const asked = await visitor.open(
      out({ id_token_hint: hint, post_logout_redirect_uri: home, state: 'bye' }),
    )
    assert.isTrue(await isIn(visitor), 'a link alone signs nobody out')
    const left = await visitor.submit(asked, '/logout/confirm', { logout: 'yes' })
    assert.equal(left.url.href, `${home}?state=bye`)
    assert.isFalse(await isIn(visitor))
  })

  it('63 apps are told of a sign-out by a signed, short-lived token, and nobody waits for them', async () => {
    const { visitor, email } = await arrive()
    const verifier = client.randomPKCECodeVerifier()
    const fields = {
      client_id: 'listener',
      redirect_uri: 'https://listener.example/cb',
      response_type: 'code',
      scope: 'openid',
    }
    const pkce = {
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    }
    const page = await visitor.open(`/authorize?${new URLSearchParams({ ...fields, ...pkce }).toString()}`)
    await visitor.submit(page, '/consent')
    const began = performance.now()
    await visitor.submit(await visitor.open('/account'), '/sign-out')
    assert.isBelow(performance.now() - began, 2500, `${email} need not wait for an app that does not answer`)
    await until(() => told.length > 0, 'word to the app')
    const [token = ''] = told
    assert.equal(decodeProtectedHeader(token).typ, 'logout+jwt')
    const claims = claimsIn(token)
    assert.equal(claims['aud'], 'listener')
    assert.isString(claims['jti'])
    assert.notProperty(claims, 'nonce')
    assert.isAtMost(Number(claims['exp']) - Number(claims['iat']), 120)
  })

  it('64 after signing out the way back shows nothing: personal pages are not kept by the browser', async () => {
    const { visitor, email, page } = await arrive()
    assert.equal(page.headers.get('cache-control'), 'no-store')
    await visitor.submit(page, '/sign-out')
    for (const path of ['/account', '/account/devices', '/account/profile', '/account/authenticator']) {
      const later = await visitor.open(path)
      assert.notInclude(later.text, email, path)
      assert.notEqual(later.url.pathname, path)
    }
  })

  it('65 a session ends after an hour unused and after half a day in all; its owner can see it and end it from elsewhere', async () => {
    const { visitor, email } = await arrive()
    const phone = browserOf(at().house, agents.phone)
    await signIn(phone, email)
    const devices = await visitor.open('/account/devices')
    assert.include(devices.text, 'Chrome on Android')
    const tokens = await visitApp(phone, at().party, offline)
    await visitor.submit(devices, '/sessions/end-others')
    assert.isFalse(await isIn(phone))
    assert.equal(await refresh(tokens.refresh_token), 'invalid_grant')
    assert.isTrue(await isIn(visitor))
    at().house.pass(hour + 60)
    assert.isFalse(await isIn(visitor), 'unused')
    const busy = await arrive()
    for (let hours = 0; hours < 12; hours += 0.75) {
      at().house.pass(0.75 * hour)
      await busy.visitor.open('/account')
    }
    at().house.pass(60)
    assert.isFalse(await isIn(busy.visitor), 'however busy it was')
  })

  it('66 a person sees which apps have access, and takes it back with all that the app was given', async () => {
    const { visitor } = await arrive()
    const tokens = await visitApp(visitor, at().party, offline)
    assert.isString(tokens.refresh_token)
    const apps = await visitor.open('/account/apps')
    assert.include(apps.text, 'Demo Shop')
    await (await arrive()).visitor.open('/account/apps')
    await visitor.submit(apps, '/apps/revoke', { app: 'demo' })
    assert.equal(await refresh(tokens.refresh_token), 'invalid_grant')
    const silent = await visitor.open((await at().party.begin({ prompt: 'none' })).url)
    assert.equal(silent.url.searchParams.get('error'), 'consent_required')
  })
})
