import { createServer } from 'node:http'
import { assert } from 'chai'
import { startDemo } from '../../examples/demo-relying-party/server.ts'
import { createBrowser, type Arrival } from './browser.ts'
import { rpOrigin, startProvider, type TestProvider } from './fixtures.ts'

const port = 4999
type Browser = ReturnType<typeof createBrowser>

describe('the demo relying party', () => {
  let test: TestProvider
  let shop: { close: () => Promise<void> }
  let atShop: Browser
  let atProvider: Browser
  beforeEach(async () => {
    test = await startProvider()
    shop = await startDemo({ issuer: test.issuer, port, clientId: 'demo', baseUrl: rpOrigin })
    atShop = createBrowser(rpOrigin)
    atProvider = createBrowser(test.issuer)
  })
  afterEach(async () => {
    await shop.close()
    await test.close()
  })

  const post = (path: string, origin = rpOrigin): Promise<Arrival> =>
    atShop.open(path, { method: 'POST', headers: { origin } })
  const signIn = async (): Promise<Arrival> => {
    const { url } = await post('/sign-in')
    return atShop.open((await atProvider.open(url)).url)
  }

  it('shows a button, and after it the claims of the ID token', async () => {
    const home = await atShop.open('/')
    assert.include(home.text, 'Sign in with Face')
    const page = await signIn()
    assert.equal(page.status, 200)
    assert.include(page.text, test.login.subjectId)
    assert.include(page.text, 'urn:mien:acr:face')
    assert.include((await atShop.open('/')).text, 'You are signed in')
  })

  it('signs out here and at the provider', async () => {
    await signIn()
    const { url } = await post('/sign-out')
    const { action, xsrf } = JSON.parse((await atProvider.open(url)).text) as { action: string; xsrf: string }
    const body = new URLSearchParams({ xsrf, logout: 'yes' })
    const arrival = await atProvider.open(action, { method: 'POST', body })
    assert.equal(arrival.url.href, `${rpOrigin}/`)
    assert.include((await atShop.open('/')).text, 'Sign in with Face')
    assert.equal((await atProvider.open('/whoami')).text, '{}')
  })

  it('takes no answer that it did not ask for in this browser', async () => {
    const { url } = await post('/sign-in')
    const { url: callback } = await atProvider.open(url)
    const stranger = createBrowser(rpOrigin)
    assert.include((await stranger.open(callback)).text, 'Sign in with Face')
    callback.searchParams.set('state', 'another')
    assert.notInclude((await atShop.open(callback)).text, 'You are signed in')
    assert.include((await atShop.open('/')).text, 'Sign in with Face')
  })

  it('takes a new cookie when somebody signs in', async () => {
    await post('/sign-in')
    const before = atShop.jar.get('demo_visit')
    await signIn()
    assert.notEqual(atShop.jar.get('demo_visit'), before)
  })

  it('is not signed in or out by a form of another site', async () => {
    for (const path of ['/sign-in', '/sign-out']) {
      assert.equal((await post(path, 'https://evil.example')).status, 404)
    }
  })

  it('has pages without inline script or style, that no other page may frame', async () => {
    for (const page of [await atShop.open('/'), await signIn()]) {
      assert.notMatch(page.text, /<script|<style|\sstyle=|\son[a-z]+=/i)
      assert.include(page.headers.get('content-security-policy') ?? '', "frame-ancestors 'none'")
    }
    const style = await fetch(`${rpOrigin}/style.css`)
    assert.include(style.headers.get('content-type') ?? '', 'text/css')
  })
})

describe('the demo relying party without its provider', () => {
  it('starts all the same, says so when it is asked, and works as soon as the provider is there', async () => {
    const free = createServer()
    await new Promise<void>((resolve) => free.listen(0, 'localhost', resolve))
    const address = free.address()
    const issuer = `http://localhost:${typeof address === 'object' && address !== null ? address.port : 0}`
    await new Promise((resolve) => free.close(resolve))
    const shop = await startDemo({ issuer, port, clientId: 'demo', baseUrl: rpOrigin })
    const ask = (): Promise<Response> =>
      fetch(`${rpOrigin}/sign-in`, { method: 'POST', headers: { origin: rpOrigin }, redirect: 'manual' })
    assert.equal((await ask()).status, 502)
    const provider = createServer((_request, response) => {
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify({ issuer, authorization_endpoint: `${issuer}/authorize` }))
    })
    await new Promise<void>((resolve) =>
      provider.listen(new URL(issuer).port, () => {
        resolve()
      }),
    )
    const answer = await ask()
    assert.equal(answer.status, 303)
    assert.include(answer.headers.get('location') ?? '', `${issuer}/authorize`)
    provider.closeAllConnections()
    provider.close()
    await shop.close()
  })
})
