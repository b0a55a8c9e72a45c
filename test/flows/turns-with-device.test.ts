import { assert } from 'chai'
import { openMeshFinder } from '../attacks/face-mesh.ts'
import { contrary, obedient, posePerson, videoFrames, type Pose } from '../attacks/performance.ts'
import { createHead } from '../attacks/posting.ts'
import { facesDir, modelsDir } from '../media.ts'
import { captureWithDevice, makeDevice, trustFields, type Device } from './device.ts'
import { startHouse, there, type House } from './house.ts'
import { comeBack, createRelyingParty, goToCamera, type RelyingParty, type Request } from './relying-party.ts'
import { createAccountWithFace, password } from './stories.ts'
import { createVisitor, type Page, type Visitor } from './visitor.ts'

/** A person of the videos; heads that turn are drawn from them by a program, for no video does as it is told. */
const email = 'd10@example.com'

describe('A house as others reach it: head turns, and a trusted device', function () {
  this.timeout(120_000)
  // A drawn head misses a turn now and then, as people do, who then try again.
  this.retries(2)
  let house: House | undefined
  let party: RelyingParty | undefined
  let poses: readonly Pose[] = []
  let own: Device | undefined

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    house = await startHouse({ settings: { MIEN_CHALLENGE: 'turns', MIEN_FACE_ALONE: 'off' } })
    party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
    poses = await posePerson(await openMeshFinder(), 'd10', 'second')
    await createAccountWithFace(house, email, await videoFrames('d10', 'first'))
    own = await makeDevice()
    await trust(own)
  })
  after(async () => {
    await house?.close()
  })

  interface Visit {
    readonly visitor: Visitor
    readonly request: Request
    readonly page: Page
  }

  async function visit(): Promise<Visit> {
    // Long enough that no lock-out of the visit before answers.
    there(house).pass(3600)
    const { origin, rpOrigin } = there(house)
    const visitor = createVisitor(origin, [rpOrigin])
    const request = await there(party).begin()
    return { visitor, request, page: await goToCamera(visitor, request.url, email) }
  }

  async function trust(device: Device): Promise<void> {
    const { visitor, page } = await visit()
    const form = await visitor.open(page.url.pathname.replace(/face$/, 'password'))
    const next = await visitor.submit(form, '/password', { password, ...(await trustFields(device, form)) })
    if (next.status === 200) await visitor.submit(next, '/consent')
  }

  it('signs in whoever turns the head as told on it: face and device, two factors', async () => {
    const { visitor, request, page } = await visit()
    const frames = createHead({ poses, answers: obedient })
    const last = await captureWithDevice(visitor, page, { device: there(own), frames })
    assert.equal(last.body.state, 'done', JSON.stringify(last.body))
    const tokens = await there(party).finish(request, await comeBack(visitor, last.body.location ?? ''))
    assert.equal(tokens.claims()?.['acr'], 'urn:mien:acr:face-device')
    assert.deepEqual(tokens.claims()?.['amr'], ['face', 'swk', 'mfa'])
  })

  it('asks for something else where the same head turns on another device', async () => {
    const { visitor, page } = await visit()
    const frames = createHead({ poses, answers: obedient })
    const last = await captureWithDevice(visitor, page, { device: await makeDevice(), frames })
    assert.equal(last.body.state, 'done', JSON.stringify(last.body))
    assert.match(last.body.location ?? '', /\/password$/)
  })

  it('signs nobody in who turns another way, on the trusted device either', async () => {
    const { visitor, page } = await visit()
    const frames = createHead({ poses, answers: contrary })
    const ended = await captureWithDevice(visitor, page, { device: there(own), frames }).catch(
      (error: unknown) => error,
    )
    // No verdict is asked for: the challenge is never passed, and the capture takes no more frames.
    assert.instanceOf(ended, Error)
    assert.match(String(ended), /look|capture_exhausted/)
  })
})
