import { assert } from 'chai'
import { createCaptureDesk } from '../../src/interactions/capture.ts'
import { captureLimits } from '../../src/interactions/capture.ts'
import { createSharedShelf } from '../../src/interactions/shared-shelf.ts'
import { lookSteps } from '../../src/policy/challenge.ts'
import {
  embeddingAt,
  faultOf,
  frameBytes,
  goodFrame,
  handClock,
  scriptedEngine,
  sharedValues,
} from './fakes.ts'

const binding = 'interaction:mine'
const wish = { binding, steps: lookSteps, ttlSeconds: 75, mostFrames: 60 }

async function setUp() {
  const hand = handClock()
  const values = sharedValues(hand.clock)
  const nodes = [0, 1].map(() => {
    const engine = scriptedEngine(goodFrame(embeddingAt(0)))
    const shelf = createSharedShelf(values, hand.clock)
    return { engine, desk: createCaptureDesk({ engine, clock: hand.clock, shelf }) }
  })
  const [one, other] = [nodes[0]!, nodes[1]!]
  const capture = await one.desk.issue(wish)
  const send = (node: typeof one, sequence: number, bytes = frameBytes(sequence)): Promise<string> => {
    hand.pass(0.25)
    const frame = { captureId: capture.id, binding, sequence, bytes }
    return node.desk.receive(frame, ({ look }) => look.outcome)
  }
  return { hand, values, one, other, capture, send }
}

describe('A capture that two nodes share', () => {
  it('takes one frame of many that are sent to both at once', async () => {
    const { one, other, send } = await setUp()
    const sent = Array.from({ length: 12 }, (_, at) =>
      faultOf(() => send(at % 2 === 0 ? one : other, 0, frameBytes(at))),
    )
    const answers = await Promise.all(sent)
    assert.lengthOf(
      answers.filter((each) => each === 'none'),
      1,
    )
    assert.sameMembers([...new Set(answers)], ['none', 'engine_busy'])
    assert.equal(await send(other, 1), 'good')
    assert.equal(await send(one, 2), 'satisfied')
  })

  it('gives its verdict to one of many who ask both for it at once', async () => {
    const { one, other, capture, send } = await setUp()
    for (const sequence of [0, 1, 2]) await send(one, sequence)
    const found = await Promise.all(
      Array.from({ length: 12 }, (_, at) => (at % 2 === 0 ? one : other).desk.find(capture.id, binding)),
    )
    const spent = found.map((each, at) => faultOf(() => (at % 2 === 0 ? one : other).desk.spendTake(each)))
    assert.deepEqual((await Promise.all(spent)).sort(), [
      ...Array<string>(11).fill('capture_not_found'),
      'none',
    ])
  })

  it('goes on after a node has died over a frame: the same frame is taken again, a few seconds later', async () => {
    const { hand, one, other, send } = await setUp()
    assert.equal(await send(one, 0), 'good')
    one.engine.until = new Promise(() => undefined)
    void send(one, 1)
    await new Promise((resolve) => setImmediate(resolve))
    assert.equal(await faultOf(() => send(other, 1)), 'engine_busy')
    hand.pass(5)
    assert.equal(await send(other, 1), 'good')
    assert.equal(await send(other, 2), 'satisfied')
  })

  it('does not count a frame whose node was thought dead, and answers only when another had taken over', async () => {
    const { hand, one, other, send } = await setUp()
    let release = (): void => undefined
    one.engine.until = new Promise((resolve) => {
      release = resolve
    })
    const late = faultOf(() => send(one, 0))
    await new Promise((resolve) => setImmediate(resolve))
    hand.pass(5)
    assert.equal(await send(other, 0, frameBytes(1)), 'good')
    release()
    assert.equal(await late, 'capture_not_found')
    assert.equal(await send(other, 1, frameBytes(2)), 'good')
    assert.equal(await send(other, 2, frameBytes(3)), 'satisfied')
  })

  it('leaves no embedding behind when it is over, spent, or wrongly used', async () => {
    for (const end of ['spent', 'out of order'] as const) {
      const { values, one, other, capture, send } = await setUp()
      for (const sequence of [0, 1, 2]) await send(one, sequence)
      assert.lengthOf(await values.list({ kind: 'capture frames', id: capture.id }), 3)
      if (end === 'spent') await other.desk.spendTake(await other.desk.find(capture.id, binding))
      else assert.equal(await faultOf(() => send(other, 9)), 'capture_out_of_order')
      assert.isEmpty(await values.list({ kind: 'capture frames', id: capture.id }))
      assert.equal(await faultOf(() => one.desk.find(capture.id, binding)), 'capture_not_found')
      const head = await values.get({ kind: 'capture', id: binding })
      assert.lengthOf(head?.value ?? [1], 0)
    }
  })

  it('holds no byte of a frame', async () => {
    const { values, one, capture, send } = await setUp()
    const bytes = new TextEncoder().encode('the picture of a face')
    await send(one, 0, bytes)
    const head = await values.get({ kind: 'capture', id: binding })
    const pieces = await values.list({ kind: 'capture frames', id: capture.id })
    const held = Buffer.concat([head?.value ?? Buffer.of(), ...pieces])
    assert.isAbove(held.length, 500)
    assert.notInclude(held.toString('latin1'), 'picture')
  })

  it('cannot be piled up: each node issues no more than its bound, and what has ended there makes room', async () => {
    const { hand, one, other } = await setUp()
    for (let index = 1; index < captureLimits.mostOpen; index += 1) {
      await one.desk.issue({ ...wish, binding: `interaction:${index}` })
    }
    assert.equal(await faultOf(() => one.desk.issue({ ...wish, binding: 'interaction:more' })), 'engine_busy')
    const elsewhere = await other.desk.issue({ ...wish, binding: 'interaction:more' })
    assert.equal((await one.desk.find(elsewhere.id, 'interaction:more')).id, elsewhere.id)
    hand.pass(76)
    assert.equal(await faultOf(() => one.desk.issue({ ...wish, binding: 'interaction:most' })), 'none')
    assert.equal(one.desk.purge(), 1)
  })
})
