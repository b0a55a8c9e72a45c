import { assert } from 'chai'
import fc from 'fast-check'
import { Embedding } from '../../../src/face/embedding.ts'
import { defects, type Measurement } from '../../../src/face/engine.ts'
import {
  decodeMeasurement,
  encodeMeasurement,
  pathOfWish,
  wireLimits,
  wishOfQuery,
} from '../../../src/face/remote/wire.ts'

const number = fc.double({ noNaN: true, noDefaultInfinity: true })
const orNaN = fc.double({ noDefaultInfinity: true })
const point = fc.record({ x: number, y: number })
const pointOrNaN = fc.record({ x: orNaN, y: orNaN })
const tone = fc.record({ red: orNaN, green: orNaN, blue: orNaN })
const embedding = fc
  .array(fc.float({ min: Math.fround(0.1), max: 1, noNaN: true }), { minLength: 128, maxLength: 128 })
  .map((numbers) => Embedding.from(numbers, 'a network/1'))

const measured = fc.record(
  {
    outcome: fc.constant('measured' as const),
    widthPx: fc.nat(),
    heightPx: fc.nat(),
    defects: fc.subarray([...defects]),
    face: fc.record({
      box: fc.record({ x: number, y: number, width: number, height: number }),
      landmarks: fc.tuple(point, point, point, point, point),
      score: number,
      pose: fc.record({ yaw: number, pitch: number, rollDegrees: number }),
      sharpness: number,
      brightness: number,
    }),
    embedding,
    livenessScore: orNaN,
    mesh: fc.record({
      yawDegrees: orNaN,
      pitchDegrees: orNaN,
      rigidPoints: fc.array(pointOrNaN, { maxLength: 26 }),
    }),
    backdrop: fc.uint8Array({ maxLength: 300 }),
    tones: fc.record({ face: tone, backdrop: tone }),
  },
  { requiredKeys: ['outcome', 'widthPx', 'heightPx', 'defects'] },
)

/** Where −0 and 0 are one: JSON knows one zero. */
const plain = (value: unknown): unknown =>
  typeof value === 'number' && value === 0
    ? 0
    : Array.isArray(value)
      ? value.map(plain)
      : value instanceof Uint8Array ||
          value instanceof Float32Array ||
          typeof value !== 'object' ||
          value === null
        ? value
        : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, plain(each)]))

describe('A measurement between machines', () => {
  it('arrives as it was sent, with what is no number still none', () => {
    fc.assert(
      fc.property(measured, (given: Exclude<Measurement, { outcome: 'overloaded' }>) => {
        const { embedding: vector, ...rest } = plain(decodeMeasurement(encodeMeasurement(given))) as Record<
          string,
          unknown
        >
        const { embedding: wanted, ...others } = plain(given) as Record<string, unknown>
        assert.deepEqual(rest, others)
        assert.equal(vector === undefined, wanted === undefined)
      }),
      { numRuns: 200 },
    )
  })

  it('brings an embedding as close to itself as its numbers are exact', () => {
    const given = Embedding.from(
      Float32Array.from({ length: 512 }, (_, at) => Math.sin(at)),
      'a network/1',
    )
    const text = encodeMeasurement({
      outcome: 'measured',
      widthPx: 1,
      heightPx: 1,
      defects: [],
      embedding: given,
    })
    const found = decodeMeasurement(text)
    assert.isTrue(found?.outcome === 'measured' && found.embedding instanceof Embedding)
    const vector = found?.outcome === 'measured' ? found.embedding!.vector : []
    for (const [at, value] of given.vector.entries()) assert.closeTo(vector[at]!, value, 1e-7)
  })

  it('is none where the text is anything else', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        assert.isUndefined(decodeMeasurement(text))
      }),
    )
    const hostile = [
      '{"outcome":"measured"}',
      '{"outcome":"measured","widthPx":1,"heightPx":1,"defects":["beautiful"]}',
      '{"outcome":"overloaded","retryAfterSeconds":1e9}',
      '{"outcome":"measured","widthPx":1,"heightPx":1,"defects":[],"embedding":{"vector":{"floats":"AAAA"},"model":"m"}}',
      '{"outcome":"measured","widthPx":1,"heightPx":1,"defects":[],"embedding":{"vector":[1,2],"model":"m"}}',
      '{"outcome":"measured","widthPx":{"nan":true},"heightPx":1,"defects":[]}',
      '{',
      '',
    ]
    for (const text of hostile) assert.isUndefined(decodeMeasurement(text), text)
  })

  it('is none where it is longer than a measurement can be', () => {
    const text = encodeMeasurement({ outcome: 'measured', widthPx: 1, heightPx: 1, defects: [] })
    assert.isUndefined(decodeMeasurement(text + ' '.repeat(wireLimits.mostAnswerCharacters)))
  })
})

describe('A wish for a measurement', () => {
  it('is read as it was written', () => {
    const wish = { face: 'largest', embedding: true, challenge: true, presentationAttack: false } as const
    assert.deepEqual(wishOfQuery(new URL(pathOfWish(wish), 'https://w').searchParams), wish)
  })

  it('is none where a part is missing, doubled or unknown', () => {
    const whole = 'face=largest&embedding=yes&challenge=no&attack=no'
    assert.isDefined(wishOfQuery(new URLSearchParams(whole)))
    for (const query of [
      '',
      'face=largest',
      `${whole}&attack=yes`,
      `${whole}&more=1`,
      whole.replace('yes', '1'),
    ]) {
      assert.isUndefined(wishOfQuery(new URLSearchParams(query)), query)
    }
  })
})
