import { assert } from 'chai'
import { setUpApp } from '../flows/authenticator.ts'
import { goToCamera } from '../flows/relying-party.ts'
import { password } from '../flows/stories.ts'
import { postOnce, useHouse, withoutNonces } from './visit.ts'

const otp = 'urn:mien:acr:password-otp'

describe('Security: what an app may ask of a sign-in', function () {
  this.timeout(60_000)
  const { at, stranger, somebody, givePassword, claimsOf } = useHouse()

  it('14 prompt=login and max_age want a new sign-in: nothing that was shown before stands for it', async () => {
    const { email } = await somebody()
    const { visitor, request, page } = await givePassword(email)
    const first = await claimsOf(visitor, request, page)
    // The library counts in whole seconds of the real clock.
    await new Promise((resolve) => setTimeout(resolve, 1100))
    for (const extra of [{ prompt: 'login' }, { max_age: '0' }, { max_age: '1', prompt: 'login' }]) {
      const again = await at().party.begin(extra)
      const asked = await visitor.open(again.url)
      assert.match(asked.url.pathname, /^\/interaction\//, 'a page asks')
      // Going on without an answer does not help: the page asks once more.
      const start = await visitor.open(asked.url.href.replace('/interaction/', '/authorize/'))
      assert.match(start.url.pathname, /^\/interaction\//)
      const camera = await visitor.submit(start, '/identify', { email })
      const form = await visitor.open(camera.url.pathname.replace(/face$/, 'password'))
      const wrong = await visitor.submit(form, '/password', { password: 'a wrong password' })
      assert.equal(wrong.status, 401)
      const claims = await claimsOf(visitor, again, await visitor.submit(wrong, '/password', { password }))
      if ('max_age' in extra) assert.isAbove(Number(claims?.['auth_time']), Number(first?.iat))
    }
  })

  it('an app that asks about one person is not given another whom the browser was signed in as', async () => {
    const ada = await somebody()
    const request = await at().party.begin()
    const page = await ada.visitor.open(request.url)
    const back = (await ada.visitor.submit(page, '/consent')).url
    const { id_token: hint = '' } = await at().party.finish(request, back)
    const bea = await somebody()
    const plain = await bea.visitor.open((await at().party.begin()).url)
    await bea.visitor.submit(plain, '/consent')
    for (const prompt of [{}, { prompt: 'select_account' }, { prompt: 'consent' }]) {
      const { url } = await at().party.begin({ id_token_hint: hint, ...prompt })
      const asked = await bea.visitor.open(url)
      const chosen = asked.text.includes('/same-account"')
        ? await bea.visitor.submit(asked, '/same-account')
        : asked
      assert.include(chosen.text, '/identify"', 'a sign-in is asked for')
      const camera = await bea.visitor.submit(chosen, '/identify', { email: bea.email })
      const form = await bea.visitor.open(camera.url.pathname.replace(/face$/, 'password'))
      const told = (await bea.visitor.submit(form, '/password', { password })).url
      assert.equal(told.searchParams.get('error'), 'login_required', told.href)
    }
  })

  it('16 login_hint fills in a field, and the page is the same for people who have no account', async () => {
    const { email } = await somebody()
    const pages: string[] = []
    for (const hint of [email, 'nobody@example.com']) {
      const page = await stranger().open((await at().party.begin({ login_hint: hint })).url)
      assert.equal(page.status, 200)
      pages.push(withoutNonces(page, hint))
    }
    assert.equal(pages[0], pages[1])
    const hostile = '"><script>alert(1)</script>'
    const page = await stranger().open((await at().party.begin({ login_hint: hostile })).url)
    assert.notInclude(page.text, '<script>alert')
  })

  it('17 of several acr_values the first that is met is told; an essential one that cannot be met is an error, never less', async () => {
    const { email } = await somebody()
    const asked = 'urn:nobody:knows urn:mien:acr:password urn:mien:acr:face'
    const first = await givePassword(email, { acr_values: asked })
    assert.equal((await claimsOf(first.visitor, first.request, first.page))?.['acr'], 'urn:mien:acr:password')
    const ask = async (acr: object) => {
      const claims = JSON.stringify({ id_token: { acr } })
      return (await first.visitor.open((await at().party.begin({ claims })).url)).url
    }
    const url = await ask({ essential: true, values: ['urn:nobody:knows'] })
    assert.equal(url.origin, at().house.rpOrigin)
    assert.equal(url.searchParams.get('error'), 'unmet_authentication_requirements')
    assert.isFalse(url.searchParams.has('code'))
    const met = await ask({ essential: true, values: ['urn:nobody:knows', 'urn:mien:acr:password'] })
    assert.isTrue(met.searchParams.has('code'))
  })

  it('18 an app that finds a sign-in too weak or too old gets a stronger and a fresher one', async () => {
    const { email, visitor } = await somebody()
    const { app } = await setUpApp(visitor, at().house)
    const weak = await at().party.begin()
    const before = await claimsOf(visitor, weak, await visitor.open(weak.url))
    assert.equal(before?.['acr'], 'urn:mien:acr:password')
    await new Promise((resolve) => setTimeout(resolve, 1100))
    const strong = await at().party.begin({ acr_values: otp, max_age: '0' })
    const camera = await visitor.submit(await visitor.open(strong.url), '/identify', { email })
    const form = await visitor.open(camera.url.pathname.replace(/[^/]*$/, 'password'))
    const code = await visitor.submit(form, '/password', { password })
    const after = await claimsOf(visitor, strong, await visitor.submit(code, '/otp', { code: app.code(1) }))
    assert.equal(after?.['acr'], otp)
    assert.isAbove(Number(after?.['auth_time']), Number(before?.iat))
  })

  it('19 a browser that posted a password is sent on by 303, so that it never posts it to an app', async () => {
    const { email } = await somebody()
    const visitor = stranger()
    const { url } = await at().party.begin()
    const camera = await goToCamera(visitor, url, email)
    const form = await visitor.open(camera.url.pathname.replace(/face$/, 'password'))
    let response = await postOnce(visitor, form, { action: form.url.pathname, fields: { password } })
    assert.equal(response.status, 303)
    for (let hops = 0; hops < 5 && response.status >= 300 && response.status < 400; hops += 1) {
      assert.include([302, 303], response.status)
      response = await visitor.request(new URL(response.headers.get('location') ?? '', at().house.origin), {})
    }
    const consent = await visitor.open(form.url.pathname)
    assert.notInclude(consent.url.href, password)
  })
})
