import { assert } from 'chai'
import { facesDir, frames, modelsDir } from '../media.ts'
import { comeBack, createRelyingParty, goToCamera, type RelyingParty } from './relying-party.ts'
import { startHouse, there, type House } from './house.ts'
import { createAccount, createAccountWithFace, password } from './stories.ts'
import {
  captureOf,
  createVisitor,
  sendFrame,
  streamCapture,
  type JsonAnswer,
  type Page,
  type Visitor,
} from './visitor.ts'

const json = { 'content-type': 'application/json' }

describe('Signing in to an app over HTTP', function () {
  this.timeout(120_000)
  let house: House | undefined
  let party: RelyingParty
  let own: readonly Buffer[]
  let second: readonly Buffer[]
  let other: readonly Buffer[]
  const ada = 'ada@example.com'

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    own = await frames('d12', { from: 0, to: 3.5, fps: 8 })
    second = await frames('d12', { from: 3.5, to: 7, fps: 8 })
    other = await frames('d18', { from: 0, to: 3.5, fps: 8 })
    house = await startHouse()
    party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
    await createAccountWithFace(house, ada, own)
  })
  after(async () => {
    await house?.close()
  })

  const stranger = (): Visitor => createVisitor(there(house).origin, [there(house).rpOrigin])

  async function tryFace(
    visitor: Visitor,
    email: string,
    faces: readonly Uint8Array[],
  ): Promise<{ last: JsonAnswer; request: Awaited<ReturnType<RelyingParty['begin']>>; page: Page }> {
    const request = await party.begin()
    const page = await goToCamera(visitor, request.url, email)
    const { last } = await streamCapture(visitor, page, { frames: faces })
    return { last, request, page }
  }

  it('gives the app an ID token that its own library accepts and that tells how the person signed in', async () => {
    const visitor = stranger()
    const { last, request } = await tryFace(visitor, ada, second)
    assert.equal(last.body.state, 'done', JSON.stringify(last.body))
    const tokens = await party.finish(request, await comeBack(visitor, last.body.location ?? ''))
    const claims = tokens.claims()
    assert.equal(claims?.['acr'], 'urn:mien:acr:face')
    assert.deepEqual(claims?.['amr'], ['face'])
    assert.isString(claims?.sub)
    assert.isNumber(claims?.auth_time)
  })

  it('shows the owner when, in which browser and for which network the face was enrolled', async () => {
    const { page } = await createAccountWithFace(there(house), 'shown@example.com', other)
    assert.equal(page.url.pathname, '/account')
    assert.match(page.text, /<dt>Enrolled in<\/dt><dd>[^<]+<\/dd>/)
    assert.include(page.text, '<dt>Recognised by</dt><dd>mobilefacenet-128</dd>')
    assert.match(page.text, /\d encrypted templates, no pictures/)
  })

  it('refuses another face, and tells neither why nor how close it came', async () => {
    const { last } = await tryFace(stranger(), ada, other)
    assert.equal(last.status, 200)
    assert.sameMembers(Object.keys(last.body), ['state', 'message', 'location'])
    assert.equal(last.body.state, 'failed')
    assert.notMatch(JSON.stringify(last.body), /\d\.\d|score|match/i)
  })

  it('answers wrong face, unknown address and an account without a face alike', async () => {
    const faceless = 'faceless@example.com'
    await createAccount(there(house), faceless)
    const answers: unknown[] = []
    for (const email of [ada, 'nobody@example.com', faceless]) {
      const { last } = await tryFace(stranger(), email, other)
      answers.push({
        status: last.status,
        ...last.body,
        location: last.body.location?.replace(/interaction\/[^/]+/, ''),
      })
    }
    assert.deepEqual(answers[1], answers[0])
    assert.deepEqual(answers[2], answers[0])
  })

  it('lets the same person in by password, and says so in the token', async () => {
    const visitor = stranger()
    const request = await party.begin()
    const camera = await goToCamera(visitor, request.url, ada)
    const page = await visitor.open(camera.url.pathname.replace(/face$/, 'password'))
    const wrong = await visitor.submit(page, '/password', { password: 'not the password' })
    assert.equal(wrong.status, 401)
    const next = await visitor.submit(wrong, '/password', { password })
    const callback =
      next.status === 303 || next.status === 302 ? next.url : (await visitor.submit(next, '/consent')).url
    const tokens = await party.finish(request, callback)
    assert.equal(tokens.claims()?.['acr'], 'urn:mien:acr:password')
    assert.deepEqual(tokens.claims()?.['amr'], ['pwd'])
  })

  it('sends a person who says no back to the app with access_denied', async () => {
    const visitor = stranger()
    const request = await party.begin({ prompt: 'consent' })
    const page = await goToCamera(visitor, request.url, ada)
    const { last } = await streamCapture(visitor, page, { frames: second })
    const consent = await visitor.open(last.body.location ?? '')
    assert.include(consent.text, 'Demo Shop')
    const back = await visitor.submit(consent, '/deny')
    assert.equal(back.url.searchParams.get('error'), 'access_denied')
    assert.equal(back.url.searchParams.get('state'), request.state)
  })

  it('asks for a face again where the app says prompt=login, and gives a later auth_time', async () => {
    const visitor = stranger()
    const first = await tryFace(visitor, ada, second)
    const before = (
      await party.finish(first.request, await comeBack(visitor, first.last.body.location ?? ''))
    ).claims()
    there(house).pass(2)
    const request = await party.begin({ prompt: 'login' })
    const page = await goToCamera(visitor, request.url, ada)
    const { last } = await streamCapture(visitor, page, { frames: second })
    const after = (await party.finish(request, await comeBack(visitor, last.body.location ?? ''))).claims()
    assert.isAbove(Number(after?.auth_time), Number(before?.auth_time))
    assert.equal(after?.sub, before?.sub)
  })

  it('goes straight to the password where the app asks for that acr, and refuses one that cannot be reached', async () => {
    const visitor = stranger()
    const asked = await party.begin({ acr_values: 'urn:mien:acr:password' })
    const page = await visitor.submit(await visitor.open(asked.url), '/identify', { email: ada })
    assert.match(page.url.pathname, /\/password$/)
    const claims = JSON.stringify({ id_token: { acr: { essential: true, value: 'urn:other:acr' } } })
    const unmet = await party.begin({ claims })
    const back = await stranger().open(unmet.url)
    assert.equal(back.url.searchParams.get('error'), 'unmet_authentication_requirements')
  })

  it('answers prompt=none with login_required and shows nothing', async () => {
    const request = await party.begin({ prompt: 'none' })
    const back = await stranger().open(request.url)
    assert.equal(back.url.searchParams.get('error'), 'login_required')
  })

  it('refuses an interaction in another browser than its own', async () => {
    const visitor = stranger()
    const page = await visitor.open((await party.begin()).url)
    const thief = await stranger().open(page.url)
    assert.equal(thief.status, 400)
    assert.notInclude(thief.text, 'Continue')
  })

  it('refuses frames of a spent capture, of another visit, out of order, and without the page’s token', async () => {
    const visitor = stranger()
    const page = await goToCamera(visitor, (await party.begin()).url, ada)
    const { framesUrl } = await streamCapture(visitor, page, { frames: second })
    const again = await sendFrame(visitor, page, { framesUrl, sequence: 0, frame: second[0]! })
    assert.equal(again.body.code, 'capture_not_found')

    const fresh = await goToCamera(visitor, (await party.begin()).url, ada)
    const { body } = await visitor.post(captureOf(fresh).captureUrl, fresh, { headers: json, body: '{}' })
    const open = { framesUrl: body.framesUrl ?? '', frame: second[0]! }
    const other = stranger()
    const otherPage = await goToCamera(other, (await party.begin()).url, ada)
    const elsewhere = open.framesUrl.replace(
      /interaction\/[^/]+/,
      otherPage.url.pathname.slice(1).replace(/\/face$/, ''),
    )
    const taken = await sendFrame(other, otherPage, { ...open, framesUrl: elsewhere, sequence: 0 })
    assert.equal(taken.body.code, 'capture_not_found')
    const forged = await visitor.post(`${open.framesUrl}/frames/0`, fresh, {
      headers: { 'content-type': 'image/jpeg', 'x-csrf-token': 'guessed' },
      body: new Uint8Array(second[0]!),
    })
    assert.equal(forged.body.code, 'forgery_suspected')
    const skipped = await sendFrame(visitor, fresh, { ...open, sequence: 3 })
    assert.equal(skipped.body.code, 'capture_out_of_order')
  })

  it('reads no embedding and no score that a client sends', async () => {
    const visitor = stranger()
    const page = await goToCamera(visitor, (await party.begin()).url, ada)
    const claim = JSON.stringify({ embedding: new Array(128).fill(0.1), score: 1, accept: true })
    const { body, status } = await visitor.post(captureOf(page).captureUrl, page, {
      headers: json,
      body: claim,
    })
    assert.equal(status, 201)
    const posted = await visitor.post(`${body.framesUrl ?? ''}/frames/0`, page, {
      headers: json,
      body: claim,
    })
    assert.equal(posted.body.code, 'frame_type_unsupported')
    const dressed = await visitor.post(`${body.framesUrl ?? ''}/frames/0`, page, {
      headers: { 'content-type': 'image/jpeg' },
      body: claim,
    })
    assert.equal(dressed.body.code, 'frame_unreadable')
  })

  it('logs no frame, no vector, no score and no password', () => {
    const log = there(house).logged()
    assert.notInclude(log, password)
    assert.notMatch(log, /embedding|"score"|vector/i)
  })
})
