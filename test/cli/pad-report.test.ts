import { assert } from 'chai'
import { lowestMedian, ratePad } from '../../src/cli/pad-report.ts'

const evaluated = {
  bonaFide: [[0.9, 0.2, 0.95], [0.8], [0.4, 0.1, 0.2], []],
  attacks: new Map([
    ['print', [[0.1], [0.05, 0.9, 0.2], [0.7, 0.8, 0.1], [0.01]]],
    ['screen', [[0.9], [0.1]]],
    ['mask', [[], []]],
  ]),
}

describe('The error rates of presentation attack detection', () => {
  const { bpcer, apcer, worst } = ratePad(evaluated, 0.3)

  it('count live people refused, by the median of each capture', () => {
    assert.deepInclude(bpcer, { captures: 3, errors: 1, failuresToAcquire: 1 })
    assert.closeTo(bpcer.rate ?? NaN, 1 / 3, 1e-12)
    assert.equal(lowestMedian(evaluated.bonaFide), 0.2)
  })

  it('count attacks taken for live people, each species apart, and name the worst', () => {
    assert.deepEqual(
      apcer.map(({ species, errors, captures }) => [species, errors, captures]),
      [
        ['print', 1, 4],
        ['screen', 1, 2],
        ['mask', 0, 0],
      ],
    )
    assert.equal(worst?.species, 'screen')
  })

  it('claim nothing for a species that no frame was measured of', () => {
    const mask = apcer.find(({ species }) => species === 'mask')
    assert.deepInclude(mask, { rate: null, interval: [0, 1], failuresToAcquire: 2 })
    assert.isNull(ratePad({ bonaFide: [[0.9]], attacks: new Map([['mask', [[]]]]) }, 0.3).worst)
  })

  it('say how little few captures show: none of twenty accepted may still be one in six', () => {
    const attacks = new Map([['print', Array.from({ length: 20 }, () => [0.1])]])
    const [low, high] = ratePad({ bonaFide: [[0.9]], attacks }, 0.3).worst?.interval ?? [NaN, NaN]
    assert.equal(low, 0)
    // Tabulated: 1 − 0.025^(1/20).
    assert.closeTo(high, 0.16843, 1e-5)
  })

  it('trade one error for the other as the threshold rises', () => {
    const rates = [0.05, 0.3, 0.85].map((threshold) => ratePad(evaluated, threshold))
    assert.deepEqual(
      rates.map((each) => each.bpcer.errors),
      [0, 1, 2],
    )
    assert.deepEqual(
      rates.map((each) => each.apcer[0]?.errors),
      [3, 1, 0],
    )
  })
})
