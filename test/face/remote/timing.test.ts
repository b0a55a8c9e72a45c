import { assert } from 'chai'
import fc from 'fast-check'
import { decodeTimes, encodeTimes } from '../../../src/face/remote/timing.ts'
import { stages } from '../../../src/face/stages.ts'

const ms = fc.integer({ min: 0, max: 5_000_000 }).map((micros) => micros / 1000)
const times = fc.record({
  waitMs: ms,
  stages: fc.array(fc.record({ stage: fc.constantFrom(...stages), ms }), { maxLength: 32 }),
})

describe('The times of a frame between machines', () => {
  it('arrive as they were sent, to the thousandth of a millisecond', () => {
    fc.assert(
      fc.property(times, (given) => {
        assert.deepEqual(decodeTimes(encodeTimes(given), Infinity), given)
      }),
    )
  })

  it('are those of the header Server-Timing, which other tools read too', () => {
    const told = { waitMs: 0.12, stages: [{ stage: 'decode', ms: 4.3104 }] } as const
    assert.equal(encodeTimes(told), 'wait;dur=0.120, decode;dur=4.310')
  })

  it('are none where a machine of an older version tells nothing, or where they are anything else', () => {
    for (const header of [
      undefined,
      ['wait;dur=1'],
      '',
      'wait',
      'decode;dur=1',
      'wait;dur=1, sing;dur=1',
      'wait;dur=1, wait;dur=1',
      'wait;dur=-1',
      'wait;dur=NaN',
      'wait;dur=1e3',
      'wait;dur=1,decode;dur=1',
      `wait;dur=1${', decode;dur=1'.repeat(33)}`,
      `wait;dur=1${' '.repeat(3000)}`,
    ])
      assert.isUndefined(decodeTimes(header, 1e6), String(header))
    fc.assert(fc.property(fc.string(), (header) => assert.isUndefined(decodeTimes(header, 1e6))))
  })

  it('are none where they are longer than the frame was away', () => {
    assert.isUndefined(decodeTimes('wait;dur=6, decode;dur=5', 10))
    assert.isUndefined(decodeTimes('wait;dur=6, decode;dur=5', NaN))
    assert.isDefined(decodeTimes('wait;dur=6, decode;dur=4', 10))
  })
})
