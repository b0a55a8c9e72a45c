import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { there } from './house.ts'
import { allSent, awaitMail, mailsTo, type Mail } from './mailbox.ts'
import { openVillage, type Village } from './village.ts'
import type { Visitor } from './visitor.ts'

describe('The receipt of consent', function () {
  this.timeout(60_000)
  let village: Village | undefined

  before(async function () {
    if (modelsDir === undefined) this.skip()
    village = await openVillage()
  })
  after(async () => {
    await village?.house.close()
  })

  const withdraw = async (visitor: Visitor) =>
    visitor.submit(await visitor.open('/account/privacy'), '/withdraw')
  /** The lines that the newest download has, and no other. */
  const newest = async (visitor: Visitor): Promise<string[]> => {
    const page = await visitor.open('/account/privacy')
    const [, url = ''] = /href="(\/account\/privacy\/receipts\/[^"?]+)"/.exec(page.text) ?? []
    return (await visitor.open(url)).text.trim().split('\n')
  }
  /** Mails are sent quoted-printable; what is compared has no such letters but the soft breaks and “=”. */
  const textOf = ({ text }: Mail): string =>
    text
      .replaceAll(/=\r?\n/g, '')
      .replaceAll('=3D', '=')
      .replaceAll('\r\n', '\n')

  it('comes by mail when consent is given and when it is taken back, as it can be downloaded', async () => {
    const { house } = there(village)
    const { visitor, email } = await there(village).joinVerified()
    await withdraw(visitor)
    const back = await awaitMail(house, { to: email, subject: 'Your account was changed' })
    assert.include(back.text, 'You took back your consent')
    assert.include(textOf(back), (await newest(visitor)).join('\n'))
    const agree = await visitor.open('/account/face')
    await visitor.submit(agree, '/face/consent')
    const given = await awaitMail(house, { to: email, subject: 'Your consent to face sign-in' })
    const lines = await newest(visitor)
    assert.include(lines.join(), 'You agreed that your face is used')
    assert.include(textOf(given), lines.join('\n'))
  })

  it('is not mailed to an address that nobody has confirmed, also not when it is confirmed later', async () => {
    const { house } = there(village)
    const { visitor, email } = await there(village).join()
    await withdraw(visitor)
    await awaitMail(house, { to: email, subject: 'Confirm your' })
    await allSent(house)
    const subjects = (await mailsTo(house, email)).map(({ subject }) => subject)
    assert.deepEqual(subjects, ['Confirm your e-mail address'])
    assert.include((await newest(visitor)).join(), 'consent')
  })
})
