import { assert } from 'chai'
import { catalogue } from '../../src/errors.ts'
import { modelsDir } from '../media.ts'
import { codesOf, createPeople } from './authenticator.ts'
import { startHouse, there, type House } from './house.ts'
import { createRelyingParty, type RelyingParty } from './relying-party.ts'

const [, recoveryRefused] = catalogue.recovery_code_refused

describe('Recovery codes, over HTTP', function () {
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

  const { somebody, somebodyWithApp, givePassword, claimsOf } = createPeople(() => ({
    house: there(house),
    party,
  }))

  it('stand in for the app once each, and the account tells how many are left', async () => {
    const { visitor: owner, email, recoveryCodes } = await somebodyWithApp()
    const use = async (code: string) => {
      const at = await givePassword(email)
      const page = await at.visitor.open(at.page.url.pathname.replace('/otp', '/recovery-code'))
      return { ...at, page: await at.visitor.submit(page, '/recovery-code', { code }) }
    }
    const [code = ''] = recoveryCodes
    const { visitor, request, page } = await use(code.toLowerCase().replaceAll('-', ' '))
    const claims = await claimsOf(visitor, request, page)
    assert.equal(claims?.['acr'], 'urn:mien:acr:password-otp')
    assert.deepEqual(claims?.['amr'], ['pwd', 'otp', 'mfa'])
    assert.include((await owner.open('/account/recovery-codes')).text, '9 of 10 left')
    const again = await use(code)
    assert.equal(again.page.status, 401)
    assert.include(again.page.text, recoveryRefused)
    assert.include((await owner.open('/account/recovery-codes')).text, '9 of 10 left')
  })

  it('of an old set end when new ones are made', async () => {
    const { visitor, email, recoveryCodes } = await somebodyWithApp()
    const section = await visitor.open('/account/recovery-codes')
    const made = await visitor.submit(section, '/recovery-codes/make')
    const fresh = codesOf(made)
    assert.lengthOf(fresh, 10)
    assert.isEmpty(fresh.filter((code) => recoveryCodes.includes(code)))
    const at = await givePassword(email)
    const page = await at.visitor.open(at.page.url.pathname.replace('/otp', '/recovery-code'))
    const old = await at.visitor.submit(page, '/recovery-code', { code: recoveryCodes[1]! })
    assert.equal(old.status, 401)
    const next = await at.visitor.submit(old, '/recovery-code', { code: fresh[9]! })
    assert.deepEqual((await claimsOf(at.visitor, at.request, next))?.['amr'], ['pwd', 'otp', 'mfa'])
  })

  it('are made after a recent sign-in alone, and not for an account without an app', async () => {
    const { visitor } = await somebodyWithApp()
    const section = await visitor.open('/account/recovery-codes')
    there(house).pass(700)
    assert.equal((await visitor.submit(section, '/recovery-codes/make')).status, 403)
    assert.include((await visitor.open('/account/recovery-codes')).text, 'Sign in again to make new codes')
    const other = await somebody()
    const none = await other.visitor.open('/account/recovery-codes')
    assert.notInclude(none.text, 'Make new codes')
    const csrf = /name="csrf" value="([^"]+)"/.exec((await other.visitor.open('/account')).text)?.[1] ?? ''
    const body = new URLSearchParams({ csrf })
    const forced = await other.visitor.open('/account/recovery-codes/make', { method: 'POST', body })
    assert.equal(forced.status, 400)
  })

  it('go when the app is turned off, which wants a recent sign-in; then the password is enough again', async () => {
    const { visitor, email, recoveryCodes } = await somebodyWithApp()
    const section = await visitor.open('/account/authenticator')
    there(house).pass(700)
    assert.equal((await visitor.submit(section, '/authenticator/remove')).status, 403)
    const again = await givePassword(email)
    const recovery = await again.visitor.open(again.page.url.pathname.replace('/otp', '/recovery-code'))
    const signedIn = await again.visitor.submit(recovery, '/recovery-code', { code: recoveryCodes[0]! })
    await claimsOf(again.visitor, again.request, signedIn)
    const fresh = await again.visitor.open('/account/authenticator')
    const off = await again.visitor.submit(fresh, '/authenticator/remove')
    assert.include(off.text, '>Off<')
    const { visitor: next, request, page } = await givePassword(email)
    assert.deepEqual((await claimsOf(next, request, page))?.['amr'], ['pwd'])
  })
})
