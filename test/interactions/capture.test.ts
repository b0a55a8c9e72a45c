import { assert } from 'chai'
import { captureLimits, createCaptureDesk, type CaptureDesk } from '../../src/interactions/capture.ts'
import type { KeyFrame, Look } from '../../src/interactions/take.ts'
import { lookSteps } from '../../src/policy/challenge.ts'
import { there } from '../flows/house.ts'
import { embeddingAt, faultOf, frameBytes, goodFrame, handClock, scriptedEngine, shelves } from './fakes.ts'

const mine = 'interaction:mine'

async function setUpOn(open: (typeof shelves)[number]['open']) {
  const hand = handClock()
  const engine = scriptedEngine(goodFrame(embeddingAt(0)))
  const desks = open(hand.clock).map((shelf) => createCaptureDesk({ engine, clock: hand.clock, shelf }))
  const desk = there(desks[0])
  const capture = await desk.issue({ binding: mine, steps: lookSteps, ttlSeconds: 75, mostFrames: 60 })
  const send = async (sequence: number, bytes = frameBytes(sequence), binding = mine): Promise<Look> => {
    hand.pass(0.25)
    const next = there(desks[Math.abs(sequence || 0) % desks.length])
    return next.receive({ captureId: capture.id, binding, sequence, bytes }, ({ look }) => look)
  }
  return { hand, engine, desk, capture, send }
}

async function isGone(desk: CaptureDesk, captureId: string): Promise<boolean> {
  return (await faultOf(() => desk.find(captureId, mine))) === 'capture_not_found'
}

for (const { where, open } of shelves)
  describe(`A capture ${where}`, () => {
    const setUp = () => setUpOn(open)

    it('is satisfied by three steady frontal frames', async () => {
      const { send } = await setUp()
      assert.equal((await send(0)).outcome, 'good')
      assert.equal((await send(1)).outcome, 'good')
      const look = await send(2)
      assert.equal(look.outcome, 'satisfied')
      assert.lengthOf(look.outcome === 'satisfied' ? look.frames : [], 3)
    })

    it('gives the liveness scores of the very frames that it counts, where they are wanted', async () => {
      const { engine, desk, hand } = await setUp()
      const capture = await desk.issue({
        binding: mine,
        steps: lookSteps,
        ttlSeconds: 75,
        mostFrames: 60,
        scoresLiveness: true,
      })
      let counted: readonly KeyFrame[] = []
      const given = [0.1, undefined, 0.7, undefined, 0.9]
      for (const [sequence, livenessScore] of given.entries()) {
        const good = goodFrame(embeddingAt(0))
        const scored = livenessScore === undefined ? good : { ...good, livenessScore }
        engine.next = sequence === 1 ? { ...good, defects: ['dark'] } : scored
        hand.pass(0.25)
        const arrival = { captureId: capture.id, binding: mine, sequence, bytes: frameBytes(sequence) }
        counted = await desk.receive(arrival, ({ look, framesOf }) =>
          look.outcome === 'satisfied' ? framesOf(look.frames) : [],
        )
      }
      assert.deepEqual(
        counted.map((each) => each.livenessScore),
        [0.7, NaN, 0.9],
      )
    })

    it('is found by its own visit alone', async () => {
      const { desk, capture, send } = await setUp()
      assert.equal(await faultOf(() => desk.find(capture.id, 'interaction:other')), 'capture_not_found')
      assert.equal(await faultOf(() => send(0, frameBytes(0), 'session:other')), 'capture_not_found')
      assert.equal(await faultOf(() => desk.find('guessed', mine)), 'capture_not_found')
      assert.equal((await send(0)).outcome, 'good', 'and a stranger’s try does not end it')
    })

    it('lives as long as the server’s clock says, and no longer', async () => {
      const { desk, hand, capture, send } = await setUp()
      hand.pass(74)
      assert.equal((await send(0)).outcome, 'good')
      hand.pass(1)
      assert.equal(await faultOf(() => send(1)), 'capture_expired')
      assert.isTrue(await isGone(desk, capture.id))
    })

    it('ends where frames come out of order or twice', async () => {
      for (const wrong of [1, -1, NaN]) {
        const { desk, capture, send } = await setUp()
        assert.equal(await faultOf(() => send(wrong)), 'capture_out_of_order', String(wrong))
        assert.isTrue(await isGone(desk, capture.id))
      }
      const { send } = await setUp()
      await send(0)
      assert.equal(await faultOf(() => send(0)), 'capture_out_of_order')
    })

    it('takes one of two frames that are sent at once, and goes on', async () => {
      const { engine, send } = await setUp()
      let release = (): void => undefined
      engine.until = new Promise((resolve) => {
        release = resolve
      })
      const first = send(0)
      assert.equal(await faultOf(() => send(0, frameBytes(1))), 'engine_busy')
      release()
      assert.equal((await first).outcome, 'good')
      assert.equal((await send(1)).outcome, 'good')
    })

    it('counts the same bytes once', async () => {
      const { send } = await setUp()
      await send(0, frameBytes(7))
      for (let sequence = 1; sequence < 6; sequence += 1) {
        assert.deepEqual(await send(sequence, frameBytes(7)), { outcome: 'not_yet', hint: 'frame_lost' })
      }
    })

    it('takes no more than five frames a second, and the one refused may come again', async () => {
      const { desk, engine, capture, hand } = await setUp()
      engine.next = { outcome: 'measured', widthPx: 640, heightPx: 480, defects: ['no_face'] }
      const send = (sequence: number): Promise<string> =>
        faultOf(() =>
          desk.receive(
            { captureId: capture.id, binding: mine, sequence, bytes: frameBytes(sequence) },
            ({ look }) => look,
          ),
        )
      for (let sequence = 0; sequence < captureLimits.burst; sequence += 1)
        assert.equal(await send(sequence), 'none')
      assert.equal(await send(captureLimits.burst), 'capture_too_fast')
      hand.pass(0.21)
      assert.equal(await send(captureLimits.burst), 'none')
      assert.equal(await send(captureLimits.burst + 1), 'capture_too_fast')
    })

    it('takes no frame once it is satisfied', async () => {
      const { send } = await setUp()
      for (const sequence of [0, 1, 2]) await send(sequence)
      assert.equal(await faultOf(() => send(3)), 'capture_exhausted')
    })

    it('is exhausted after its frames, however bad they were', async () => {
      const { engine, send } = await setUp()
      engine.next = { outcome: 'measured', widthPx: 640, heightPx: 480, defects: ['no_face'] }
      for (let sequence = 0; sequence < captureLimits.mostFrames; sequence += 1) {
        assert.deepEqual(await send(sequence), { outcome: 'not_yet', hint: 'no_face' })
      }
      assert.equal(await faultOf(() => send(captureLimits.mostFrames)), 'capture_exhausted')
    })

    it('starts counting again after a bad frame', async () => {
      const { engine, send } = await setUp()
      const good = engine.next
      await send(0)
      await send(1)
      engine.next = { outcome: 'measured', widthPx: 640, heightPx: 480, defects: ['blurred'] }
      assert.deepEqual(await send(2), { outcome: 'not_yet', hint: 'blurred' })
      engine.next = good
      assert.equal((await send(3)).outcome, 'good')
      assert.equal((await send(4)).outcome, 'good')
      assert.equal((await send(5)).outcome, 'satisfied')
    })

    it('loses one frame where a worker dies, and may send it again where the queue was full', async () => {
      const { engine, send } = await setUp()
      const good = engine.next
      engine.next = { outcome: 'failed' }
      assert.deepEqual(await send(0), { outcome: 'not_yet', hint: 'frame_lost' })
      engine.next = { outcome: 'overloaded', retryAfterSeconds: 2 }
      assert.equal(await faultOf(() => send(1)), 'engine_busy')
      engine.next = good
      assert.equal((await send(1)).outcome, 'good')
    })

    it('ends where what follows from a look cannot be done, and keeps nobody waiting for its end', async () => {
      const { desk, capture, hand } = await setUp()
      hand.pass(0.25)
      const arrival = { captureId: capture.id, binding: mine, sequence: 0, bytes: frameBytes(0) }
      const broken = new Error('the sample could not be made')
      const thrown: unknown = await desk
        .receive(arrival, () => Promise.reject(broken))
        .catch((error: unknown) => error)
      assert.equal(thrown, broken)
      assert.isTrue(await isGone(desk, capture.id))
    })

    it('answers unreadable bytes with one code', async () => {
      const { engine, send } = await setUp()
      engine.next = { outcome: 'unreadable', fault: 'truncated' }
      assert.equal(await faultOf(() => send(0)), 'frame_unreadable')
    })

    it('gives way to a new one of the same visit', async () => {
      const { desk, capture } = await setUp()
      const next = await desk.issue({ binding: mine, steps: lookSteps, ttlSeconds: 75, mostFrames: 60 })
      assert.isTrue(await isGone(desk, capture.id))
      assert.equal((await desk.find(next.id, mine)).id, next.id)
    })

    it('cannot be piled up: beyond a bound new ones are refused, and expired ones make room', async () => {
      const { desk, hand } = await setUp()
      const issue = (index: number) =>
        desk.issue({ binding: `interaction:${index}`, steps: lookSteps, ttlSeconds: 75, mostFrames: 60 })
      for (let index = 1; index < captureLimits.mostOpen; index += 1) await issue(index)
      assert.equal(await faultOf(() => issue(-1)), 'engine_busy')
      hand.pass(76)
      assert.equal(await faultOf(() => issue(-1)), 'none')
      assert.equal(desk.purge(), 1)
    })
  })
