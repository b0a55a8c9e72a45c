import { assert } from 'chai'
import type { SoftwareAuthenticator } from '../authenticator.ts'
import { facesDir, frames, modelsDir } from '../media.ts'
import { captureWithDevice, makeDevice, trustFields } from './device.ts'
import { there } from './house.ts'
import { acr, ben, goToPasskey, openPasskeyHouse, refused, type PasskeyHouse } from './passkey-house.ts'
import { optionsOn, signInOn } from './passkey.ts'
import { goToCamera } from './relying-party.ts'
import { createAccountWithFace } from './stories.ts'
import { streamCapture } from './visitor.ts'

const gil = 'gil@example.com'

describe('A passkey beside a face', function () {
  this.timeout(120_000)
  let stage: PasskeyHouse | undefined
  let own: readonly Buffer[]
  let made: SoftwareAuthenticator

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    stage = await openPasskeyHouse()
    const first = await frames('d12', { from: 0, to: 3.5, fps: 8 })
    own = await frames('d12', { from: 3.5, to: 7, fps: 8 })
    const { visitor } = await createAccountWithFace(stage.house, gil, first)
    made = await stage.added(visitor, gil)
  })
  after(async () => {
    await stage?.house.close()
  })

  it('is the second factor where the app wants face and passkey', async () => {
    const at = await there(stage).visit({ acr_values: acr('face-passkey') })
    const camera = await at.visitor.submit(at.page, '/identify', { email: gil })
    const { last } = await streamCapture(at.visitor, camera, { frames: own })
    assert.match(last.body.location ?? '', /\/passkey$/, JSON.stringify(last.body))
    const page = await at.visitor.open(last.body.location ?? '')
    const options = await optionsOn(at.visitor, page)
    assert.deepEqual(
      options.allowCredentials.map(({ id }) => id),
      [made.credentialId],
    )
    const answer = await signInOn(at.visitor, page, { authenticator: made })
    assert.deepEqual(await there(stage).claimsOf(at, answer), {
      acr: acr('face-passkey'),
      amr: ['face', 'hwk', 'mfa'],
      email: gil,
    })
  })

  it('is refused there where it is another’s', async () => {
    const bensKey = await there(stage).added(there(stage).bens, ben)
    const at = await there(stage).visit({ acr_values: acr('face-passkey') })
    const camera = await at.visitor.submit(at.page, '/identify', { email: gil })
    const { last } = await streamCapture(at.visitor, camera, { frames: own })
    const page = await at.visitor.open(last.body.location ?? '')
    refused(await signInOn(at.visitor, page, { authenticator: bensKey }))
    refused(await signInOn(at.visitor, page, { authenticator: bensKey, more: { anyAccount: true } }))
  })

  it('makes a new device a trusted one, as a password does', async () => {
    const device = await makeDevice()
    const first = await there(stage).visit()
    const page = await goToPasskey(first, gil)
    const fields = await trustFields(device, page)
    const answer = await signInOn(first.visitor, page, { authenticator: made, more: { device: fields } })
    assert.equal((await there(stage).claimsOf(first, answer)).email, gil)
    there(stage).house.pass(31)
    const second = await there(stage).visit()
    const camera = await goToCamera(second.visitor, second.request.url, gil)
    const done = await captureWithDevice(second.visitor, camera, { device, frames: own })
    assert.deepEqual(await there(stage).claimsOf(second, done), {
      acr: acr('face-device'),
      amr: ['face', 'swk', 'mfa'],
      email: gil,
    })
  })
})
