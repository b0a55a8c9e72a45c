import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { setUpApp } from './authenticator.ts'
import { allSent, awaitMail, linksOf, mailsTo, type Mail } from './mailbox.ts'
import { password } from './stories.ts'
import { assertSameTime } from './timing.ts'
import { openVillage, type Village } from './village.ts'
import type { Page, Visitor } from './visitor.ts'

describe('Changing what one signs in with', function () {
  this.timeout(60_000)
  let opened: Village | undefined
  let village: Village
  before(async function () {
    if (modelsDir === undefined) this.skip()
    village = opened = await openVillage()
  })
  after(async () => {
    await opened?.house.close()
  })

  describe('“Forgot your password?”', () => {
    async function askFor(email: string): Promise<Page> {
      const visitor = village.stranger()
      return visitor.submit(await visitor.open('/account/recover'), '/recover', { email })
    }
    const linkFor = async (email: string): Promise<string> => {
      await askFor(email)
      return linksOf(await awaitMail(village.house, { to: email, subject: 'Choose a new password' }))[0] ?? ''
    }

    it('leads to a new password, ends every session, and tells the owner', async () => {
      const { visitor: thief, email } = await village.joinVerified()
      assert.equal((await thief.open('/account/profile')).url.pathname, '/account/profile')
      const owner = village.stranger()
      const form = await owner.open(await linkFor(email))
      const done = await owner.submit(form, '/recover/new', { password: 'another long password' })
      assert.include(done.text, 'Your password is changed')
      assert.match((await thief.open('/account/profile')).url.pathname, /^\/interaction\//)
      assert.equal((await village.signIn(village.stranger(), email, password)).status, 401)
      assert.match((await village.signIn(village.stranger(), email, 'another long password')).text, /Allow/)
      const notice = await awaitMail(village.house, { to: email, subject: 'Your account was changed' })
      assert.include(notice.text, 'A new password was chosen')
    })

    it('answers the same for everybody, and mails to confirmed addresses alone', async () => {
      const { email: verified } = await village.joinVerified()
      const { email: unverified } = await village.join()
      const nobody = village.nextAddress('nobody')
      const answers = await Promise.all([verified, unverified, nobody].map(askFor))
      for (const { status, text } of answers) {
        assert.equal(status, 200)
        assert.equal(text, answers[0]?.text)
      }
      await awaitMail(village.house, { to: verified, subject: 'Choose a new password' })
      await allSent(village.house)
      const subjects = async (to: string) => (await mailsTo(village.house, to)).map(({ subject }) => subject)
      assert.include(await subjects(verified), 'Choose a new password')
      assert.notInclude(await subjects(unverified), 'Choose a new password')
      assert.isEmpty(await subjects(nobody))
    })

    it('works once, for half an hour, and with a good password only', async () => {
      const { email } = await village.joinVerified()
      const link = await linkFor(email)
      const owner = village.stranger()
      const form = await owner.open(link)
      const weak = await owner.submit(form, '/recover/new', { password: 'password1' })
      assert.equal(weak.status, 400)
      assert.include(weak.text, 'easy to guess')
      assert.equal((await owner.submit(weak, '/recover/new', { password: 'a fine new secret' })).status, 200)
      assert.equal((await owner.open(link)).status, 410)
      await askFor(email)
      const later = await awaitMail(village.house, { to: email, subject: 'Choose a new password', after: 1 })
      village.house.pass(1801)
      assert.equal((await owner.open(linksOf(later)[0] ?? '')).status, 410)
    })

    it('asks for a code of the authenticator app where there is one, and mail alone does not get by it', async () => {
      const { visitor, email } = await village.joinVerified()
      const { app, recoveryCodes } = await setUpApp(visitor, village.house)
      village.house.pass(60)
      const owner = village.stranger()
      const form = await owner.open(await linkFor(email))
      const without = await owner.submit(form, '/recover/new', { password: 'a fine new secret' })
      assert.equal(without.status, 401)
      const wrong = await owner.submit(without, '/recover/new', {
        password: 'a fine new secret',
        code: app.code(40),
      })
      assert.equal(wrong.status, 401)
      const right = await owner.submit(wrong, '/recover/new', {
        password: 'a fine new secret',
        code: app.code(),
      })
      assert.include(right.text, 'Your password is changed')
      const again = await village.signIn(village.stranger(), email, 'a fine new secret')
      assert.match(again.url.pathname, /\/otp$/, 'and the next sign-in asks for it as ever')

      await askFor(email)
      const mail = await awaitMail(village.house, { to: email, subject: 'Choose a new password', after: 1 })
      const second = await owner.open(linksOf(mail)[0] ?? '')
      const byRecoveryCode = await owner.submit(second, '/recover/new', {
        password: 'yet another secret',
        code: recoveryCodes[0] ?? '',
      })
      assert.include(byRecoveryCode.text, 'Your password is changed', 'a recovery code does as well')
    })

    it('leads to the issuer’s address, whatever the request calls its host', async () => {
      const { email } = await village.joinVerified()
      const visitor = village.stranger()
      const page = await visitor.open('/account/recover')
      const body = new URLSearchParams({
        email,
        csrf: /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '',
      })
      const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' }
      await visitor.open('/account/recover', { method: 'POST', body, headers })
      const mail = await awaitMail(village.house, { to: email, subject: 'Choose a new password' })
      for (const link of linksOf(mail)) assert.isTrue(link.startsWith(village.house.origin), link)
    })

    it('takes as long for an address of nobody', async () => {
      const { email } = await village.joinVerified()
      const timed = async (address: string): Promise<number> => {
        const visitor = village.stranger()
        const page = await visitor.open('/account/recover')
        const startedAt = performance.now()
        await visitor.submit(page, '/recover', { email: address })
        return performance.now() - startedAt
      }
      await assertSameTime(
        2,
        () => timed(email),
        () => timed('nobody@example.com'),
      )
    })
  })

  describe('A change of address', () => {
    async function ask(visitor: Visitor, email: string): Promise<Page> {
      return visitor.submit(await visitor.open('/account/profile'), '/email', { email })
    }
    const oldMail = (to: string): Promise<Mail> =>
      awaitMail(village.house, { to, subject: 'is about to change' })

    it('takes effect when both mailboxes have said yes', async () => {
      const { visitor, email } = await village.joinVerified()
      const wanted = village.nextAddress('new')
      assert.include((await ask(visitor, wanted)).text, wanted)
      const [toNew = ''] = linksOf(await awaitMail(village.house, { to: wanted, subject: 'new e-mail' }))
      const [toOld = ''] = linksOf(await oldMail(email))
      assert.include((await village.follow(village.stranger(), toNew)).text, 'as soon as the other mailbox')
      assert.include((await visitor.open('/account/profile')).text, email)
      assert.include((await village.follow(village.stranger(), toOld)).text, 'Your address is changed')
      assert.match((await village.signIn(village.stranger(), wanted, password)).text, /Allow/)
      assert.equal((await village.signIn(village.stranger(), email, password)).status, 401)
      await awaitMail(village.house, { to: email, subject: 'another e-mail address' })
      await awaitMail(village.house, { to: wanted, subject: 'Your account was changed' })
    })

    it('is stopped from the old mailbox', async () => {
      const { visitor, email } = await village.joinVerified()
      const wanted = village.nextAddress('new')
      await ask(visitor, wanted)
      const stop = linksOf(await oldMail(email)).find((link) => link.includes('stop')) ?? ''
      const [toNew = ''] = linksOf(await awaitMail(village.house, { to: wanted, subject: 'new e-mail' }))
      assert.include((await village.follow(village.stranger(), stop)).text, 'stays as it is')
      assert.equal((await village.follow(village.stranger(), toNew)).status, 410)
      assert.include((await visitor.open('/account/profile')).text, email)
    })

    it('to an address that is taken looks like any other, and only its owner hears of it', async () => {
      const { email: taken } = await village.joinVerified()
      const { visitor, email } = await village.joinVerified()
      const page = await ask(visitor, taken)
      assert.equal(page.status, 200)
      assert.include(page.text, taken)
      await oldMail(email)
      await awaitMail(village.house, { to: taken, subject: 'in use already' })
    })

    it('is asked for a while after signing in by signing in again', async () => {
      const { visitor } = await village.joinVerified()
      const page = await visitor.open('/account/profile')
      village.house.pass(601)
      const late = await visitor.submit(page, '/email', { email: village.nextAddress('new') })
      assert.equal(late.status, 403)
    })
  })

  describe('The password', () => {
    it('is changed right after signing in, elsewhere is signed out, and the owner hears of it', async () => {
      const { visitor, email } = await village.joinVerified()
      const elsewhere = village.stranger()
      await village.signIn(elsewhere, email, password)
      const page = await visitor.open('/account/password')
      const changed = await visitor.submit(page, '/password', {
        password: 'a new and long password',
        elsewhere: 'yes',
      })
      assert.include(changed.text, 'signed out everywhere but here')
      assert.equal((await visitor.open('/account/profile')).url.pathname, '/account/profile')
      assert.match((await elsewhere.open('/account/profile')).url.pathname, /^\/interaction\//)
      assert.match((await village.signIn(village.stranger(), email, 'a new and long password')).text, /Allow/)
      const notice = await awaitMail(village.house, { to: email, subject: 'Your account was changed' })
      assert.include(notice.text, 'The password of your account was changed.')
      assert.notInclude(notice.text, 'a new and long password')
    })

    it('is changed later with the present one alone', async () => {
      const { visitor } = await village.joinVerified()
      village.house.pass(601)
      const page = await visitor.open('/account/password')
      const wrong = await visitor.submit(page, '/password', {
        current: 'not the password',
        password: 'a new and long password',
      })
      assert.equal(wrong.status, 401)
      const right = await visitor.submit(wrong, '/password', {
        current: password,
        password: 'a new and long password',
      })
      assert.equal(right.status, 200)
    })

    it('is not one of the first that are tried, at registration either', async () => {
      const visitor = village.stranger()
      const home = await visitor.open('/')
      const link = /href="([^"]*prompt=create[^"]*)"/.exec(home.text)?.[1]?.replaceAll('&amp;', '&') ?? ''
      const form = await visitor.open(link)
      const fields = { email: village.nextAddress(), password: 'iloveyou1' }
      const refused = await visitor.submit(form, '/register', fields)
      assert.equal(refused.status, 400)
      assert.include(refused.text, 'easy to guess')
    })
  })
})
