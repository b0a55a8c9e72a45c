import { assert } from 'chai'
import { facesDir, frames, modelsDir } from '../media.ts'
import { startHouse, there, type House } from './house.ts'
import { readRecords } from './records.ts'
import { comeBack, createRelyingParty, goToCamera, type RelyingParty } from './relying-party.ts'
import { createAccountWithFace } from './stories.ts'
import { createVisitor, streamCapture } from './visitor.ts'

const webcam = {
  label: 'Integrated Camera (04f2:b6d9)',
  width: 640,
  height: 480,
  settings: { width: 640, height: 480, frameRate: 30 },
  capabilities: { width: 1280, height: 720, frameRate: 30 },
}

describe('What is odd about a camera', function () {
  this.timeout(120_000)
  let house: House | undefined
  let party: RelyingParty | undefined
  let film: readonly Buffer[] = []
  const ada = 'ada@example.com'

  before(async function () {
    if (modelsDir === undefined || facesDir === undefined) this.skip()
    house = await startHouse()
    party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
    await createAccountWithFace(house, ada, await frames('d12', { from: 0, to: 3.5, fps: 8 }))
    film = await frames('d12', { from: 3.5, to: 7, fps: 8 })
  })
  after(async () => {
    await house?.close()
  })

  /** Everything that the person's browser is told on the way. */
  async function signIn(wish: object): Promise<string> {
    const { origin, rpOrigin } = there(house)
    const visitor = createVisitor(origin, [rpOrigin])
    const page = await goToCamera(visitor, (await there(party).begin()).url, ada)
    const { last } = await streamCapture(visitor, page, { frames: film, wish })
    assert.equal(last.body.state, 'done', JSON.stringify(last.body))
    const callback = await comeBack(visitor, last.body.location ?? '')
    assert.isTrue(callback.searchParams.has('code'))
    return page.text + JSON.stringify(last.body) + callback.href
  }

  async function lastAttempt(): Promise<{ readonly padScore: number; readonly signals: unknown }> {
    const sql =
      'SELECT outcome, "padScore", signals FROM attempts WHERE factor = \'face\' ORDER BY at DESC LIMIT 1'
    const [row] = await readRecords(there(house), sql)
    assert.equal(row?.['outcome'], 'accept')
    return { padScore: Number(row?.['padScore']), signals: JSON.parse(String(row?.['signals'])) }
  }

  it('is written down with the attempt and signs in all the same; the person is told nothing of it', async () => {
    const told = await signIn({ camera: { ...webcam, label: 'OBS Virtual Camera' } })
    const { signals } = await lastAttempt()
    assert.deepEqual(signals, ['camera_known_virtual'])
    assert.notMatch(told, /OBS|virtual|signal/i)
    const [event] = await readRecords(
      there(house),
      "SELECT detail FROM audit_events WHERE type = 'risk_noticed' ORDER BY at DESC LIMIT 1",
    )
    assert.deepEqual(event, { detail: '{"signals":"camera_known_virtual"}' })
  })

  it('is nothing with an ordinary webcam, and what the networks said of the face is written down', async () => {
    await signIn({ camera: webcam })
    const { padScore, signals } = await lastAttempt()
    assert.deepEqual(signals, [])
    assert.isAtLeast(padScore, 0.3)
    assert.isAtMost(padScore, 1)
  })

  it('bars nobody either where the report is missing or hostile', async () => {
    await signIn({})
    assert.deepEqual((await lastAttempt()).signals, ['camera_unreported'])
    await signIn({ camera: { label: 'x'.repeat(300), width: -1, settings: { __proto__: null } } })
    assert.deepEqual((await lastAttempt()).signals, ['camera_report_malformed'])
  })

  it('and the scores stay out of the log', () => {
    assert.notMatch(there(house).logged(), /OBS|padScore|camera_known|liveness/i)
  })
})
