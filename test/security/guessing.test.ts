import { assert } from 'chai'
import { browserOf, signUp } from '../flows/control-stories.ts'
import { startHouse, type House } from '../flows/house.ts'
import { createRelyingParty, goToCamera } from '../flows/relying-party.ts'
import { password } from '../flows/stories.ts'
import { assertSameTime } from '../flows/timing.ts'
import type { Page, Visitor } from '../flows/visitor.ts'
import { useHouse, withoutNonces } from './visit.ts'

describe('Security: guessing', function () {
  this.timeout(90_000)
  const { at, stranger, somebody } = useHouse()

  const passwordPage = async (visitor: Visitor, email: string): Promise<Page> => {
    const camera = await goToCamera(visitor, (await at().party.begin()).url, email)
    return visitor.open(camera.url.pathname.replace(/face$/, 'password'))
  }
  const guess = async (visitor: Visitor, email: string, secret: string): Promise<Page> =>
    visitor.submit(await passwordPage(visitor, email), '/password', { password: secret })

  it('49 whoever tries to sign in learns nothing of who has an account: same status, same page, same time', async () => {
    const { email } = await somebody()
    const { email: locked } = await somebody()
    for (let times = 0; times < 6; times += 1) await guess(stranger(), locked, 'wrong')
    const tries = [
      { email, given: 'wrong password' },
      { email: 'nobody@example.com', given: 'wrong password' },
      { email: locked, given: password },
    ]
    const pages: string[] = []
    for (const { email: who, given } of tries) {
      const page = await guess(stranger(), who, given)
      assert.equal(page.status, 401, who)
      pages.push(withoutNonces(page, who))
    }
    assert.equal(new Set(pages).size, 1)
    const timed = async (who: string): Promise<number> => {
      const visitor = stranger()
      const page = await passwordPage(visitor, who)
      const began = performance.now()
      await visitor.submit(page, '/password', { password: 'wrong' })
      return performance.now() - began
    }
    const known = (): Promise<number> => {
      at().house.pass(31)
      return timed(email)
    }
    // A password that is not hashed for an unknown address would answer ten times as fast.
    await assertSameTime(1.7, known, () => timed('nobody@example.com'))
    const asked = await Promise.all(
      [email, 'nobody@example.com'].map(async (who) => {
        const visitor = stranger()
        const page = await visitor.submit(await visitor.open('/account/recover'), '/account/recover', {
          email: who,
        })
        assert.equal(page.status, 200)
        return withoutNonces(page, who)
      }),
    )
    assert.equal(asked[0], asked[1], 'nor does whoever asks for a way back in')
  })

  it('50 guessing is slowed down for the account whatever is guessed and wherever, also after a restart, and never for good', async () => {
    const first = await startHouse({ settings: { MIEN_FACE_WORKERS: '1' } })
    const tryAt = async (house: House, given: string, email = 'ada@example.com'): Promise<number> => {
      const party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
      const visitor = browserOf(house)
      const camera = await goToCamera(visitor, (await party.begin()).url, email)
      const form = await visitor.open(camera.url.pathname.replace(/face$/, 'password'))
      return (await visitor.submit(form, '/password', { password: given })).status
    }
    await signUp(first, 'ada@example.com')
    for (let times = 0; times < 5; times += 1) assert.equal(await tryAt(first, `guess ${times}`), 401)
    assert.equal(await tryAt(first, password), 401, 'the right one, too early')
    await first.close(true)
    const port = Number(new URL(first.origin).port)
    const rpPort = Number(new URL(first.rpOrigin).port)
    const again = await startHouse({
      dataDir: first.dataDir,
      port,
      rpPort,
      settings: { MIEN_FACE_WORKERS: '1' },
    })
    try {
      assert.equal(await tryAt(again, password), 401, 'after a restart')
      again.pass(31)
      const parallel = await Promise.all(
        Array.from({ length: 8 }, (_, index) => tryAt(again, `again ${index}`)),
      )
      assert.deepEqual([...new Set(parallel)], [401])
      again.pass(31)
      assert.equal(await tryAt(again, password), 200, 'half a minute without guesses is enough')
    } finally {
      await again.close()
    }
  })
})
