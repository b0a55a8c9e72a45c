import { assert } from 'chai'
import type { Embedding } from '../../src/face/embedding.ts'
import { createCaptureDesk } from '../../src/interactions/capture.ts'
import { createEnrolmentDesk, type EnrolmentMove } from '../../src/interactions/enrolment.ts'
import { there } from '../flows/house.ts'
import { embeddingAt, faultOf, frameBytes, goodFrame, handClock, scriptedEngine, shelves } from './fakes.ts'

const mine = 'session:mine'
const subjectId = 'subject-1'

async function setUpOn(open: (typeof shelves)[number]['open']) {
  const hand = handClock()
  const engine = scriptedEngine(goodFrame(embeddingAt(0)))
  const desks = open(hand.clock).map((shelf) => createCaptureDesk({ engine, clock: hand.clock, shelf }))
  const saved: { subjectId: string; samples: readonly { embedding: Embedding; pose: string }[] }[] = []
  const templates = {
    replaceAll: (id: string, samples: readonly { embedding: Embedding; pose: string }[]) =>
      Promise.resolve(saved.push({ subjectId: id, samples })),
  }
  const enrolments = desks.map((desk) => createEnrolmentDesk({ desk, minScore: 0.4, templates }))
  const enrolment = there(enrolments[0])
  const capture = await enrolment.start(mine, subjectId)
  let sequence = 0
  const send = async (
    degrees: number,
    pose: { yaw?: number; pitch?: number } = {},
  ): Promise<EnrolmentMove> => {
    engine.next = goodFrame(embeddingAt(degrees, 1 + (sequence % 100)), pose)
    hand.pass(0.25)
    const frame = { captureId: capture.id, binding: mine, sequence, bytes: frameBytes(sequence) }
    sequence += 1
    return there(enrolments[sequence % enrolments.length]).receive(frame)
  }
  const sendFront = async (degrees = 0): Promise<EnrolmentMove> => {
    await send(degrees)
    return send(degrees)
  }
  return { enrolment, capture, saved, send, sendFront }
}

async function allFive({
  send,
  sendFront,
}: Pick<Awaited<ReturnType<typeof setUpOn>>, 'send' | 'sendFront'>): Promise<EnrolmentMove> {
  await sendFront()
  await send(25, { yaw: 0.2 })
  await send(25, { yaw: -0.2 })
  await send(25, { pitch: 12 })
  return send(25, { pitch: -12 })
}

for (const { where, open } of shelves)
  describe(`An enrolment ${where}`, () => {
    const setUp = () => setUpOn(open)

    it('asks for five poses, then shows what it took, and keeps it when told so', async () => {
      const set = await setUp()
      const move = await allFive(set)
      assert.equal(move.outcome, 'review')
      assert.deepEqual(move.outcome === 'review' ? move.samples.map((each) => each.pose) : [], [
        'front',
        'left',
        'right',
        'up',
        'down',
      ])
      assert.deepEqual(await set.enrolment.confirm(set.capture.id, mine), { subjectId })
      assert.lengthOf(set.saved, 1)
      assert.lengthOf(set.saved[0]?.samples ?? [], 5)
    })

    it('keeps nothing before the person says so, and nothing twice', async () => {
      const set = await setUp()
      await allFive(set)
      assert.lengthOf(set.saved, 0)
      await set.enrolment.confirm(set.capture.id, mine)
      assert.equal(await faultOf(() => set.enrolment.confirm(set.capture.id, mine)), 'capture_not_found')
      assert.lengthOf(set.saved, 1)
    })

    it('lets a person skip every turn, and asks for three differing frontal looks instead', async () => {
      const { enrolment, capture, sendFront, send } = await setUp()
      await sendFront()
      for (let skipped = 0; skipped < 3; skipped += 1) {
        assert.equal((await enrolment.skip(capture.id, mine)).outcome, 'look')
      }
      assert.equal((await enrolment.skip(capture.id, mine)).outcome, 'look', 'one sample is not enough')
      assert.equal(
        await faultOf(() => enrolment.skip(capture.id, mine)),
        'form_invalid',
        'a frontal look is needed',
      )
      assert.equal(await faultOf(() => enrolment.confirm(capture.id, mine)), 'enrolment_incomplete')
      assert.equal((await send(20)).outcome, 'look')
      assert.equal((await send(25)).outcome, 'review')
    })

    it('leaves a sample that is the last one again, and one of somebody else', async () => {
      const { sendFront, send } = await setUp()
      await sendFront()
      const again = await send(1, { yaw: 0.2 })
      assert.equal(again.outcome === 'look' ? again.hint : '', 'same_as_before')
      const other = await send(90, { yaw: 0.2 })
      assert.equal(other.outcome === 'look' ? other.hint : '', 'someone_else')
      const own = await send(25, { yaw: 0.2 })
      assert.equal(own.sampleTaken, 1)
    })

    it('takes one sample again in its place', async () => {
      const set = await setUp()
      await allFive(set)
      const look = await set.enrolment.retake(set.capture.id, mine, 2)
      assert.equal(look.outcome, 'look')
      const move = await set.send(20, { yaw: -0.3 })
      assert.equal(move.sampleTaken, 2)
      assert.deepEqual(
        move.outcome === 'review' ? move.samples.map((each) => each.index) : [],
        [0, 1, 2, 3, 4],
      )
    })

    it('belongs to its own visit alone', async () => {
      const set = await setUp()
      await allFive(set)
      assert.equal(
        await faultOf(() => set.enrolment.confirm(set.capture.id, 'session:other')),
        'capture_not_found',
      )
      assert.equal(await faultOf(() => set.enrolment.retake(set.capture.id, mine, 9)), 'form_invalid')
      assert.lengthOf(set.saved, 0)
    })
  })
