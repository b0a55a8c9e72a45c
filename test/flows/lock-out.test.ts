import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { browserOf, signUp } from './control-stories.ts'
import { startHouse, there, type House } from './house.ts'
import { createRelyingParty, goToCamera, type RelyingParty } from './relying-party.ts'
import { password } from './stories.ts'
import type { Page, Visitor } from './visitor.ts'

describe('Guessing, over HTTP', function () {
  this.timeout(60_000)
  let house: House | undefined
  let party: RelyingParty
  let count = 0

  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouse()
    party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
  })
  after(async () => {
    await house?.close()
  })

  const somebody = async (): Promise<{ readonly email: string; readonly visitor: Visitor }> => {
    count += 1
    const email = `guessed-${count}@example.com`
    const visitor = browserOf(there(house))
    const account = await signUp(there(house), email, visitor)
    await visitor.submit(account, '/sign-out')
    return { email, visitor }
  }
  const passwordPage = async (visitor: Visitor, email: string): Promise<Page> => {
    const camera = await goToCamera(visitor, (await party.begin()).url, email)
    return visitor.open(camera.url.pathname.replace(/[^/]*$/, 'password'))
  }
  const guess = async (visitor: Visitor, email: string, times: number): Promise<void> => {
    let page = await passwordPage(visitor, email)
    for (let each = 0; each < times; each += 1) {
      page = await visitor.submit(page, '/password', { password: `guess ${each}` })
      assert.equal(page.status, 401)
    }
  }
  const isLetIn = async (visitor: Visitor, email: string): Promise<boolean> => {
    const page = await visitor.submit(await passwordPage(visitor, email), '/password', { password })
    return page.status !== 401
  }

  it('makes strangers wait, and not a browser in which the person has signed in before', async () => {
    const { email, visitor } = await somebody()
    await guess(browserOf(there(house)), email, 6)
    assert.isFalse(await isLetIn(browserOf(there(house)), email), 'the right password, in a new browser')
    assert.isTrue(await isLetIn(visitor, email), 'the same, in the browser of its owner')
    there(house).pass(31)
    assert.isTrue(await isLetIn(browserOf(there(house)), email), 'half a minute later')
  })

  it('is slowed down in a known browser too, and there alone', async () => {
    const { email, visitor } = await somebody()
    await guess(visitor, email, 6)
    assert.isFalse(await isLetIn(visitor, email))
    assert.isTrue(await isLetIn(browserOf(there(house)), email))
  })

  it('gains nothing by the cookie of another account', async () => {
    const { visitor: guesser } = await somebody()
    const { email } = await somebody()
    await guess(browserOf(there(house)), email, 6)
    assert.isFalse(await isLetIn(guesser, email), 'known, but not to this account')
  })
})
