import { assert } from 'chai'
import { facesDir, frames, modelsDir } from '../media.ts'
import { captureWithDevice, claimBy, issueWith, makeDevice, trustFields, type Device } from './device.ts'
import { startHouse, there, type House } from './house.ts'
import { comeBack, createRelyingParty, goToCamera, type RelyingParty, type Request } from './relying-party.ts'
import { createAccountWithFace, password } from './stories.ts'
import {
  captureOf,
  createVisitor,
  streamCapture,
  type JsonAnswer,
  type Page,
  type Visitor,
} from './visitor.ts'

const faceDevice = 'urn:mien:acr:face-device'
const ada = 'ada@example.com'
const ben = 'ben@example.com'

describe('A device that is trusted beside the face', function () {
  this.timeout(120_000)
  let house: House | undefined
  let party: RelyingParty
  let own: readonly Buffer[]
  let other: readonly Buffer[]
  /** Trusted by Ada, and by Ben. */
  let adas: Device
  let bens: Device

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    const first = await frames('d12', { from: 0, to: 3.5, fps: 8 })
    own = await frames('d12', { from: 3.5, to: 7, fps: 8 })
    other = await frames('d18', { from: 0, to: 3.5, fps: 8 })
    house = await startHouse({ settings: { MIEN_FACE_ALONE: 'off' } })
    party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
    await createAccountWithFace(house, ada, first)
    await createAccountWithFace(house, ben, other)
    adas = await makeDevice()
    bens = await makeDevice()
    await trust(ada, adas)
    await trust(ben, bens)
  })
  after(async () => {
    await house?.close()
  })

  const stranger = (): Visitor => createVisitor(there(house).origin, [there(house).rpOrigin])

  interface Visit {
    readonly visitor: Visitor
    readonly request: Request
    readonly page: Page
  }
  async function visit(email: string, extra: Readonly<Record<string, string>> = {}): Promise<Visit> {
    // Long enough that no lock-out of the visit before answers in the device's place.
    there(house).pass(31)
    const visitor = stranger()
    const request = await party.begin(extra)
    return { visitor, request, page: await goToCamera(visitor, request.url, email) }
  }

  /** By password, on a page whose script has a key. */
  async function trust(email: string, device: Device): Promise<Visitor> {
    const { visitor, page } = await visit(email)
    const form = await visitor.open(page.url.pathname.replace(/face$/, 'password'))
    const fields = await trustFields(device, form)
    const next = await visitor.submit(form, '/password', { password, ...fields })
    if (next.status === 200) await visitor.submit(next, '/consent')
    return visitor
  }

  async function claimsOf({ visitor, request }: Visit, location: string) {
    const claims = (await party.finish(request, await comeBack(visitor, location))).claims()
    return { acr: claims?.['acr'], amr: claims?.['amr'] }
  }

  const failed = (answer: JsonAnswer): void => {
    assert.equal(answer.status, 200)
    assert.equal(answer.body.state, 'failed', JSON.stringify(answer.body))
    assert.sameMembers(Object.keys(answer.body), ['state', 'message', 'location'])
  }
  const sentToPassword = (answer: JsonAnswer): void => {
    assert.equal(answer.body.state, 'done', JSON.stringify(answer.body))
    assert.match(answer.body.location ?? '', /^\/interaction\/[^/]+\/password$/)
  }

  it('asks a new device for the password once, and from then on the face is enough', async () => {
    const device = await makeDevice()
    const first = await visit(ada)
    const answer = await captureWithDevice(first.visitor, first.page, { device, frames: own })
    sentToPassword(answer)
    const form = await first.visitor.open(answer.body.location ?? '')
    assert.include(form.text, 'This device is new.')
    const fields = await trustFields(device, form)
    const next = await first.visitor.submit(form, '/password', { password, ...fields })
    assert.deepEqual(await claimsOf(first, next.url.href), {
      acr: faceDevice,
      amr: ['face', 'pwd', 'swk', 'mfa'],
    })

    const second = await visit(ada)
    const done = await captureWithDevice(second.visitor, second.page, { device, frames: own })
    assert.equal(done.body.state, 'done')
    assert.deepEqual(await claimsOf(second, done.body.location ?? ''), {
      acr: faceDevice,
      amr: ['face', 'swk', 'mfa'],
    })
  })

  it('asks a browser without a key for the password after the face, every time, and calls it a password', async () => {
    const one = await visit(ada)
    const { last } = await streamCapture(one.visitor, one.page, { frames: own })
    sentToPassword(last)
    const form = await one.visitor.open(last.body.location ?? '')
    const wrong = await one.visitor.submit(form, '/password', { password: 'not the password' })
    assert.include(wrong.text, 'This device is new.')
    const next = await one.visitor.submit(wrong, '/password', { password })
    assert.deepEqual(await claimsOf(one, next.url.href), {
      acr: 'urn:mien:acr:password',
      amr: ['face', 'pwd'],
    })
  })

  it('does not count the face of one address with the password of another', async () => {
    const one = await visit(ada)
    const { last } = await streamCapture(one.visitor, one.page, { frames: own })
    sentToPassword(last)
    // In the same visit: “Change” beside the address.
    const start = await one.visitor.open(one.page.url.pathname.replace(/\/face$/, ''))
    const again = await one.visitor.submit(start, '/identify', { email: ben })
    const form = await one.visitor.open(again.url.pathname.replace(/face$/, 'password'))
    assert.notInclude(form.text, 'This device is new.')
    const next = await one.visitor.submit(form, '/password', { password })
    assert.deepEqual((await claimsOf(one, next.url.href)).amr, ['pwd'])
  })

  it('answers a wrong face the same on a trusted device, on a new one and on none, and asks for no password', async () => {
    const answers: unknown[] = []
    const tell = ({ status, body }: JsonAnswer): void => {
      const location = body.location?.replace(/interaction\/[^/]+/, '')
      answers.push({ status, ...body, location })
    }
    for (const device of [adas, await makeDevice()]) {
      const { visitor, page } = await visit(ada)
      tell(await captureWithDevice(visitor, page, { device, frames: other }))
    }
    const nobody = await visit('nobody@example.com')
    tell(await captureWithDevice(nobody.visitor, nobody.page, { device: adas, frames: other }))
    const { visitor, page } = await visit(ada)
    tell((await streamCapture(visitor, page, { frames: other })).last)
    for (const each of answers) assert.deepEqual(each, answers[0])
    assert.include(JSON.stringify(answers[0]), '"failed"')
  })

  it('refuses a passed challenge that another device’s key has signed', async () => {
    const { visitor, page } = await visit(ada)
    const capture = { device: adas, frames: own, finisher: await makeDevice() }
    failed(await captureWithDevice(visitor, page, capture))
  })

  it('refuses a signature over other frames, and over fewer or reordered ones', async () => {
    for (const signedFrames of [other.slice(0, 3), [], own.slice(0, 3).toReversed()]) {
      const { visitor, page } = await visit(ada)
      failed(await captureWithDevice(visitor, page, { device: adas, frames: own, signedFrames }))
    }
    const { visitor, page } = await visit(ada)
    const done = await captureWithDevice(visitor, page, { device: adas, frames: own })
    assert.equal(done.body.state, 'done', 'the device itself still signs in')
  })

  it('refuses a begin signature that was used before, that is too old, or that is of another visit', async () => {
    const { visitor, page } = await visit(ada)
    const claim = await claimBy(visitor, page, adas)
    assert.equal((await issueWith(visitor, page, claim)).status, 201)
    assert.equal((await issueWith(visitor, page, claim)).body.code, 'device_challenge_spent')
    const elsewhere = await visit(ada)
    const fresh = await claimBy(visitor, page, adas)
    const stolen = await issueWith(elsewhere.visitor, elsewhere.page, fresh)
    assert.equal(stolen.body.code, 'device_challenge_spent')
    there(house).pass(76)
    assert.equal((await issueWith(visitor, page, fresh)).body.code, 'device_challenge_spent')
  })

  it('refuses a begin signature by another key under a trusted key’s name', async () => {
    const { visitor, page } = await visit(ada)
    const impostor = { ...(await makeDevice()), keyId: adas.keyId }
    failed(await captureWithDevice(visitor, page, { device: impostor, frames: own }))
  })

  it('asks for the password where the key is trusted by somebody else alone', async () => {
    const { visitor, page } = await visit(ada)
    sentToPassword(await captureWithDevice(visitor, page, { device: bens, frames: own }))
  })

  it('trusts no key whose owner has not signed this page', async () => {
    const thief = await makeDevice()
    const { visitor, page } = await visit(ada)
    const form = await visitor.open(page.url.pathname.replace(/face$/, 'password'))
    const another = await visitor.open(form.url)
    const fields = await trustFields(thief, another)
    await visitor.submit(form, '/password', { password, ...fields })
    const { visitor: later, page: camera } = await visit(ada)
    sentToPassword(await captureWithDevice(later, camera, { device: thief, frames: own }))
  })

  it('asks for the password again where the device was removed on the account page', async () => {
    const device = await makeDevice()
    const visitor = await trust(ada, device)
    const account = await visitor.open('/account/devices')
    assert.include(account.text, 'Trusted devices')
    assert.include(account.text, 'Firefox on Linux')
    const [newest] = [...account.text.matchAll(/name="device" value="([^"]+)"/g)].map(([, id]) => id ?? '')
    const forged = await visitor.submit(account, '/devices/remove', { device: newest ?? '', csrf: 'guessed' })
    assert.equal(forged.status, 403)
    await visitor.submit(account, '/devices/remove', { device: newest ?? '' })
    const after = await visitor.open('/account/devices')
    assert.notInclude(after.text, newest ?? '')
    const { visitor: later, page } = await visit(ada)
    sentToPassword(await captureWithDevice(later, page, { device, frames: own }))
  })

  it('gives an app that insists on a face what it names, and ends where that cannot be reached', async () => {
    const insisting = (acr: string): Record<string, string> => ({
      claims: JSON.stringify({ id_token: { acr: { essential: true, value: acr } } }),
    })
    const floor = await visit(ada, insisting('urn:mien:acr:face'))
    const done = await captureWithDevice(floor.visitor, floor.page, { device: adas, frames: own })
    assert.deepEqual(await claimsOf(floor, done.body.location ?? ''), {
      acr: 'urn:mien:acr:face',
      amr: ['face', 'swk', 'mfa'],
    })
    const high = await visit(ada, insisting(faceDevice))
    const form = await high.visitor.open(high.page.url.pathname.replace(/face$/, 'password'))
    const camera = await high.visitor.submit(form, '/password', { password })
    assert.match(camera.url.pathname, /\/face$/, 'the password was right; the face is still missing')
    const raised = await captureWithDevice(high.visitor, camera, { device: adas, frames: own })
    assert.deepEqual(await claimsOf(high, raised.body.location ?? ''), {
      acr: faceDevice,
      amr: ['face', 'pwd', 'swk', 'mfa'],
    })
    const beyond = await visit(ada, insisting('urn:mien:acr:face-passkey'))
    const unmet = await captureWithDevice(beyond.visitor, beyond.page, { device: adas, frames: own })
    const back = await beyond.visitor.open(unmet.body.location ?? '')
    assert.equal(back.url.searchParams.get('error'), 'unmet_authentication_requirements')
  })

  it('ends no capture twice, and none that a device did not begin', async () => {
    const { visitor, page } = await visit(ada)
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ signature: 'A'.repeat(86) })
    const { framesUrl } = await streamCapture(visitor, page, { frames: own })
    const spent = await visitor.post(`${framesUrl}/finish`, page, { headers, body })
    assert.equal(spent.body.code, 'capture_not_found')
    const { captureUrl } = captureOf(page)
    const odd = JSON.stringify({ device: { keyId: 'short', challenge: '', signature: '' } })
    assert.equal((await visitor.post(captureUrl, page, { headers, body: odd })).body.code, 'form_invalid')
  })
})
