import { assert } from 'chai'
import fc from 'fast-check'
import {
  betaShare,
  clopperPearson,
  meanInterval,
  oneSided,
  studentQuantile,
  trialsFor,
  twoSided,
  upperBound95,
} from '../../src/cli/intervals.ts'
import { createSeededRandom, drawWithReplacement, percentileInterval } from '../../src/cli/resampling.ts'
import { roundRateUp } from '../../src/cli/rounding.ts'

describe('The interval of Clopper and Pearson', () => {
  // Published two-sided 95 % limits of binomial proportions.
  const published = [
    { events: 0, trials: 10, low: 0, high: 0.3085 },
    { events: 1, trials: 10, low: 0.0025, high: 0.445 },
    { events: 5, trials: 10, low: 0.1871, high: 0.8129 },
    { events: 5, trials: 20, low: 0.0866, high: 0.491 },
    { events: 10, trials: 100, low: 0.049, high: 0.1762 },
    { events: 10, trials: 10, low: 0.6915, high: 1 },
  ]
  for (const { events, trials, low, high } of published) {
    it(`is ${low} to ${high} for ${events} events in ${trials} trials, as the tables say`, () => {
      const [found, upper] = clopperPearson(events, trials, twoSided)
      assert.closeTo(found, low, 5e-5)
      assert.closeTo(upper, high, 5e-5)
    })
  }

  it('holds the rate that was seen, and is the narrower the more trials there were', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (trials, share) => {
          const events = Math.floor(share * trials)
          const [low, high] = clopperPearson(events, trials, oneSided)
          const [moreLow, moreHigh] = clopperPearson(events * 10, trials * 10, oneSided)
          assert.isAtMost(low, events / trials)
          assert.isAtLeast(high, events / trials)
          assert.isBelow(moreHigh - moreLow, high - low)
        },
      ),
    )
  })

  it('leaves the chance that it was asked to leave', () => {
    const [low, high] = clopperPearson(7, 90, oneSided)
    assert.closeTo(betaShare(low, 7, 84), oneSided, 1e-6)
    assert.closeTo(1 - betaShare(high, 8, 83), oneSided, 1e-6)
  })

  it('knows nothing where nothing was tried or the count is no number', () => {
    assert.deepEqual(clopperPearson(0, 0, oneSided), [0, 1])
    assert.deepEqual(clopperPearson(NaN, 10, oneSided), [0, 1])
  })

  it('wants 29,956 trials without an event for a rate of 1e-4, and not one fewer', () => {
    assert.equal(trialsFor(1e-4), 29_956)
    assert.isAtMost(upperBound95(0, 29_956), 1e-4)
    assert.isAbove(upperBound95(0, 29_955), 1e-4)
  })
})

describe('The interval of a mean', () => {
  it('uses the quantiles of Student that the tables give', () => {
    for (const [degrees, quantile] of [
      [1, 12.706],
      [4, 2.776],
      [9, 2.262],
      [100, 1.984],
    ] as const) {
      assert.closeTo(studentQuantile(degrees), quantile, 5e-4)
    }
  })

  it('is as wide as the folds differ', () => {
    const [low, high] = meanInterval([1, 2, 3, 4, 5])
    // Standard error √(2.5 / 5), four degrees of freedom.
    assert.closeTo(low, 3 - 2.7764 * Math.SQRT1_2, 1e-3)
    assert.closeTo(high, 3 + 2.7764 * Math.SQRT1_2, 1e-3)
    assert.deepEqual(meanInterval([0.9]), [-Infinity, Infinity])
  })
})

describe('The bootstrap', () => {
  it('draws the same from the same seed, and something else from another', () => {
    const draw = (seed: number) => Array.from({ length: 5 }, createSeededRandom(seed))
    assert.deepEqual(draw(1), draw(1))
    assert.notDeepEqual(draw(1), draw(2))
  })

  it('draws evenly', () => {
    const random = createSeededRandom(1)
    const tenths = new Array<number>(10).fill(0)
    for (let draw = 0; draw < 100_000; draw++) tenths[Math.floor(random() * 10)]! += 1
    // Five standard deviations of a count of 10,000 in 100,000.
    for (const each of tenths) assert.closeTo(each, 10_000, 5 * 95)
  })

  it('draws as many as there are, some of them several times', () => {
    const times = drawWithReplacement(1000, createSeededRandom(1))
    assert.equal(
      times.reduce((sum, each) => sum + each, 0),
      1000,
    )
    // A share of 1/e is left out.
    assert.closeTo(times.filter((each) => each === 0).length, 368, 50)
  })

  it('gives a mean the interval that theory gives it', () => {
    const random = createSeededRandom(3)
    const values = Array.from({ length: 400 }, random)
    const means = Array.from({ length: 2000 }, () => {
      const times = drawWithReplacement(values.length, random)
      return values.reduce((sum, each, at) => sum + each * times[at]!, 0) / values.length
    })
    const mean = values.reduce((sum, each) => sum + each, 0) / values.length
    // 1.645 standard errors of a uniform number, √(1/12) / √400.
    const margin = (1.645 * Math.sqrt(1 / 12)) / 20
    const [low, high] = percentileInterval(Float64Array.from(means), oneSided)
    assert.closeTo(low, mean - margin, margin * 0.15)
    assert.closeTo(high, mean + margin, margin * 0.15)
  })
})

describe('A bound that is told', () => {
  it('is never smaller than it is', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1, noNaN: true }), (bound) => {
        const told = roundRateUp(bound)
        assert.isAtLeast(told, bound)
        assert.isAtMost(told, bound * 1.0101)
      }),
    )
  })
})
