import { assert } from 'chai'
import { startHouse, there, type House } from '../flows/house.ts'
import { createRelyingParty, comeBack, goToCamera, type RelyingParty } from '../flows/relying-party.ts'
import { createAccount, enrolFace } from '../flows/stories.ts'
import {
  captureOf,
  createVisitor,
  sendFrame,
  type JsonAnswer,
  type Page,
  type Visitor,
} from '../flows/visitor.ts'
import { facesDir, modelsDir } from '../media.ts'
import { openMeshFinder } from './face-mesh.ts'
import { obedient, posePerson, videoFrames, type Pose } from './performance.ts'
import { createHead, json, numbered, openCapture, postFrames, type Posting } from './posting.ts'

const victim = 'd10@example.com'

describe('Frames posted straight to the endpoint', function () {
  this.timeout(120_000)
  let house: House | undefined
  let party: RelyingParty | undefined
  let poses: readonly Pose[] = []
  let film: readonly Buffer[] = []

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    house = await startHouse({ settings: { MIEN_CHALLENGE: 'turns', MIEN_CAPTURE_SECONDS: '60' } })
    party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
    const finder = await openMeshFinder()
    poses = await posePerson(finder, 'd10', 'second')
    film = await videoFrames('d10', 'second')
    const { visitor, page } = await createAccount(house, victim)
    await enrolFace(visitor, page, await videoFrames('d10', 'first'))
  })
  after(async () => {
    await house?.close()
  })
  /** A person who is refused too often waits; what is tested here is each attack by itself. */
  afterEach(() => house?.pass(3600))

  interface Visit {
    readonly visitor: Visitor
    readonly page: Page
  }

  async function visit(): Promise<Visit> {
    const { origin, rpOrigin } = there(house)
    const visitor = createVisitor(origin, [rpOrigin])
    return { visitor, page: await goToCamera(visitor, (await there(party).begin()).url, victim) }
  }

  function assertRefused({ last }: Posting): void {
    assert.notEqual(last.body.state, 'done', JSON.stringify(last.body))
    assert.isUndefined(last.body.state === 'done' ? last.body.location : undefined)
  }

  it('sign in where they answer the challenge as a head does: what follows differs from this in one thing each', async () => {
    const { visitor, page } = await visit()
    const { last } = await postFrames(visitor, page, createHead({ poses, answers: obedient }))
    assert.equal(last.body.state, 'done', JSON.stringify(last.body))
    assert.isTrue((await comeBack(visitor, last.body.location ?? '')).searchParams.has('code'))
  })

  it('are refused where they are a still photo’s, until the server ends the capture', async () => {
    const { visitor, page } = await visit()
    const photo = film[0] ?? Buffer.alloc(0)
    const posting = await postFrames(visitor, page, (_, sequence) => numbered(photo, sequence))
    assertRefused(posting)
    assert.include(['capture_exhausted', undefined], posting.last.body.code)
    assert.notEqual(posting.last.body.state, 'look')
  })

  it('are refused where they are the recording of a challenge that was passed', async () => {
    const own = await visit()
    const head = createHead({ poses, answers: obedient })
    const recording: Uint8Array[] = []
    const passed = await postFrames(own.visitor, own.page, (step) => {
      const frame = head(step)
      recording.push(frame)
      return frame
    })
    assert.equal(passed.last.body.state, 'done')
    // The next challenge is another one but for chance; where chance asks for no other turns, it is drawn again.
    for (let draw = 0; draw < 5; draw += 1) {
      const { visitor, page } = await visit()
      const replay = await postFrames(visitor, page, (_, sequence) => recording[sequence])
      if (isPartOf(replay.asked, passed.asked)) continue
      return assertRefused(replay)
    }
    assert.fail('five challenges in a row asked for the turns of the recording')
  })

  it('are refused where they are sent to the challenge of another session', async () => {
    const [own, stranger] = [await visit(), await visit()]
    const { framesUrl = '' } = (await openCapture(own.visitor, own.page)).body
    const frame = film[0] ?? new Uint8Array()
    const itsOwn = framesUrl.split('/').at(-1) ?? ''
    const addresses = { theirs: framesUrl, ours: `${captureOf(stranger.page).captureUrl}/${itsOwn}` }
    const send = (framesUrl: string): Promise<JsonAnswer> =>
      sendFrame(stranger.visitor, stranger.page, { framesUrl, sequence: 0, frame })
    assert.include([400, 403, 404], (await send(addresses.theirs)).status)
    assert.equal((await send(addresses.ours)).body.code, 'capture_not_found')
    const owners = await sendFrame(own.visitor, own.page, { framesUrl, sequence: 0, frame })
    assert.equal(owners.status, 200, 'and the owner’s challenge is none the worse')
  })

  it('are refused where the challenge has expired, whatever time they claim to be of', async () => {
    const { visitor, page } = await visit()
    const { framesUrl = '' } = (await openCapture(visitor, page)).body
    const backDated = new Date(Date.now()).toUTCString()
    there(house).pass(61)
    const { status, body } = await visitor.post(`${framesUrl}/frames/0`, page, {
      headers: { 'content-type': 'image/jpeg', date: backDated, 'x-taken-at': backDated },
      body: new Uint8Array(film[0] ?? new Uint8Array()),
    })
    assert.isAtLeast(status, 400)
    assert.equal(body.code, 'capture_expired')
  })

  for (const [what, sequences] of [
    ['reordered', [0, 2]],
    ['duplicated', [0, 0]],
  ] as const) {
    it(`are refused where they are ${what}, and the challenge is spent`, async () => {
      const { visitor, page } = await visit()
      const { framesUrl = '' } = (await openCapture(visitor, page)).body
      const frame = film[0] ?? new Uint8Array()
      const [first, second] = sequences
      assert.equal((await sendFrame(visitor, page, { framesUrl, sequence: first, frame })).status, 200)
      const wrong = await sendFrame(visitor, page, { framesUrl, sequence: second, frame })
      assert.equal(wrong.body.code, 'capture_out_of_order')
      const next = await sendFrame(visitor, page, { framesUrl, sequence: 1, frame })
      assert.equal(next.body.code, 'capture_not_found')
    })
  }

  it('count no more by an embedding, a score or a verdict that the client sends beside a photo', async () => {
    const { visitor, page } = await visit()
    const claims = { embedding: Array(128).fill(0.1), score: 1, live: true, pose: { yaw: 0.3, pitch: 0 } }
    const issued = await visitor.post(captureOf(page).captureUrl, page, {
      headers: json,
      body: JSON.stringify(claims),
    })
    if (issued.status >= 400) return assert.isBelow(issued.status, 500)
    const { framesUrl = '' } = issued.body
    const sent = await visitor.post(`${framesUrl}/frames/0`, page, {
      headers: json,
      body: JSON.stringify(claims),
    })
    assert.isAtLeast(sent.status, 400)
    assert.isBelow(sent.status, 500)
    const confirmed = await visitor.post(`${framesUrl}/confirm`, page, { headers: json, body: '{}' })
    assert.isAtLeast(confirmed.status, 400)
    assert.isBelow(confirmed.status, 500)
  })
})

/** Whether the turns that are asked for come in the recording in the same order. */
function isPartOf(asked: readonly string[], recorded: readonly string[]): boolean {
  let at = 0
  for (const turn of recorded) if (turn === asked[at]) at += 1
  return at === asked.length
}
