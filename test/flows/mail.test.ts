import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { setUpApp } from './authenticator.ts'
import { startHouse } from './house.ts'
import { allSent, awaitMail, codeOf, linksOf, mailsTo, readOutbox } from './mailbox.ts'
import { createRelyingParty } from './relying-party.ts'
import { assertSameTime } from './timing.ts'
import { openVillage, type Village } from './village.ts'
import { createVisitor, type Page, type Visitor } from './visitor.ts'

const wrongCode = (code: string): string => code.replace(/^./, (first) => (first === '9' ? '8' : '9'))

describe('What goes by mail', function () {
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

  describe('The address of an account', () => {
    it('is confirmed by the code of the mail that follows a registration', async () => {
      const { visitor, email } = await village.join()
      const mail = await awaitMail(village.house, { to: email, subject: 'Confirm your' })
      const profile = await visitor.open('/account/profile?sent')
      assert.include(profile.text, 'Not confirmed')
      const wrong = await visitor.submit(profile, '/verify', { code: wrongCode(codeOf(mail)) })
      assert.equal(wrong.status, 401)
      const right = await visitor.submit(wrong, '/verify', { code: codeOf(mail) })
      assert.include(right.text, '>Confirmed<')
    })

    it('is confirmed by the link too, from any browser, once, and not by merely opening it', async () => {
      const { visitor, email } = await village.join()
      const [link = ''] = linksOf(await awaitMail(village.house, { to: email, subject: 'Confirm your' }))
      assert.isTrue(link.startsWith(`${village.house.origin}/account/confirm?token=`))
      for (let scans = 0; scans < 2; scans += 1)
        assert.equal((await village.stranger().open(link)).status, 200)
      assert.include((await visitor.open('/account/profile')).text, 'Not confirmed')
      assert.include((await village.follow(village.stranger(), link)).text, 'Your address is confirmed')
      assert.include((await visitor.open('/account/profile')).text, '>Confirmed<')
      assert.equal((await village.follow(village.stranger(), link)).status, 410)
    })

    it('is told to apps as confirmed when it is, and not before', async () => {
      const { visitor, email } = await village.join()
      const claimsOf = async (): Promise<unknown> => {
        const request = await village.party.begin({ scope: 'openid email profile' })
        const page = await visitor.open(request.url)
        const back = page.text.includes('/consent') ? (await visitor.submit(page, '/consent')).url : page.url
        const tokens = await village.party.finish(request, back)
        const { access_token: token } = tokens
        const response = await fetch(`${village.house.origin}/userinfo`, {
          headers: { authorization: `Bearer ${token}` },
        })
        return response.json()
      }
      assert.include(await claimsOf(), { email, email_verified: false })
      const mail = await awaitMail(village.house, { to: email, subject: 'Confirm your' })
      await visitor.submit(await visitor.open('/account/profile?sent'), '/verify', { code: codeOf(mail) })
      const profile = await visitor.open('/account/profile')
      await visitor.submit(profile, '/name', { name: 'Robin  Example' })
      assert.include(await claimsOf(), { email, email_verified: true, name: 'Robin Example' })
    })

    it('is written to again on wish, and the first code is worth nothing then', async () => {
      const { visitor, email } = await village.join()
      const first = await awaitMail(village.house, { to: email, subject: 'Confirm your' })
      const sent = await visitor.submit(await visitor.open('/account/profile'), '/verify/send')
      const second = await awaitMail(village.house, { to: email, subject: 'Confirm your', after: 1 })
      const old = await visitor.submit(sent, '/verify', { code: codeOf(first) })
      assert.equal(old.status, 401)
      assert.include((await visitor.submit(old, '/verify', { code: codeOf(second) })).text, '>Confirmed<')
    })
  })

  describe('A code by mail', () => {
    async function goToCode(visitor: Visitor, email: string): Promise<Page> {
      const request = await village.party.begin()
      const camera = await visitor.submit(await visitor.open(request.url), '/identify', { email })
      assert.include(camera.text, 'Get a code by e-mail')
      const page = await visitor.open(camera.url.pathname.replace(/face$/, 'email'))
      return visitor.submit(page, '/email/send')
    }

    it('signs in, as the lowest level there is', async () => {
      const { email } = await village.joinVerified()
      const visitor = village.stranger()
      const request = await village.party.begin()
      const camera = await visitor.submit(await visitor.open(request.url), '/identify', { email })
      const offer = await visitor.open(camera.url.pathname.replace(/face$/, 'email'))
      const page = await visitor.submit(offer, '/email/send')
      const code = codeOf(await awaitMail(village.house, { to: email, subject: 'Your code to sign in' }))
      const consent = await visitor.submit(page, '/email', { code: `${code.slice(0, 4)} ${code.slice(4)}` })
      const tokens = await village.party.finish(request, (await visitor.submit(consent, '/consent')).url)
      assert.equal(tokens.claims()?.['acr'], 'urn:mien:acr:email')
      assert.deepEqual(tokens.claims()?.['amr'], ['otp'])
    })

    it('is no second factor: an authenticator app is asked for after it', async () => {
      const { visitor: owner, email } = await village.joinVerified()
      await setUpApp(owner, village.house)
      const visitor = village.stranger()
      const page = await goToCode(visitor, email)
      const code = codeOf(await awaitMail(village.house, { to: email, subject: 'Your code to sign in' }))
      const next = await visitor.submit(page, '/email', { code })
      assert.match(next.url.pathname, /\/otp$/)
    })

    it('does not change a factor: for that one signs in by something stronger', async () => {
      const { email } = await village.joinVerified()
      const visitor = village.stranger()
      const page = await goToCode(visitor, email)
      const code = codeOf(await awaitMail(village.house, { to: email, subject: 'Your code to sign in' }))
      await visitor.submit(page, '/email', { code })
      const profile = await visitor.open('/account/profile')
      assert.include(profile.text, 'You sign in again first')
      assert.include((await visitor.open('/account/password')).text, 'Present password')
    })

    it('shows the same pages for an address that nobody has, and for one that nobody confirmed', async () => {
      const { email: unverified } = await village.join()
      const { email: verified } = await village.joinVerified()
      const nobody = village.nextAddress('nobody')
      const seen: string[] = []
      for (const email of [verified, unverified, nobody]) {
        const visitor = village.stranger()
        const page = await goToCode(visitor, email)
        const wrong = await visitor.submit(page, '/email', { code: '0000 0000' })
        const plain = (text: string): string =>
          text
            .replaceAll(email, '…')
            .replaceAll(/name="csrf" value="[^"]+"/g, '')
            .replaceAll(/interaction\/[^/"]+/g, '')
        seen.push(`${page.status} ${plain(page.text)} ${wrong.status} ${plain(wrong.text)}`)
      }
      assert.equal(seen[1], seen[0])
      assert.equal(seen[2], seen[0])
      await awaitMail(village.house, { to: unverified, subject: 'Confirm your' })
      await allSent(village.house)
      assert.isEmpty(await mailsTo(village.house, nobody))
      assert.lengthOf(await mailsTo(village.house, unverified), 1, 'the mail after the registration')
    })

    it('is sent, and refused, in the same time whoever’s address it is', async () => {
      const { email } = await village.joinVerified()
      const timed = async (address: string): Promise<number> => {
        const visitor = village.stranger()
        const request = await village.party.begin()
        const camera = await visitor.submit(await visitor.open(request.url), '/identify', { email: address })
        const offer = await visitor.open(camera.url.pathname.replace(/face$/, 'email'))
        const startedAt = performance.now()
        const page = await visitor.submit(offer, '/email/send')
        await visitor.submit(page, '/email', { code: '0000 0000' })
        return performance.now() - startedAt
      }
      const known = (): Promise<number> => {
        village.house.pass(31)
        return timed(email)
      }
      await assertSameTime(2, known, () => timed('nobody@example.com'))
    })

    it('takes no sixth try, and works in no other visit', async () => {
      const { email } = await village.joinVerified()
      const visitor = village.stranger()
      let page = await goToCode(visitor, email)
      const code = codeOf(await awaitMail(village.house, { to: email, subject: 'Your code to sign in' }))
      const other = village.stranger()
      const elsewhere = await other.submit(await goToCode(other, village.nextAddress('nobody')), '/email', {
        code,
      })
      assert.equal(elsewhere.status, 401)
      for (let tries = 0; tries < 5; tries += 1) {
        page = await visitor.submit(page, '/email', { code: wrongCode(code) })
      }
      village.house.pass(31)
      assert.equal((await visitor.submit(page, '/email', { code })).status, 401)
    })

    it('is not there where the operator said no', async () => {
      const strict = await startHouse({ settings: { MIEN_EMAIL_CODE: 'off' } })
      const shop = await createRelyingParty(strict.origin, `${strict.rpOrigin}/callback`)
      const visitor = createVisitor(strict.origin, [strict.rpOrigin])
      const camera = await visitor.submit(await visitor.open((await shop.begin()).url), '/identify', {
        email: 'ada@example.com',
      })
      assert.notInclude(camera.text, 'Get a code by e-mail')
      const page = await visitor.open(camera.url.pathname.replace(/face$/, 'email'))
      assert.equal(page.status, 404)
      await strict.close()
    })
  })

  describe('The log', () => {
    it('says that a mail went out, and holds no address, no code and no link', async () => {
      const log = village.house.logged()
      assert.include(log, 'a mail was sent')
      assert.notMatch(log, /@example\.com|token=/)
      for (const mail of await readOutbox(village.house)) {
        if (codeOf(mail) !== '') assert.notInclude(log, codeOf(mail))
      }
    })
  })
})
