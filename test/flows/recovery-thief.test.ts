import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { makeDevice, trustFields } from './device.ts'
import { awaitMail, linksOf } from './mailbox.ts'
import { createAccount, password } from './stories.ts'
import { openVillage, type Village } from './village.ts'

describe('What was begun with somebody’s password', function () {
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

  it('ends with a recovery: trust in devices, and a change of address that waits', async () => {
    const { visitor: thief, email } = await village.joinVerified()
    const request = await village.party.begin({ prompt: 'login', acr_values: 'urn:mien:acr:password' })
    const form = await thief.submit(await thief.open(request.url), '/identify', { email })
    await thief.submit(form, '/password', { password, ...(await trustFields(await makeDevice(), form)) })
    assert.include((await thief.open('/account/devices')).text, 'Firefox on Linux')
    const wanted = village.nextAddress('thief')
    await thief.submit(await thief.open('/account/profile'), '/email', { email: wanted })
    const [toNew = ''] = linksOf(await awaitMail(village.house, { to: wanted, subject: 'new e-mail' }))
    assert.include((await village.follow(thief, toNew)).text, 'as soon as the other mailbox')

    const owner = village.stranger()
    await owner.submit(await owner.open('/account/recover'), '/recover', { email })
    const [link = ''] = linksOf(
      await awaitMail(village.house, { to: email, subject: 'Choose a new password' }),
    )
    const done = await owner.submit(await owner.open(link), '/recover/new', {
      password: 'another long password',
    })
    assert.include(done.text, 'no device is trusted any more')
    const own = await village.signIn(owner, email, 'another long password')
    await owner.submit(own, '/consent')
    const devices = await owner.open('/account/devices')
    assert.equal(devices.url.pathname, '/account/devices')
    assert.notInclude(devices.text, '/account/devices/remove')
    const profile = await owner.open('/account/profile')
    assert.include(profile.text, email)
    assert.notInclude(profile.text, wanted)
  })

  it('ends after ten minutes where it is a visit that made the account: it neither enrols a face nor signs in', async () => {
    const { visitor, page } = await createAccount(village.house, village.nextAddress('slow'))
    village.house.pass(601)
    assert.notEqual((await visitor.open(page.url.pathname)).status, 200)
    const late = await visitor.submit(page, '/enrol/later')
    assert.equal(late.status, 400)
    assert.match((await visitor.open('/account/profile')).url.pathname, /^\/interaction\//)
  })
})
