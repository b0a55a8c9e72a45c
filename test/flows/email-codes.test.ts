import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { there } from './house.ts'
import { allSent, awaitMail, codeOf, mailsTo } from './mailbox.ts'
import { readRecords } from './records.ts'
import { openVillage, type Village } from './village.ts'
import type { Page, Visitor } from './visitor.ts'

const codeMail = 'Your code to sign in'

describe('Codes by e-mail, which their owner may switch off', function () {
  this.timeout(60_000)
  let village: Village | undefined

  before(async function () {
    if (modelsDir === undefined) this.skip()
    village = await openVillage()
  })
  after(async () => {
    await village?.house.close()
  })

  async function askCode(visitor: Visitor, email: string): Promise<Page> {
    const request = await there(village).party.begin()
    const camera = await visitor.submit(await visitor.open(request.url), '/identify', { email })
    const page = await visitor.open(camera.url.pathname.replace(/face$/, 'email'))
    return visitor.submit(page, '/email/send')
  }
  const press = async (visitor: Visitor) =>
    visitor.submit(await visitor.open('/account/profile'), '/profile/codes')

  it('are sent no more, a code on its way is worth nothing, and the owner is told', async () => {
    const { house } = there(village)
    const { visitor: owner, email } = await there(village).joinVerified()
    const early = there(village).stranger()
    const page = await askCode(early, email)
    const code = codeOf(await awaitMail(house, { to: email, subject: codeMail }))
    const off = await press(owner)
    assert.include(off.text, 'No code by e-mail signs anybody in')
    assert.include((await awaitMail(house, { to: email, subject: 'was changed' })).text, 'was switched off')
    assert.equal((await early.submit(page, '/email', { code })).status, 401)
    await askCode(there(village).stranger(), email)
    await allSent(house)
    const codes = (await mailsTo(house, email)).filter(({ subject }) => subject.includes(codeMail))
    assert.lengthOf(codes, 1)
    assert.match(
      (await owner.open('/account')).text,
      /Code by e-mail<\/a><\/span>\s*<span class="method-off">Off/,
    )
  })

  it('look to a stranger as for an address that nobody has', async () => {
    const { visitor: owner, email } = await there(village).joinVerified()
    await press(owner)
    const seen: string[] = []
    for (const address of [email, there(village).nextAddress('nobody')]) {
      const visitor = there(village).stranger()
      const page = await askCode(visitor, address)
      const wrong = await visitor.submit(page, '/email', { code: '0000 0000' })
      const plain = (text: string): string =>
        text
          .replaceAll(address, '…')
          .replaceAll(/name="csrf" value="[^"]+"/g, '')
          .replaceAll(/interaction\/[^/"]+/g, '')
      seen.push(`${page.status} ${plain(page.text)} ${wrong.status} ${plain(wrong.text)}`)
    }
    assert.equal(seen[0], seen[1])
  })

  it('are switched on again, and each change is in the trail', async () => {
    const { house } = there(village)
    const { visitor: owner, email } = await there(village).joinVerified()
    await press(owner)
    await press(owner)
    const visitor = there(village).stranger()
    const page = await askCode(visitor, email)
    const code = codeOf(await awaitMail(house, { to: email, subject: codeMail }))
    assert.equal((await visitor.submit(page, '/email', { code })).status, 200)
    const events = await readRecords(
      house,
      `SELECT type FROM audit_events WHERE type LIKE 'email_codes_%' AND "subjectId" =
        (SELECT id FROM subjects WHERE "emailKey" = '${email}') ORDER BY seq`,
    )
    assert.deepEqual(events, [{ type: 'email_codes_switched_off' }, { type: 'email_codes_switched_on' }])
  })

  it('are switched by a fresh sign-in alone, and by no form from elsewhere', async () => {
    const { visitor: owner } = await there(village).joinVerified()
    const profile = await owner.open('/account/profile')
    const body = new URLSearchParams({ codes: 'off', csrf: 'forged' })
    assert.equal((await owner.open('/account/profile/codes', { method: 'POST', body })).status, 403)
    there(village).house.pass(601)
    assert.equal((await owner.submit(profile, '/profile/codes')).status, 403)
    assert.notInclude((await owner.open('/account/profile')).text, 'No code by e-mail')
  })
})
