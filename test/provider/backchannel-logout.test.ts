import { createServer, type Server } from 'node:http'
import { assert } from 'chai'
import { createRemoteJWKSet, jwtVerify } from 'jose'
import * as client from 'openid-client'
import { startLogoutCourier, type LogoutCourier } from '../../src/provider/backchannel-logout.ts'
import { createOutbound } from '../../src/provider/outbound.ts'
import { purged } from '../store/fixtures.ts'
import { createBrowser, type Browser } from './browser.ts'
import {
  beginFlow,
  callback,
  discover,
  redeem,
  secret,
  startProvider,
  type TestProvider,
} from './fixtures.ts'

describe('An app that wants to know of sign-outs', () => {
  let test: TestProvider
  let app: Server
  let courier: LogoutCourier
  let answers: number[]
  const told: URLSearchParams[] = []
  const log: object[] = []

  beforeEach(async () => {
    told.length = 0
    log.length = 0
    answers = []
    app = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        told.push(new URLSearchParams(body))
        response.writeHead(answers.shift() ?? 200).end()
      })
    })
    await new Promise<void>((resolve) => app.listen(0, 'localhost', resolve))
    const address = app.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const listening = { backchannel_logout_uri: `http://localhost:${port}/logout` }
    const shared = { name: 'App', type: 'confidential', secret, redirect_uris: [callback], ...listening }
    test = await startProvider({
      clients: [
        { ...shared, client_id: 'listener' },
        { ...shared, client_id: 'shy-listener', subject_type: 'pairwise' },
      ],
    })
    const put = (entry: object): void => void log.push(entry)
    courier = startLogoutCourier({
      queue: test.store.logoutDeliveries,
      provider: () => test.provider,
      outbound: createOutbound({ isTrial: true, allowsPrivate: false }),
      clock: test.clock,
      log: { info: put, warn: put, error: put },
    })
  })
  afterEach(async () => {
    courier.stop()
    app.closeAllConnections()
    app.close()
    await test.close()
  })

  const signIn = async (browser: Browser, id: string) => {
    const configuration = await discover(test, id, client.ClientSecretBasic(secret))
    const flow = await beginFlow(configuration)
    return redeem(flow, (await browser.open(flow.url)).url)
  }
  const signOut = async (browser: Browser) => {
    const page = await browser.open('/logout')
    const { action, xsrf } = JSON.parse(page.text) as { action: string; xsrf: string }
    await browser.open(action, { method: 'POST', body: new URLSearchParams({ xsrf, logout: 'yes' }) })
  }
  const tokenOf = async (audience: string) => {
    for (const each of told) {
      const token = each.get('logout_token') ?? ''
      const keys = createRemoteJWKSet(new URL(`${test.issuer}/jwks`))
      const verified = await jwtVerify(token, keys, { issuer: test.issuer, audience }).catch(() => undefined)
      if (verified !== undefined) return verified
    }
    return assert.fail(`no logout token for ${audience}`)
  }

  it('is told by a signed, short-lived token which session of whom has ended', async () => {
    const browser = createBrowser(test.issuer)
    const tokens = await signIn(browser, 'listener')
    const other = await signIn(browser, 'shy-listener')
    await signOut(browser)
    assert.lengthOf(told, 0)
    await courier.deliverDue()
    assert.lengthOf(told, 2)
    const { payload, protectedHeader } = await tokenOf('listener')
    assert.equal(protectedHeader.typ, 'logout+jwt')
    assert.equal(payload.sub, test.login.subjectId)
    assert.equal(payload['sid'], tokens.claims()?.['sid'])
    assert.isString(payload['sid'])
    assert.isString(payload.jti)
    assert.deepEqual(payload['events'], { 'http://schemas.openid.net/event/backchannel-logout': {} })
    assert.notProperty(payload, 'nonce')
    assert.isAtMost((payload.exp ?? 0) - (payload.iat ?? 0), 120)
    assert.equal((await tokenOf('shy-listener')).payload.sub, other.claims()?.sub)
  })

  it('is told once, however many couriers are about', async () => {
    const browser = createBrowser(test.issuer)
    await signIn(browser, 'listener')
    await signOut(browser)
    await Promise.all([courier.deliverDue(), courier.deliverDue(), courier.deliverDue()])
    assert.lengthOf(told, 1)
    const [line] = await test.store.logoutDeliveries.list(10)
    assert.deepEqual([line?.clientId, line?.outcome, line?.tries], ['listener', 'delivered', 1])
  })

  it('leaves no name behind once it was told, and no line after a month', async () => {
    const browser = createBrowser(test.issuer)
    await signIn(browser, 'listener')
    await signOut(browser)
    await courier.deliverDue()
    assert.include(JSON.stringify(log), 'listener')
    assert.notInclude(JSON.stringify(log), test.login.subjectId)
    assert.equal(await purged(test.store, 'logout_deliveries'), 0)
    test.pass(31 * 86_400)
    assert.equal(await purged(test.store, 'logout_deliveries'), 1)
  })

  it('is told later where it does not answer, ever more seldom, and given up after seven tries', async () => {
    const browser = createBrowser(test.issuer)
    await signIn(browser, 'listener')
    await signOut(browser)
    answers = [500, 503, 302, 404, 500, 500, 500, 200]
    const triedAt: number[] = []
    for (let seconds = 0; seconds < 12 * 3600; seconds += 60) {
      const before = told.length
      await courier.deliverDue()
      if (told.length > before) triedAt.push(seconds)
      test.pass(60)
    }
    const gaps = triedAt.slice(1).map((at, index) => at - (triedAt[index] ?? 0))
    assert.deepEqual(
      gaps,
      gaps.toSorted((one, other) => one - other),
    )
    assert.lengthOf(told, 7)
    const [line] = await test.store.logoutDeliveries.list(1)
    assert.equal(line?.outcome, 'abandoned')
    assert.equal(line?.fault, 'http_500')
    assert.equal(line?.tries, 7)
    assert.isFalse((await test.store.logoutDeliveries.takeDue(10, 60)).length > 0)
  })
})
