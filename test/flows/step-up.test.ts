import { assert } from 'chai'
import { acrs } from '../../src/policy/assurance.ts'
import { modelsDir } from '../media.ts'
import { createPeople, type AuthenticatorApp } from './authenticator.ts'
import { startHouse, there, type House } from './house.ts'
import { createRelyingParty, type RelyingParty } from './relying-party.ts'
import { password } from './stories.ts'
import type { Page, Visitor } from './visitor.ts'

describe('An app that asks for more, or less, than a session has', function () {
  this.timeout(60_000)
  let house: House | undefined
  let party: RelyingParty
  let strict: RelyingParty

  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouse()
    party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
    strict = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`, 'strict-shop')
  })
  after(async () => {
    await house?.close()
  })

  const { stranger, somebody, somebodyWithApp, claimsOf } = createPeople(() => ({
    house: there(house),
    party,
  }))
  const insisting = (...values: readonly string[]): Record<string, string> => ({
    claims: JSON.stringify({ id_token: { acr: { essential: true, values } } }),
  })
  const ask = async (visitor: Visitor, extra: Readonly<Record<string, string>>, at = party) => {
    const request = await at.begin(extra)
    return { request, page: await visitor.open(request.url) }
  }
  const errorOf = (page: Page): string | null => page.url.searchParams.get('error')

  /** Signed in by password alone: the app was set up after that. */
  async function passwordSession(): Promise<{ visitor: Visitor; email: string; app: AuthenticatorApp }> {
    const person = await somebodyWithApp()
    // The code that set the app up is spent; the next one is not.
    there(house).pass(31)
    return person
  }

  it('is asked for the code alone, and keeps the time of the password', async () => {
    const { visitor, app } = await passwordSession()
    const first = await ask(visitor, {})
    const before = await claimsOf(visitor, first.request, first.page)
    assert.equal(before?.['acr'], acrs.password)
    there(house).pass(60)
    const { request, page } = await ask(visitor, { acr_values: acrs.passwordOtp })
    assert.match(page.url.pathname, /\/otp$/, 'neither an address nor the password is asked for again')
    const done = await visitor.submit(page, '/otp', { code: app.code() })
    const after = await claimsOf(visitor, request, done)
    assert.equal(after?.['acr'], acrs.passwordOtp)
    assert.deepEqual(after?.['amr'], ['pwd', 'otp', 'mfa'])
    assert.equal(after?.['auth_time'], before?.['auth_time'], 'no fresher than its oldest factor')
    const again = await ask(visitor, { acr_values: acrs.passwordOtp })
    assert.equal((await claimsOf(visitor, again.request, again.page))?.['acr'], acrs.passwordOtp)
  })

  it('tells each app the level that it asked for, and the methods as they were', async () => {
    const { visitor, app } = await passwordSession()
    const raised = await ask(visitor, insisting(acrs.passwordOtp))
    await claimsOf(visitor, raised.request, await visitor.submit(raised.page, '/otp', { code: app.code() }))
    const lower = await ask(visitor, insisting(acrs.password))
    const claims = await claimsOf(visitor, lower.request, lower.page)
    assert.equal(claims?.['acr'], acrs.password, 'a value that it named')
    assert.deepEqual(claims?.['amr'], ['pwd', 'otp', 'mfa'], 'nothing is hidden')
  })

  it('asks for everything again where the session is too old, or the app wants a new sign-in', async () => {
    const { visitor } = await passwordSession()
    // The age of a session is counted in whole seconds, of the clock on the wall.
    await new Promise((resolve) => setTimeout(resolve, 1100))
    for (const extra of [{ prompt: 'login' }, { max_age: '0' }]) {
      const { page } = await ask(visitor, { ...extra, acr_values: acrs.passwordOtp })
      assert.match(page.url.pathname, /^\/interaction\/[^/]+$/, JSON.stringify(extra))
      assert.include(page.text, 'name="email"')
    }
  })

  it('is told unmet_authentication_requirements where the person cannot reach what it insists on', async () => {
    const { visitor } = await somebody()
    const { page } = await ask(visitor, insisting(acrs.passwordOtp, acrs.facePasskey))
    assert.equal(errorOf(page), 'unmet_authentication_requirements')
    const silent = await ask(visitor, { ...insisting(acrs.passwordOtp), prompt: 'none' })
    assert.equal(errorOf(silent.page), 'login_required')
  })

  it('gets what there is where it merely wished for more, with and without a page', async () => {
    const { visitor } = await somebody()
    const wish = { acr_values: `${acrs.facePasskey} ${acrs.face}` }
    const first = await ask(visitor, wish)
    assert.equal((await claimsOf(visitor, first.request, first.page))?.['acr'], acrs.password)
    const silent = await ask(visitor, { ...wish, prompt: 'none' })
    assert.equal((await claimsOf(visitor, silent.request, silent.page))?.['acr'], acrs.password)
  })

  it('may wish for a level by a name that every object has, and gets what there is', async () => {
    for (const name of ['constructor', '__proto__']) {
      const { visitor } = await somebody()
      const request = await party.begin({ acr_values: name })
      const claims = await claimsOf(visitor, request, await visitor.open(request.url))
      assert.equal(claims?.['acr'], 'urn:mien:acr:password', name)
    }
  })

  it('gets nothing below the least that it was registered with, whatever it asks for', async () => {
    const { visitor, app } = await passwordSession()
    const { page } = await ask(visitor, { acr_values: acrs.password }, strict)
    assert.match(page.url.pathname, /\/otp$/)
    const done = await visitor.submit(page, '/otp', { code: app.code() })
    assert.include(done.text, 'Allow')
    const poor = await somebody()
    const refused = await ask(poor.visitor, {}, strict)
    assert.equal(errorOf(refused.page), 'unmet_authentication_requirements')
    const silent = await ask(poor.visitor, { prompt: 'none' }, strict)
    assert.equal(errorOf(silent.page), 'login_required')
  })

  it('lets the person go on as another, and the first session ends with that', async () => {
    const { visitor, email } = await somebody()
    const other = await somebody()
    const { page, request } = await ask(visitor, { prompt: 'select_account' })
    assert.include(page.text, `Continue as ${email}`)
    const choice = await visitor.submit(page, '/same-account')
    assert.include((await claimsOf(visitor, request, choice))?.['email'] ?? email, email)
    const again = await ask(visitor, { prompt: 'select_account' })
    const identify = await visitor.submit(again.page, '/other-account')
    assert.include(identify.text, 'name="email"')
    const camera = await visitor.submit(identify, '/identify', { email: other.email })
    const form = await visitor.open(camera.url.pathname.replace(/[^/]*$/, 'password'))
    const done = await visitor.submit(form, '/password', { password })
    assert.notInclude(done.text, email, 'nothing of the first person is left')
  })

  it('has nobody to choose from where nobody is signed in', async () => {
    const { page } = await ask(stranger(), { prompt: 'select_account' })
    assert.include(page.text, 'name="email"')
  })

  it('sends people to register, and whoever has an account signs in instead', async () => {
    const { email } = await somebody()
    const visitor = stranger()
    const { page } = await ask(visitor, { prompt: 'create' })
    const [, link = ''] = /href="([^"]*\/sign-in)"/.exec(page.text) ?? []
    const identify = await visitor.open(link)
    const camera = await visitor.submit(identify, '/identify', { email })
    const form = await visitor.open(camera.url.pathname.replace(/[^/]*$/, 'password'))
    assert.include((await visitor.submit(form, '/password', { password })).text, 'Allow')
  })

  it('may post its request as well, and the session counts as for a visit', async () => {
    const { visitor } = await somebody()
    const first = await ask(visitor, {})
    await claimsOf(visitor, first.request, first.page)
    const request = await party.begin({ prompt: 'none' })
    const page = await visitor.open('/authorize', {
      method: 'POST',
      body: request.url.searchParams,
      headers: { origin: there(house).rpOrigin, 'sec-fetch-site': 'cross-site' },
    })
    assert.equal((await claimsOf(visitor, request, page))?.['acr'], acrs.password)
    const many = new URLSearchParams({ state: 'x'.repeat(20_000) })
    assert.equal((await visitor.open('/authorize', { method: 'POST', body: many })).status, 400)
  })

  it('cannot reach a second step without the first, nor skip the first by its address', async () => {
    const { email } = await passwordSession()
    const visitor = stranger()
    const { page } = await ask(visitor, { acr_values: acrs.passwordOtp })
    const form = await visitor.submit(page, '/identify', { email })
    assert.match(form.url.pathname, /\/password$/)
    for (const step of ['otp', 'second', 'recovery-code']) {
      const sneaked = await visitor.open(form.url.pathname.replace(/[^/]*$/, step))
      assert.match(sneaked.url.pathname, /^\/interaction\/[^/]+$/, step)
    }
  })
})
