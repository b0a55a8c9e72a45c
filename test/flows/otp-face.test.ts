import { assert } from 'chai'
import { facesDir, frames, modelsDir } from '../media.ts'
import { createPeople, setUpApp } from './authenticator.ts'
import { captureWithDevice, makeDevice, trustFields } from './device.ts'
import { startHouse, there, type House } from './house.ts'
import { comeBack, createRelyingParty, goToCamera, type RelyingParty } from './relying-party.ts'
import { createAccountWithFace } from './stories.ts'
import { streamCapture } from './visitor.ts'

const ada = 'ada@example.com'

describe('A face beside an authenticator app, over HTTP', function () {
  this.timeout(120_000)
  let house: House | undefined
  let party: RelyingParty
  let second: readonly Buffer[]
  let app: Awaited<ReturnType<typeof setUpApp>>['app']

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    second = await frames('d12', { from: 3.5, to: 7, fps: 8 })
    house = await startHouse()
    party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
    const own = await frames('d12', { from: 0, to: 3.5, fps: 8 })
    const { visitor } = await createAccountWithFace(house, ada, own)
    ;({ app } = await setUpApp(visitor, house))
  })
  after(async () => {
    await house?.close()
  })

  const { stranger, claimsOf } = createPeople(() => ({ house: there(house), party }))

  it('alone is followed by the code, also where the operator lets a face alone sign in', async () => {
    const visitor = stranger()
    const request = await party.begin()
    const camera = await goToCamera(visitor, request.url, ada)
    const { last } = await streamCapture(visitor, camera, { frames: second })
    assert.equal(last.body.state, 'done', JSON.stringify(last.body))
    const page = await visitor.open(last.body.location ?? '')
    assert.match(page.url.pathname, /\/otp$/)
    const wrong = await visitor.submit(page, '/otp', { code: '000000' })
    assert.equal(wrong.status, 401)
    const next = await visitor.submit(wrong, '/otp', { code: app.code(1) })
    const claims = await claimsOf(visitor, request, next)
    assert.deepEqual(claims?.['amr'], ['face', 'otp', 'mfa'])
  })

  it('on a device that was trusted by a code is enough from then on', async () => {
    there(house).pass(90)
    const visitor = stranger()
    const device = await makeDevice()
    const first = await party.begin()
    const camera = await goToCamera(visitor, first.url, ada)
    const { last } = await streamCapture(visitor, camera, { frames: second })
    const page = await visitor.open(last.body.location ?? '')
    const trusting = { code: app.code(), ...(await trustFields(device, page)) }
    const next = await visitor.submit(page, '/otp', trusting)
    const before = await claimsOf(visitor, first, next)
    assert.equal(before?.['acr'], 'urn:mien:acr:face-device')
    const other = stranger()
    const request = await party.begin()
    const again = await goToCamera(other, request.url, ada)
    const done = await captureWithDevice(other, again, { device, frames: second })
    const claims = (await party.finish(request, await comeBack(other, done.body.location ?? ''))).claims()
    assert.deepEqual(claims?.['amr'], ['face', 'swk', 'mfa'])
  })
})
