import { assert } from 'chai'
import type { Page } from 'playwright-core'
import { canBrowse } from '../browser/chromium.ts'
import { there } from '../flows/house.ts'
import { environmentOf, planApp, run, type App, type Running } from './apps.ts'
import { assertFaceClaims, claimOf } from './claims.ts'
import { installFromNpm } from './install.ts'
import { until } from '../until.ts'
import { confirmSignOut, openStreet, readJson, signInByFace, visit, type Street } from './street.ts'

const now = (): number => Math.floor(Date.now() / 1000)

/** What the library's own `useSession().update()` does in a page. */
async function updateSession(page: Page, origin: string): Promise<unknown> {
  const { csrfToken } = await readJson(page, `${origin}/api/auth/csrf`)
  const response = await page.request.post(`${origin}/api/auth/session`, { data: { csrfToken } })
  return response.json()
}

describe('An app built with somebody else’s library from npm', function () {
  this.timeout(120_000)
  let street: Street | undefined
  const apps = new Map<string, App>()
  const running: Running[] = []

  before(async function () {
    this.timeout(300_000)
    if (!canBrowse) this.skip()
    const reason = await installFromNpm()
    if (reason !== undefined) {
      console.log(`    skipped: ${reason}`)
      this.skip()
    }
    const planned = await Promise.all([
      // On another site than the provider, so that its answers come as cross-site posts.
      planApp({ name: 'express-openid-connect', host: '127.0.0.1' }),
      planApp({ name: 'auth-js' }),
      planApp({ name: 'next-auth' }),
      planApp({ name: 'passport-openidconnect' }),
      planApp({ name: 'oidc-client-ts' }),
      planApp({ name: 'better-auth' }),
      planApp({ name: 'openid-client' }),
      planApp({ name: 'arctic', secret: 'plain' }),
    ])
    for (const app of planned) apps.set(app.name, app)
    street = await openStreet(planned)
  })
  afterEach(async () => {
    for (const app of running.splice(0)) await app.stop()
  })
  after(async () => street?.close())

  const start = async (name: string, file = 'app.mjs'): Promise<{ app: App; said: () => string }> => {
    const app = there(apps.get(name))
    const env = environmentOf(app, there(street).house.origin)
    const server = await run(app, { program: process.execPath, args: [file], env })
    running.push(server)
    return { app, said: server.said }
  }

  it('express-openid-connect signs in by form_post, refreshes, and signs out here and there', async () => {
    const { app } = await start('express-openid-connect')
    await visit(there(street), async (page) => {
      await page.goto(`${app.origin}/login`)
      await signInByFace(page, app)
      const { claims } = await readJson(page, `${app.origin}/`)
      const { userinfo } = await readJson(page, `${app.origin}/profile`)
      assertFaceClaims({ ...Object(claims), ...Object(userinfo) })
      assert.equal(claimOf(userinfo, 'sub'), claimOf(claims, 'sub'))
      assert.containSubset(await readJson(page, `${app.origin}/refresh`, 'POST'), { expires_in: 600 })
      await page.goto(`${app.origin}/logout`)
      await confirmSignOut(page, app)
      assert.deepEqual(await readJson(page, `${app.origin}/`), { claims: null })
    })
  })

  it('Auth.js signs in with PKCE, state and nonce, and a secret that needs encoding; it refreshes, and signs out', async () => {
    const { app } = await start('auth-js')
    await visit(there(street), async (page) => {
      await page.goto(`${app.origin}/auth/signin`)
      await page.getByRole('button', { name: 'Sign in with Mien' }).click()
      await signInByFace(page, app)
      const { claims } = await readJson(page, `${app.origin}/`)
      assertFaceClaims(claims)
      const { expiresAt: first } = await readJson(page, `${app.origin}/auth/session`)
      const { csrfToken } = await readJson(page, `${app.origin}/auth/csrf`)
      await until(() => now() + 600 > Number(first), 'another second')
      const update = await page.request.post(`${app.origin}/auth/session`, { data: { csrfToken, data: {} } })
      assert.isAbove(Number(claimOf(await update.json(), 'expiresAt')), Number(first))
      await page.goto(`${app.origin}/logout`)
      await confirmSignOut(page, app)
      assert.deepEqual(await readJson(page, `${app.origin}/`), { claims: null })
    })
  })

  it('next-auth 4 signs in with PKCE, state and nonce, refreshes when a page asks, and signs out', async () => {
    const { app } = await start('next-auth')
    await visit(there(street), async (page) => {
      await page.goto(`${app.origin}/api/auth/signin?callbackUrl=/`)
      await page.getByRole('button', { name: 'Sign in with Mien' }).click()
      await signInByFace(page, app)
      const signedIn = await readJson(page, `${app.origin}/`)
      assertFaceClaims(signedIn['claims'])
      assert.deepEqual(await readJson(page, `${app.origin}/`), signedIn)
      const expiresAt = claimOf(await updateSession(page, app.origin), 'expiresAt')
      assert.isAbove(Number(expiresAt), Number(signedIn['expiresAt']))
      assert.deepEqual(await readJson(page, `${app.origin}/`), { claims: signedIn['claims'], expiresAt })
      await page.goto(`${app.origin}/logout`)
      await confirmSignOut(page, app)
      assert.deepEqual(await readJson(page, `${app.origin}/`), { claims: null, expiresAt: null })
    })
  })

  it('passport-openidconnect, which knows no PKCE, signs in and out as the exempt client that it is', async () => {
    const { app } = await start('passport-openidconnect')
    await visit(there(street), async (page) => {
      await page.goto(`${app.origin}/login`)
      await signInByFace(page, app)
      const { claims } = await readJson(page, `${app.origin}/`)
      assertFaceClaims(claims)
      await page.goto(`${app.origin}/logout`)
      await confirmSignOut(page, app)
      assert.deepEqual(await readJson(page, `${app.origin}/`), { claims: null })
    })
  })

  it('better-auth reads everything from one ID token, refreshes, and signs out here and there', async () => {
    const { app } = await start('better-auth')
    await visit(there(street), async (page) => {
      await page.goto(`${app.origin}/login`)
      await signInByFace(page, app)
      const { claims } = await readJson(page, `${app.origin}/`)
      assertFaceClaims(claims)
      assert.hasAllKeys(await readJson(page, `${app.origin}/refresh`, 'POST'), ['accessTokenExpiresAt'])
      await page.goto(`${app.origin}/logout`)
      await confirmSignOut(page, app)
      assert.deepEqual(await readJson(page, `${app.origin}/`), { claims: null })
    })
  })

  it('openid-client pushes its requests, has tokens bound to its key, and finds every nonce', async () => {
    const { app } = await start('openid-client')
    await visit(there(street), async (page) => {
      await page.goto(`${app.origin}/login`)
      await signInByFace(page, app)
      const { claims } = await readJson(page, `${app.origin}/`)
      assertFaceClaims(claims)
      assert.isNumber(claimOf(claims, 'auth_time'))
      assert.containSubset(await readJson(page, `${app.origin}/refresh`, 'POST'), {
        expires_in: 600,
        token_type: 'dpop',
      })
      await page.goto(`${app.origin}/logout`)
      await confirmSignOut(page, app)
      assert.deepEqual(await readJson(page, `${app.origin}/`), { claims: null })
    })
  })

  it('Arctic signs in with PKCE, and the app checks the rest with jose; it refreshes, and signs out', async () => {
    const { app } = await start('arctic')
    await visit(there(street), async (page) => {
      await page.goto(`${app.origin}/login`)
      await signInByFace(page, app)
      const { claims } = await readJson(page, `${app.origin}/`)
      assertFaceClaims(claims)
      assert.containSubset(await readJson(page, `${app.origin}/refresh`, 'POST'), { expires_in: 600 })
      await page.goto(`${app.origin}/logout`)
      await confirmSignOut(page, app)
      assert.deepEqual(await readJson(page, `${app.origin}/`), { claims: null })
    })
  })

  it('oidc-client-ts signs in without a server, and two tabs refresh at once without losing their sign-in', async () => {
    const { app } = await start('oidc-client-ts', 'server.mjs')
    await visit(there(street), async (page, context) => {
      const state = async (tab: Page): Promise<unknown> => JSON.parse(await tab.locator('#state').innerText())
      const press = (tab: Page, name: string) => tab.getByRole('button', { name, exact: true }).click()
      const changes = async (tab: Page, before: unknown): Promise<void> => {
        const old = JSON.stringify(JSON.stringify(before))
        await tab.waitForFunction(`document.getElementById('state').textContent !== ${old}`)
      }
      await page.goto(app.origin)
      await press(page, 'Sign in')
      await signInByFace(page, app)
      await page.getByText('acr').waitFor()
      const first = await state(page)
      assertFaceClaims(claimOf(first, 'claims'))

      const other = await context.newPage()
      await other.goto(app.origin)
      await other.getByText('acr').waitFor()
      assert.deepEqual(await state(other), first)
      await Promise.all([press(page, 'Refresh'), press(other, 'Refresh')])
      await Promise.all([changes(page, first), changes(other, first)])
      for (const tab of [page, other]) assertFaceClaims(claimOf(await state(tab), 'claims'))
      assert.notDeepEqual(await state(page), await state(other))

      const refreshed = await state(page)
      await press(page, 'Still signed in?')
      await changes(page, refreshed)
      assertFaceClaims(claimOf(await state(page), 'claims'))

      await press(page, 'Sign out')
      await confirmSignOut(page, app)
      await page.getByText('null').waitFor()
      assert.deepEqual(await state(page), { claims: null, accessToken: null })
      await press(page, 'Still signed in?')
      await page.getByText('login_required').waitFor()
    })
  })
})
