import { assert } from 'chai'
import fc from 'fast-check'
import { Embedding } from '../../src/face/embedding.ts'
import { decodeCapture, encodeCapture } from '../../src/interactions/capture-codec.ts'
import type { KeptFrame } from '../../src/interactions/capture-shelf.ts'
import type { Capture } from '../../src/interactions/capture-state.ts'
import { decodeKeptFrame, encodeKeptFrame } from '../../src/interactions/kept-frame-codec.ts'

/** NaN, the infinities and -0 among them. */
const number = fc.double()
const count = fc.nat()
const name = fc.stringMatching(/^[A-Za-z0-9_-]{12}$/)
const digest = fc.stringMatching(/^[A-Za-z0-9_-]{43}$/)
const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined })
const poseName = fc.constantFrom('front', 'left', 'right', 'up', 'down', 'closer')
const place = fc.record({ x: number, y: number, width: number })
const pose = fc.record({ yaw: number, pitch: number })
const bytes = fc.uint8Array({ maxLength: 200 })
const step = fc.record(
  {
    pose: poseName,
    goodFrames: count,
    canSkip: fc.boolean(),
    isMarked: fc.boolean(),
    light: fc.constantFrom('rose', 'green', 'blue', 'white'),
  },
  { requiredKeys: ['pose', 'goodFrames', 'canSkip', 'isMarked'] },
)
const side = fc.double({ min: 0, max: 100_000, noNaN: true })
const camera = fc.oneof(
  fc.constant({ outcome: 'absent' as const }),
  fc.constant({ outcome: 'malformed' as const }),
  fc.record({
    outcome: fc.constant('given' as const),
    label: fc.string({ maxLength: 200, unit: 'grapheme' }).filter(({ length }) => length <= 200),
    width: side,
    height: side,
    settings: fc.record({ width: side, height: side, frameRate: side }, { requiredKeys: [] }),
  }),
)

const captures: fc.Arbitrary<Capture> = fc.record({
  id: name,
  binding: fc.string({ minLength: 1 }),
  expiresAt: fc.date({ noInvalidDate: true }),
  scoresLiveness: fc.boolean(),
  steps: fc.array(step, { minLength: 1, maxLength: 8 }),
  stepAt: count,
  progress: fc.record({
    goodFrames: count,
    previous: maybe(place),
    previousPose: maybe(pose),
    frontal: maybe(fc.record({ yaw: number, pitch: number, width: number })),
    hasJumped: maybe(fc.boolean()),
  }),
  looks: fc.array(name, { maxLength: 6 }),
  course: fc.record({
    camera,
    hasDeclinedFlash: fc.boolean(),
    arrivals: fc.array(number, { maxLength: 60 }),
    satisfied: fc.array(fc.record({ step, frames: fc.array(name) }), { maxLength: 6 }),
    previous: maybe(fc.record({ place, backdrop: bytes })),
    mostWander: number,
    mostBackdropChange: number,
    facelessFrames: number,
    startedAt: maybe(number),
    endedAt: number,
  }),
  intake: fc.record({
    mostFrames: count,
    nextSequence: count,
    busyUntil: number,
    digests: fc.array(digest, { maxLength: 6 }).map((all) => new Set(all)),
    allowance: number,
    refilledAt: number,
    kept: count,
  }),
  device: maybe(
    fc.record({
      claim: fc.record({
        keyId: digest,
        challenge: fc.string({ minLength: 1, maxLength: 200 }),
        signature: fc.stringMatching(/^[A-Za-z0-9_-]{86}$/),
      }),
      frameDigests: fc.array(digest, { maxLength: 60 }),
    }),
  ),
  enrolment: maybe(
    fc.record({
      subjectId: fc.uuid(),
      browser: maybe(fc.string({ minLength: 1 })),
      samples: fc.array(
        fc.record({ index: count, pose: poseName, frames: fc.array(name, { minLength: 1 }) }),
      ),
      retaking: maybe(count),
      nextIndex: count,
    }),
  ),
})

const keptFrames: fc.Arbitrary<KeptFrame> = fc.record({
  name,
  frame: fc.record({
    embedding: fc
      .tuple(fc.constantFrom(128, 512), fc.integer({ min: 1 }), fc.string({ minLength: 1, maxLength: 60 }))
      .map(([length, seed, model]) =>
        Embedding.from(
          Array.from({ length }, (_, at) => Math.sin(seed * 31 + at * 1.7)),
          model,
        ),
      ),
    rigidPoints: fc.array(fc.record({ x: number, y: number }), { maxLength: 40 }),
    pose,
    livenessScore: number,
    tones: fc.record({
      face: fc.record({ red: number, green: number, blue: number }),
      backdrop: fc.record({ red: number, green: number, blue: number }),
    }),
  }),
})

/** A property that is undefined and one that is absent say the same. */
function known(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(known)
  if (typeof value !== 'object' || value === null || isNoRecord(value)) return value
  const entries = Object.entries(value).filter(([, each]) => each !== undefined)
  return Object.fromEntries(entries.map(([key, each]): [string, unknown] => [key, known(each)]))
}

function isNoRecord(value: object): boolean {
  return value instanceof Date || value instanceof Set || value instanceof Uint8Array
}

describe('A capture that is written down between two frames', () => {
  it('is read as it was, whatever was measured: NaN, infinities, -0 and what is not there', () => {
    fc.assert(
      fc.property(captures, (capture) => {
        assert.deepEqual(known(decodeCapture(encodeCapture(capture))), known(capture))
      }),
      { numRuns: 300 },
    )
  })

  it('is refused where a byte of it is missing, or it is something else', () => {
    const [capture] = fc.sample(captures, { numRuns: 1, seed: 7 })
    const whole = Buffer.from(encodeCapture(capture!))
    for (const length of [0, 1, whole.length >> 1, whole.length - 1]) {
      assert.throws(() => decodeCapture(whole.subarray(0, length)))
    }
    const written: unknown = JSON.parse(whole.toString())
    const changed = (change: object): Uint8Array =>
      Buffer.from(
        JSON.stringify(written).replace('{"layout":1', JSON.stringify({ layout: 1, ...change }).slice(0, -1)),
      )
    assert.deepEqual(known(decodeCapture(changed({}))), known(capture))
    for (const text of ['null', '{}', '[]', '"capture"', '{"layout":1}', '{"layout":2,"capture":{}}']) {
      assert.throws(() => decodeCapture(Buffer.from(text)))
    }
    for (const [was, is] of [
      ['"layout":1', '"layout":2'],
      ['"stepAt":', '"stepAt":-'],
      ['"scoresLiveness":', '"scoresLiveness":1,"was":'],
      ['"looks":[', '"looks":[1,'],
      ['"endedAt":', '"endedAt":null,"was":'],
    ] as const) {
      assert.include(whole.toString(), was)
      assert.throws(
        () => decodeCapture(Buffer.from(whole.toString().replace(was, is))),
        undefined,
        undefined,
        was,
      )
    }
  })
})

describe('What was measured of a frame, written down', () => {
  it('is read as it was, the embedding to the last bit but one', () => {
    fc.assert(
      fc.property(keptFrames, (kept) => {
        const read = decodeKeptFrame(encodeKeptFrame(kept))
        const { embedding, ...rest } = kept.frame
        const { embedding: readEmbedding, ...readRest } = read.frame
        assert.equal(read.name, kept.name)
        assert.deepEqual(readRest, rest)
        assert.equal(readEmbedding.model, embedding.model)
        for (const [at, value] of embedding.vector.entries()) {
          assert.closeTo(readEmbedding.vector[at] ?? NaN, value, 2 ** -23)
        }
      }),
      { numRuns: 300 },
    )
  })

  it('is refused where bytes are missing, are too many, or were never ours', () => {
    const [kept] = fc.sample(keptFrames, { numRuns: 1, seed: 7 })
    const whole = encodeKeptFrame(kept!)
    for (let length = 0; length < whole.length; length += 7) {
      assert.throws(() => decodeKeptFrame(whole.subarray(0, length)))
    }
    assert.throws(() => decodeKeptFrame(Buffer.concat([whole, Buffer.of(0)])))
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 4000 }), (noise) => {
        assert.throws(() => decodeKeptFrame(noise))
      }),
      { numRuns: 300 },
    )
  })

  it('is refused where the vector is no embedding: zeros, NaN, or of another length', () => {
    const [kept] = fc.sample(keptFrames, { numRuns: 1, seed: 7 })
    const whole = Buffer.from(encodeKeptFrame(kept!))
    const vectorBytes = kept!.frame.embedding.vector.length * 4
    const withVector = (fill: number): Buffer =>
      Buffer.concat([whole.subarray(0, whole.length - vectorBytes), Buffer.alloc(vectorBytes, fill)])
    assert.throws(() => decodeKeptFrame(withVector(0)), TypeError)
    assert.throws(() => decodeKeptFrame(withVector(0xff)), TypeError)
  })

  it('holds no more than 5 kB of a frame', () => {
    fc.assert(
      fc.property(keptFrames, (kept) => {
        assert.isBelow(encodeKeptFrame(kept).length, 5000)
      }),
    )
  })
})
