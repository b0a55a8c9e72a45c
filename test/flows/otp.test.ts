import { assert } from 'chai'
import { catalogue } from '../../src/errors.ts'
import { modelsDir } from '../media.ts'
import { appWith, createPeople } from './authenticator.ts'
import { makeDevice, trustFields } from './device.ts'
import { startHouse, there, type House } from './house.ts'
import { createRelyingParty, goToCamera, type RelyingParty } from './relying-party.ts'
import { password } from './stories.ts'

const [, refused] = catalogue.code_refused

describe('Codes of an authenticator app, over HTTP', function () {
  this.timeout(60_000)
  let house: House | undefined
  let party: RelyingParty

  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouse()
    party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
  })
  after(async () => {
    await house?.close()
  })

  const { stranger, somebody, somebodyWithApp, givePassword, claimsOf } = createPeople(() => ({
    house: there(house),
    party,
  }))

  describe('setting an app up', () => {
    it('shows the key to scan and to type, and counts for nothing until a code has proved it', async () => {
      const { visitor, email } = await somebody()
      const page = await visitor.open('/account/authenticator-setup')
      assert.match(page.text, /<svg viewBox="-4 -4 \d+ \d+" role="img"[^>]*><path d="M/)
      assert.include(page.text, email)
      assert.equal(page.headers.get('cache-control'), 'no-store')
      const wrong = await visitor.submit(page, '/authenticator-setup', { code: '000 000' })
      assert.equal(wrong.status, 400)
      assert.include(wrong.text, 'That is not the code of this entry right now')
      assert.equal(appWith(wrong, there(house)).code(), appWith(page, there(house)).code(), 'the same key')
      assert.include((await visitor.open('/account/authenticator')).text, '>Off<')
      const next = await givePassword(email)
      assert.notInclude(next.page.url.pathname, '/otp')
    })

    it('gives ten recovery codes with it, this once', async () => {
      const { visitor, recoveryCodes } = await somebodyWithApp()
      assert.equal(new Set(recoveryCodes).size, 10)
      for (const code of recoveryCodes)
        assert.match(code, /^([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}$/)
      const section = await visitor.open('/account/authenticator')
      assert.include(section.text, '>On<')
      for (const path of ['/account/authenticator', '/account/recovery-codes', '/account']) {
        assert.notInclude((await visitor.open(path)).text, recoveryCodes[0]!)
      }
    })

    it('wants a password of the last minutes, also for the last click', async () => {
      const { visitor, email } = await somebody()
      const page = await visitor.open('/account/authenticator-setup')
      const app = appWith(page, there(house))
      there(house).pass(601)
      const late = await visitor.submit(page, '/authenticator-setup', { code: app.code() })
      assert.match(late.url.pathname, /^\/interaction\//, 'asked to sign in again')
      const form = await visitor.submit(late, '/identify', { email: email })
      const back = await visitor.submit(form, '/password', { password })
      assert.equal(back.url.pathname, '/account/authenticator-setup', 'and comes back to where it was')
      assert.notEqual(appWith(back, there(house)).code(), app.code(), 'the old key has expired')
      assert.include((await visitor.open('/account/authenticator')).text, '>Off<')
    })

    it('is nobody else’s: without a session there is nothing to see and nothing to change', async () => {
      const visitor = stranger()
      for (const path of ['authenticator', 'authenticator-setup', 'recovery-codes']) {
        const page = await visitor.open(`/account/${path}`)
        assert.match(page.url.pathname, /^\/interaction\//, path)
      }
      for (const path of ['authenticator-setup', 'authenticator/remove', 'recovery-codes/make']) {
        const { status } = await visitor.request(new URL(`/account/${path}`, there(house).origin), {
          method: 'POST',
          body: new URLSearchParams({ code: '123456' }),
        })
        assert.equal(status, 401, path)
      }
    })

    it('on another phone takes the place of the first, whose codes end with it', async () => {
      const { visitor, email, app, recoveryCodes } = await somebodyWithApp()
      const page = await visitor.open('/account/authenticator-setup')
      const other = appWith(page, there(house))
      const done = await visitor.submit(page, '/authenticator-setup', { code: other.code() })
      assert.equal(done.url.pathname, '/account/authenticator')
      const at = await givePassword(email)
      const old = await at.visitor.submit(at.page, '/otp', { code: app.code(1) })
      assert.equal(old.status, 401)
      const fresh = await at.visitor.submit(old, '/otp', { code: other.code(1) })
      assert.equal((await claimsOf(at.visitor, at.request, fresh))?.['acr'], 'urn:mien:acr:password-otp')
      const again = await givePassword(email)
      const recovery = await again.visitor.open(again.page.url.pathname.replace('/otp', '/recovery-code'))
      const byCode = await again.visitor.submit(recovery, '/recovery-code', { code: recoveryCodes[0]! })
      assert.notEqual(byCode.status, 401, 'the recovery codes stay')
    })
  })

  describe('signing in', () => {
    it('asks for a code after the password, and tells the app so', async () => {
      const { email, app } = await somebodyWithApp()
      const { visitor, request, page } = await givePassword(email)
      assert.match(page.url.pathname, /\/otp$/)
      assert.match(page.text, /inputmode="numeric" autocomplete="one-time-code"/)
      const code = app.code(1)
      const next = await visitor.submit(page, '/otp', { code: `${code.slice(0, 3)} ${code.slice(3)}` })
      const claims = await claimsOf(visitor, request, next)
      assert.equal(claims?.['acr'], 'urn:mien:acr:password-otp')
      assert.deepEqual(claims?.['amr'], ['pwd', 'otp', 'mfa'])
    })

    it('refuses a wrong code, a spent one and one of another time in the same words', async () => {
      const { email, app } = await somebodyWithApp()
      const first = await givePassword(email)
      const code = app.code(1)
      await claimsOf(first.visitor, first.request, await first.visitor.submit(first.page, '/otp', { code }))
      const { visitor, page } = await givePassword(email)
      const answers: string[] = []
      const givens = [
        () => '000000',
        () => code,
        () => app.code(-5),
        () => app.code(5),
        () => 'none',
        () => '',
      ]
      for (const given of givens) {
        there(house).pass(31)
        const answer = await visitor.submit(page, '/otp', { code: given() })
        assert.equal(answer.status, 401, given.toString())
        answers.push(answer.text.replaceAll(/value="[^"]*"/g, ''))
      }
      assert.include(answers[0], refused)
      assert.equal(new Set(answers).size, 1)
    })

    it('takes the code of the step before and of the step after, and none beyond', async () => {
      const { email, app } = await somebodyWithApp()
      there(house).pass(90)
      for (const [ahead, isTaken] of [
        [-2, false],
        [2, false],
        [-1, true],
        [1, true],
      ] as const) {
        there(house).pass(30)
        const { visitor, page } = await givePassword(email)
        // The test may run across the end of a step.
        while (there(house).clock().getTime() % 30_000 > 25_000) there(house).pass(6)
        const next = await visitor.submit(page, '/otp', { code: app.code(ahead) })
        assert.equal(next.status !== 401, isTaken, String(ahead))
        if (isTaken) there(house).pass(60)
      }
    })

    it('slows down after five wrong codes, whatever visit and browser they come from', async () => {
      const { email, app } = await somebodyWithApp()
      there(house).pass(60)
      for (let tries = 0; tries < 5; tries += 1) {
        const { visitor, page } = await givePassword(email)
        assert.equal((await visitor.submit(page, '/otp', { code: '000000' })).status, 401)
      }
      const { visitor, page, request } = await givePassword(email)
      const early = await visitor.submit(page, '/otp', { code: app.code() })
      assert.equal(early.status, 401, 'the right code, too early')
      assert.include(early.text, refused)
      there(house).pass(31)
      const later = await visitor.submit(early, '/otp', { code: app.code() })
      assert.deepEqual((await claimsOf(visitor, request, later))?.['amr'], ['pwd', 'otp', 'mfa'])
    })

    it('shows the page of the code to nobody who has not proved a first factor', async () => {
      const { email } = await somebodyWithApp()
      const visitor = stranger()
      const camera = await goToCamera(visitor, (await party.begin()).url, email)
      for (const step of ['otp', 'recovery-code', 'second']) {
        const page = await visitor.open(camera.url.pathname.replace(/face$/, step))
        assert.match(page.url.pathname, /^\/interaction\/[^/]+$/, step)
      }
    })

    it('is not made easier by a device that was ticked with the password alone', async () => {
      const { email, app } = await somebodyWithApp()
      const visitor = stranger()
      const device = await makeDevice()
      const camera = await goToCamera(visitor, (await party.begin()).url, email)
      const form = await visitor.open(camera.url.pathname.replace(/face$/, 'password'))
      const fields = { password, ...(await trustFields(device, form)) }
      const page = await visitor.submit(form, '/password', fields)
      assert.match(page.url.pathname, /\/otp$/)
      const mine = await givePassword(email)
      const isTrusted = async (): Promise<boolean> =>
        (await mine.visitor.open('/account/devices')).text.includes('Firefox on Linux')
      const signedIn = await mine.visitor.submit(mine.page, '/otp', { code: app.code(1) })
      await claimsOf(mine.visitor, mine.request, signedIn)
      assert.isFalse(await isTrusted(), 'the code is still missing')
      there(house).pass(60)
      const trusting = { code: app.code(), ...(await trustFields(device, page)) }
      await visitor.submit(page, '/otp', trusting)
      assert.isTrue(await isTrusted(), 'trusted by the code')
    })
  })

  // Tests beside a describe run before it; this one looks back.
  describe('the log', () => {
    it('holds no code and no key', () => {
      assert.notMatch(
        there(house).logged(),
        /([0-9A-HJKMNP-TV-Z]{4}-){3}[0-9A-HJKMNP-TV-Z]{4}|otpauth:|secret=/,
      )
    })
  })
})
