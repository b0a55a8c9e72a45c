import { assert } from 'chai'
import { createAuthenticator } from '../authenticator.ts'
import { createPeople } from '../flows/authenticator.ts'
import { browserOf, openParty } from '../flows/control-stories.ts'
import { claimBy, issueWith, makeDevice } from '../flows/device.ts'
import { there } from '../flows/house.ts'
import { addOn, answerOn, optionsOn } from '../flows/passkey.ts'
import { goToCamera, type RelyingParty } from '../flows/relying-party.ts'
import { createVisitor, sendFrame, type Visitor } from '../flows/visitor.ts'
import { countGood, many } from './at-once.ts'
import { engines, startFleet, type Fleet } from './fleet.ts'
import { rowsOf } from './rows.ts'

for (const { engine, hasRedis } of engines) {
  describe(`What is tried on two nodes at once, on ${engine}:`, function () {
    this.timeout(120_000)
    let fleet: Fleet | undefined
    let party: RelyingParty

    before(async function () {
      fleet = await startFleet(this, { hasRedis })
      party = await openParty(fleet)
    })
    after(() => fleet?.close())

    const { somebody } = createPeople(() => ({
      house: { ...there(fleet), clock: () => new Date() },
      party,
    }))
    let addresses = 0
    /** What limits an address is not what is tested here. */
    const elsewhere = (): Visitor => {
      const { origin, rpOrigin } = there(fleet)
      addresses += 1
      return createVisitor(origin, [rpOrigin], { 'x-forwarded-for': `192.0.2.${addresses}` })
    }

    it('the challenge of a device, and a place in the order of frames', async () => {
      const { email } = await somebody()
      const visitor = browserOf(there(fleet))
      const page = await goToCamera(visitor, (await party.begin()).url, email)
      const claim = await claimBy(visitor, page, await makeDevice())
      const issued = await countGood(
        () => issueWith(visitor, page, claim),
        ({ status }) => status === 201,
      )
      assert.equal(issued, 1)
      const capture = await issueWith(visitor, page, await claimBy(visitor, page, await makeDevice()))
      const framesUrl = capture.body.framesUrl ?? ''
      const answers = await Promise.all(
        Array.from({ length: many }, () =>
          sendFrame(visitor, page, { framesUrl, sequence: 0, frame: onePixel }),
        ),
      )
      // Whether it can be read or not: the one that was looked at has an answer of its own.
      const codes = answers.map(({ body }) => body.code ?? body.state)
      assert.lengthOf(
        codes.filter(
          (code) =>
            code !== 'engine_busy' &&
            code !== 'capture_too_fast' &&
            code !== 'capture_out_of_order' &&
            code !== 'capture_not_found',
        ),
        1,
        codes.join(' '),
      )
    })

    it('the challenge of a passkey', async () => {
      const { email, visitor } = await somebody()
      const authenticator = createAuthenticator({ origin: there(fleet).origin })
      await addOn(visitor, await visitor.open('/account/passkeys'), { authenticator })
      assert.isNotEmpty(email)
      const stranger = browserOf(there(fleet))
      const page = await stranger.open((await party.begin()).url)
      const credential = authenticator.assert(await optionsOn(stranger, page))
      const good = await countGood(
        () => answerOn(stranger, page, { credential }),
        ({ body }) => body.state === 'done',
      )
      assert.equal(good, 1)
    })

    it('a try before the lock-out: twenty-four wrong passwords at once are five tries', async () => {
      const { email } = await somebody()
      const forms = await Promise.all(
        Array.from({ length: 24 }, async () => {
          const visitor = elsewhere()
          const camera = await goToCamera(visitor, (await party.begin()).url, email)
          return { visitor, page: await visitor.open(camera.url.pathname.replace(/[^/]*$/, 'password')) }
        }),
      )
      const pages = await Promise.all(
        forms.map(({ visitor, page }) => visitor.submit(page, '/password', { password: 'not the password' })),
      )
      const rows = await rowsOf(
        there(fleet).databaseUrl,
        `SELECT outcome, count(*)::int AS n FROM attempts WHERE factor = 'password'
         AND "identifierDigest" IN (SELECT "identifierDigest" FROM attempts WHERE outcome = 'locked')
         GROUP BY outcome`,
      )
      const counts = Object.fromEntries(rows.map(({ outcome, n }) => [String(outcome), n]))
      assert.deepEqual(counts, { no_match: 5, locked: 19 })
      assert.lengthOf([...new Set(pages.map(({ status }) => status))], 1, 'and all are told the same')
    })
  })
}

/** Not a face, and quick to look at. */
const onePixel = Buffer.from(
  '/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=',
  'base64',
)
