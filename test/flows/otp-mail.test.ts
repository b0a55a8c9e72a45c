import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { until } from '../until.ts'
import { setUpApp } from './authenticator.ts'
import { awaitMail, linksOf, mailsTo } from './mailbox.ts'
import { openVillage, type Village } from './village.ts'

describe('Codes of an authenticator app, and the mailbox', function () {
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

  it('whose owner is told that an app was set up, and when a recovery code was used', async () => {
    const { visitor, email } = await village.joinVerified()
    const { recoveryCodes } = await setUpApp(visitor, village.house)
    const other = village.stranger()
    const asked = await village.signIn(other, email, 'a long enough password')
    const form = await other.open(asked.url.pathname.replace(/otp$/, 'recovery-code'))
    assert.notEqual((await other.submit(form, '/recovery-code', { code: recoveryCodes[3]! })).status, 401)
    let told = ''
    const all = [
      'A recovery code was used',
      'An authenticator app was added to your account.',
      'New recovery codes were made for your account.',
    ]
    await until(async () => {
      told = (await mailsTo(village.house, email)).map(({ text }) => text).join('\n')
      return all.every((each) => told.includes(each))
    }, all.join(', '))
    assert.match(told, /Recovery codes left:?\s+9/)
    for (const code of recoveryCodes) assert.notInclude(told, code)
  })

  it('cannot be got past by whoever reads it: a forgotten password is replaced with a code alone', async () => {
    const { visitor, email } = await village.joinVerified()
    const { app } = await setUpApp(visitor, village.house)
    const thief = village.stranger()
    await thief.submit(await thief.open('/account/recover'), '/recover', { email })
    const mail = await awaitMail(village.house, { to: email, subject: 'Choose a new password' })
    const form = await thief.open(linksOf(mail)[0] ?? '')
    const password = 'another long password'
    for (const code of ['', '000000']) {
      const refused = await thief.submit(form, '/recover/new', { password, code })
      assert.notInclude(refused.text, 'Your password is changed', code)
    }
    const owner = village.stranger()
    const again = await owner.open(linksOf(mail)[0] ?? '')
    const done = await owner.submit(again, '/recover/new', { password, code: app.code(1) })
    assert.include(done.text, 'Your password is changed')
    const next = await village.signIn(village.stranger(), email, password)
    assert.match(next.url.pathname, /\/otp$/, 'and the code is asked for after the new password too')
  })
})
