import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { agents, browserOf, signIn, signUp } from './control-stories.ts'
import { startHouse, there, type House } from './house.ts'
import { allSent, awaitMail, linksOf, mailsTo } from './mailbox.ts'
import { readRecords } from './records.ts'
import type { Visitor } from './visitor.ts'

const subject = 'A sign-in from a new browser'

describe('A sign-in in a browser that is new to its owner', function () {
  this.timeout(60_000)
  let house: House | undefined
  let count = 0

  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouse()
  })
  after(async () => {
    await house?.close()
  })

  /** Signed up on the laptop, address confirmed. */
  async function arrive(): Promise<{ readonly email: string; readonly laptop: Visitor }> {
    count += 1
    const email = `person-${count}@example.com`
    const laptop = browserOf(there(house))
    await signUp(there(house), email, laptop)
    const [link = ''] = linksOf(await awaitMail(there(house), { to: email, subject: 'onfirm' }))
    await laptop.submit(await laptop.open(link), '')
    return { email, laptop }
  }
  const isIn = async (visitor: Visitor): Promise<boolean> =>
    (await visitor.open('/account')).url.pathname === '/account'
  async function intrude(email: string): Promise<{ readonly phone: Visitor; readonly links: string[] }> {
    const phone = browserOf(there(house), agents.phone)
    await signIn(phone, email)
    const mail = await awaitMail(there(house), { to: email, subject })
    assert.include(mail.text, 'Chrome on Android')
    return { phone, links: linksOf(mail).filter((each) => each.includes('browser-notice')) }
  }
  const linkTo = (links: readonly string[], answer: string): string =>
    links.find((each) => each.endsWith(`answer=${answer}`)) ?? ''

  it('is told by mail, and neither the first one ever nor a known browser is', async () => {
    const { email, laptop } = await arrive()
    await signIn(
      laptop,
      email,
      '/authorize?client_id=mien-account&response_type=none&scope=openid&prompt=login&redirect_uri=' +
        encodeURIComponent(`${there(house).origin}/account`),
    )
    await allSent(there(house))
    assert.isEmpty((await mailsTo(there(house), email)).filter((each) => each.subject === subject))
    const { phone } = await intrude(email)
    await awaitMail(there(house), { to: email, subject })
    await phone.open('/account')
    await allSent(there(house))
    assert.lengthOf(
      (await mailsTo(there(house), email)).filter((each) => each.subject === subject),
      1,
    )
  })

  it('changes nothing by opening the links, as mail scanners do', async () => {
    const { email } = await arrive()
    const { phone, links } = await intrude(email)
    assert.isAtLeast(links.length, 2)
    const scanner = browserOf(there(house))
    for (const link of links) assert.equal((await scanner.open(link)).status, 200)
    assert.isTrue(await isIn(phone))
  })

  it('is ended where its owner says that it was somebody else; the owner chooses a new password', async () => {
    const { email, laptop } = await arrive()
    const { phone, links } = await intrude(email)
    const reader = browserOf(there(house))
    const page = await reader.open(linkTo(links, 'not-me'))
    assert.notInclude(page.text, 'Yes, this was me')
    const done = await reader.submit(page, /token=.*/.exec(page.url.href)?.[0].split('&')[0] ?? '')
    assert.include(done.text, 'That browser is signed out')
    assert.include(done.text, 'href="/account/recover"')
    assert.isFalse(await isIn(phone))
    assert.isTrue(await isIn(laptop))
    const again = await reader.open(linkTo(links, 'not-me'))
    assert.include(again.text, 'This link has done its work')
    const types = (await readRecords(there(house), 'SELECT type, detail FROM audit_events ORDER BY seq')).map(
      ({ type }) => type,
    )
    assert.include(types, 'sign_in_disowned')
    const details = JSON.stringify(await readRecords(there(house), 'SELECT detail FROM audit_events'))
    for (const link of links) assert.notInclude(details, new URL(link).searchParams.get('token') ?? link)
  })

  it('stays where its owner owns it, and that answer counts once', async () => {
    const { email } = await arrive()
    const { phone, links } = await intrude(email)
    const page = await phone.open(linkTo(links, 'me'))
    const action = page.url.search.split('&')[0] ?? ''
    const thanks = await phone.open(`/account/browser-notice${action}`, {
      method: 'POST',
      body: new URLSearchParams({
        csrf: /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '',
        answer: 'me',
      }),
    })
    assert.include(thanks.text, 'There is nothing to do')
    assert.isTrue(await isIn(phone))
    assert.include((await phone.open(linkTo(links, 'not-me'))).text, 'This link has done its work')
  })

  it('cannot be answered after a week, with a made-up token, or by a form from elsewhere', async () => {
    const { email } = await arrive()
    const { phone, links } = await intrude(email)
    const address = new URL(linkTo(links, 'not-me'))
    const post = (url: URL, csrf: string) =>
      phone.open(url, { method: 'POST', body: new URLSearchParams({ csrf, answer: 'not_me' }) })
    assert.equal((await post(address, 'forged')).status, 403)
    const strange = new URL(address)
    strange.searchParams.set('token', 'x'.repeat(43))
    assert.include((await phone.open(strange)).text, 'This link has done its work')
    strange.searchParams.set('token', '../..')
    assert.equal((await phone.open(strange)).status, 404)
    assert.isTrue(await isIn(phone))
    there(house).pass(7 * 86_400 + 1)
    assert.include((await phone.open(address)).text, 'This link has done its work')
  })
})
