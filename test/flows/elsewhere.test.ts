import { assert } from 'chai'
import { createAuthenticator } from '../authenticator.ts'
import { modelsDir } from '../media.ts'
import { setUpApp } from './authenticator.ts'
import { agents, browserOf, signIn, signUp } from './control-stories.ts'
import { startHouse, there, type House } from './house.ts'
import { addOn } from './passkey.ts'
import type { Page, Visitor } from './visitor.ts'

const offer = 'Sign out everywhere else?'

describe('After a change of how one signs in', function () {
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

  async function signInTwice(): Promise<{ readonly laptop: Visitor; readonly phone: Visitor }> {
    count += 1
    const email = `person-${count}@example.com`
    const [laptop, phone] = [browserOf(there(house)), browserOf(there(house), agents.phone)]
    await signUp(there(house), email, laptop)
    await signIn(phone, email)
    return { laptop, phone }
  }
  const addPasskey = async (visitor: Visitor): Promise<Page> => {
    const authenticator = createAuthenticator({ origin: there(house).origin })
    const { body } = await addOn(visitor, await visitor.open('/account/passkeys'), { authenticator })
    return visitor.open(body.location ?? '')
  }

  it('one may sign out everywhere else, and stays signed in here', async () => {
    const { laptop, phone } = await signInTwice()
    const page = await addPasskey(laptop)
    assert.include(page.text, offer)
    await laptop.submit(page, '/sessions/end-others')
    assert.equal((await laptop.open('/account')).url.pathname, '/account')
    assert.notEqual((await phone.open('/account')).url.pathname, '/account')
  })

  it('that is offered for each of them: passkey, app, codes and face', async () => {
    const { laptop } = await signInTwice()
    assert.include(
      (await laptop.submit(await addPasskey(laptop), '/remove')).text,
      offer,
      'a passkey removed',
    )
    await setUpApp(laptop, there(house))
    const made = await laptop.submit(await laptop.open('/account/recovery-codes'), '/make')
    const done = /href="(\/account\/recovery-codes\?[^"]+)"/.exec(made.text)?.[1] ?? ''
    assert.include((await laptop.open(done)).text, offer, 'new codes')
    const off = await laptop.submit(await laptop.open('/account/authenticator'), '/remove')
    assert.include(off.text, offer, 'the app turned off')
    const account = await laptop.open('/account')
    const csrf = /name="csrf" value="([^"]+)"/.exec(account.text)?.[1] ?? ''
    const body = new URLSearchParams({ csrf })
    const erased = await laptop.open('/account/face/delete', { method: 'POST', body })
    assert.include(erased.text, offer, 'the face deleted')
  })

  it('nothing is offered where nobody is signed in elsewhere, nor at any other time', async () => {
    const alone = browserOf(there(house))
    await signUp(there(house), 'alone@example.com', alone)
    assert.notInclude((await addPasskey(alone)).text, offer)
    const { laptop } = await signInTwice()
    await addPasskey(laptop)
    for (const page of [
      '/account',
      '/account/passkeys',
      '/account/authenticator',
      '/account/recovery-codes',
    ]) {
      assert.notInclude((await laptop.open(page)).text, offer, page)
    }
  })
})
