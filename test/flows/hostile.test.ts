import { assert } from 'chai'
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { facesDir, frames, modelsDir } from '../media.ts'
import { startHouse, there, type House } from './house.ts'
import { comeBack, createRelyingParty, goToCamera, type RelyingParty } from './relying-party.ts'
import { createAccount, createAccountWithFace, password } from './stories.ts'
import { assertSameTime } from './timing.ts'
import { captureOf, createVisitor, sendFrame, streamCapture, type Page, type Visitor } from './visitor.ts'

const ada = 'ada@example.com'
const json = { 'content-type': 'application/json' }

describe('Whoever means harm', function () {
  this.timeout(120_000)
  let house: House | undefined
  let party: RelyingParty
  let own: readonly Buffer[] = []
  let second: readonly Buffer[] = []
  let other: readonly Buffer[] = []

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    own = await frames('d10', { from: 0, to: 3.5, fps: 8 })
    second = await frames('d10', { from: 7.5, to: 11, fps: 5 })
    other = await frames('d18', { from: 0, to: 3.5, fps: 5 })
    house = await startHouse({ settings: { MIEN_FACE_WORKERS: '2' } })
    await house.app.ready
    party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
    await createAccountWithFace(house, ada, own)
  })
  after(async () => {
    await house?.close()
  })

  const stranger = (at = there(house)): Visitor => createVisitor(at.origin, [at.rpOrigin])

  async function openCapture(visitor: Visitor): Promise<{ page: Page; framesUrl: string }> {
    const page = await goToCamera(visitor, (await party.begin()).url, ada)
    const { body } = await visitor.post(captureOf(page).captureUrl, page, { headers: json, body: '{}' })
    return { page, framesUrl: body.framesUrl ?? '' }
  }

  async function tryFace(faces: readonly Uint8Array[], at = there(house), email = ada): Promise<string> {
    const visitor = stranger(at)
    const page = await goToCamera(visitor, (await party.begin()).url, email)
    return (await streamCapture(visitor, page, { frames: faces })).last.body.state
  }

  it('gets a 4xx or a named defect for bytes that are no good frame, while others are served', async () => {
    const picture = sharp({ create: { width: 640, height: 480, channels: 3, background: '#888' } })
    const good = second[0]!
    const hostile: Readonly<Record<string, Uint8Array>> = {
      empty: new Uint8Array(0),
      'cut short': good.subarray(0, good.length / 2),
      'no picture': new TextEncoder().encode('GET / HTTP/1.1'),
      svg: new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'),
      'animated gif': await picture.clone().gif().toBuffer(),
      'too many pixels': pngHeader(20_000, 20_000),
      'too many bytes': new Uint8Array(150 * 1024),
      cmyk: await picture.clone().toColourspace('cmyk').jpeg().toBuffer(),
      'turned by EXIF': await sharp(good).withMetadata({ orientation: 6 }).jpeg().toBuffer(),
    }
    for (const [name, frame] of Object.entries(hostile)) {
      const visitor = stranger()
      const { page, framesUrl } = await openCapture(visitor)
      const [answer, home] = await Promise.all([
        sendFrame(visitor, page, { framesUrl, sequence: 0, frame }),
        stranger().open('/'),
      ])
      const isDefect = answer.status === 200 && answer.body.hint !== undefined
      const isRefused = answer.status >= 400 && answer.status < 500 && answer.body.code?.startsWith('frame_')
      assert.isTrue(isDefect || isRefused, `${name}: ${answer.status} ${JSON.stringify(answer.body)}`)
      assert.equal(home.status, 200, name)
    }
    assert.equal(await tryFace(second), 'done', 'and afterwards people sign in as before')
  })

  it('kills every face worker in the middle of a sign-in, and costs it a frame or two', async () => {
    const visitor = stranger()
    const { page, framesUrl } = await openCapture(visitor)
    await sendFrame(visitor, page, { framesUrl, sequence: 0, frame: second[0]! })
    await promisify(execFile)('pkill', ['-KILL', '-P', String(process.pid), '-f', 'face/worker.ts'])
    const states: string[] = []
    for (let sequence = 1; sequence < second.length && !states.includes('done'); sequence += 1) {
      await new Promise((resolve) => setTimeout(resolve, 250))
      const { body, status } = await sendFrame(visitor, page, {
        framesUrl,
        sequence,
        frame: second[sequence]!,
      })
      assert.equal(status, 200, JSON.stringify(body))
      states.push(body.state)
    }
    assert.equal(states.at(-1), 'done')
  })

  it('is refused without the page’s token, from another origin, and with a form of another browser', async () => {
    const visitor = stranger()
    const page = await visitor.open((await party.begin()).url)
    const action = `${page.url.pathname}/identify`
    const body = new URLSearchParams({ email: ada })
    assert.equal((await visitor.open(action, { method: 'POST', body })).status, 403)
    const evil = { origin: 'https://evil.example' }
    const token = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const whole = new URLSearchParams({ email: ada, csrf: token })
    assert.equal((await visitor.open(action, { method: 'POST', body: whole, headers: evil })).status, 403)
    assert.equal((await stranger().open(action, { method: 'POST', body: whole })).status, 400)
    assert.equal((await visitor.open(action, { method: 'POST', body: whole })).status, 200)
  })

  it('cannot show the known poses of an own enrolment where a sign-in asks for turns that nobody knows before', async () => {
    const { visitor, page } = await createAccount(there(house), 'mallory@example.com')
    const { captureUrl } = captureOf(page)
    const issued = await visitor.post(captureUrl, page, { headers: json, body: '{}' })
    const enrolment = issued.body.framesUrl ?? ''
    assert.match(enrolment, /\/enrolment\/[\w-]+$/)
    const asSignIn = enrolment.replace('/enrolment/', '/capture/')
    const sent = await sendFrame(visitor, page, { framesUrl: asSignIn, sequence: 0, frame: own[0]! })
    assert.deepEqual([sent.status, sent.body.code], [404, 'capture_not_found'])
    const kept = await sendFrame(visitor, page, { framesUrl: enrolment, sequence: 0, frame: own[0]! })
    assert.equal(kept.status, 200, 'and the enrolment goes on')
  })

  it('cannot add a face to an account that is signed in by face alone', async () => {
    const visitor = stranger()
    const request = await party.begin()
    const camera = await goToCamera(visitor, request.url, ada)
    const { last } = await streamCapture(visitor, camera, { frames: second })
    await comeBack(visitor, last.body.location ?? '')
    const account = await visitor.open('/account')
    assert.include(account.text, ada)
    const page = await visitor.open('/account/face')
    assert.match(page.url.pathname, /^\/interaction\//, 'a fresh password is asked for')
    const csrf = /name="csrf" value="([^"]+)"/.exec(account.text)?.[1] ?? ''
    const direct = await visitor.post('/account/face/enrolment', account, {
      headers: { ...json, 'x-csrf-token': csrf },
      body: '{}',
    })
    assert.equal(direct.status, 403)
    assert.equal(direct.body.code, 'fresh_authentication_required')
  })

  it('finds the same lock after a restart, for the owner’s own face and for the password, and half a minute later it is over', async () => {
    const first = await startHouse()
    await createAccountWithFace(first, ada, own)
    const outer = party
    try {
      party = await createRelyingParty(first.origin, `${first.rpOrigin}/callback`)
      for (let failures = 0; failures < 5; failures += 1) assert.equal(await tryFace(other, first), 'failed')
      assert.equal(await tryFace(second, first), 'failed', 'five failures lock the own face as well')
      await first.close(true)
      const port = Number(new URL(first.origin).port)
      const rpPort = Number(new URL(first.rpOrigin).port)
      const again = await startHouse({ dataDir: first.dataDir, port, rpPort })
      assert.equal(await tryFace(second, again), 'failed', 'and so it is after a restart')
      const visitor = stranger(again)
      const camera = await goToCamera(visitor, (await party.begin()).url, ada)
      const form = await visitor.open(camera.url.pathname.replace(/face$/, 'password'))
      const refused = await visitor.submit(form, '/password', { password })
      assert.equal(refused.status, 401, 'five failures in all, whatever they were tried with')
      again.pass(31)
      assert.match((await visitor.submit(refused, '/password', { password })).text, /Allow/)
      assert.equal(await tryFace(second, again), 'done', 'half a minute later the face works again')
      await again.close()
    } finally {
      party = outer
    }
  })

  it('learns nothing from how long an answer takes', async () => {
    const timed = async (email: string): Promise<number> => {
      const visitor = stranger()
      const page = await goToCamera(visitor, (await party.begin()).url, email)
      const { body } = await visitor.post(captureOf(page).captureUrl, page, { headers: json, body: '{}' })
      const framesUrl = body.framesUrl ?? ''
      await sendFrame(visitor, page, { framesUrl, sequence: 0, frame: other[0]! })
      await sendFrame(visitor, page, { framesUrl, sequence: 1, frame: other[1]! })
      const startedAt = performance.now()
      await sendFrame(visitor, page, { framesUrl, sequence: 2, frame: other[2]! })
      return performance.now() - startedAt
    }
    const known = (): Promise<number> => {
      there(house).pass(31)
      return timed(ada)
    }
    await assertSameTime(1.7, known, () => timed('nobody@example.com'))
  })

  it('has another site’s form refused however the address is written', async () => {
    const { origin } = there(house)
    for (const path of [
      '/account/sign-out',
      '/Account/sign-out',
      '/ADMIN/sign-out',
      '/Interaction/x/password',
    ]) {
      const answer = await fetch(origin + path, {
        method: 'POST',
        headers: { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' },
        body: new URLSearchParams({ password: 'x' }),
      })
      const { code } = (await answer.json()) as { readonly code: string }
      assert.equal(code, 'forgery_suspected', path)
    }
  })

  it('cannot move the provider’s addresses by a forged Host', async () => {
    const discovery = await fetch(`${there(house).origin}/.well-known/openid-configuration`, {
      headers: { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' },
    })
    assert.notInclude(await discovery.text(), 'evil.example')
    assert.notInclude((await stranger().open('/')).text, 'evil.example')
  })

  it('meets a page of ours, not a stack, at an address that does not exist', async () => {
    const response = await fetch(`${there(house).origin}/no/such/page`, { headers: { accept: 'text/html' } })
    const page = await response.text()
    assert.equal(response.status, 404)
    assert.match(page, /There is no page at this address/)
    assert.match(page, /Reference/)
    assert.match(page, /<a [^>]*href="\/"[^>]*>To the front page</)
    assert.notMatch(page, /at .*\.ts:\d+/)
  })
})

/** A PNG that says how large it is and holds nothing. */
function pngHeader(width: number, height: number): Buffer {
  const header = Buffer.alloc(33)
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(header)
  header.writeUInt32BE(width, 16)
  header.writeUInt32BE(height, 20)
  header.set([8, 2, 0, 0, 0], 24)
  return header
}
