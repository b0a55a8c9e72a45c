import { assert } from 'chai'
import {
  bestThreshold,
  crossValidatedAccuracy,
  equalErrorRate,
  type Trial,
  truePositivesAt,
} from '../../src/cli/error-rates.ts'
import { betaShare, upperBound95 } from '../../src/cli/intervals.ts'
import { readPairs } from '../../src/cli/evaluate-verification.ts'
import { UsageError } from '../../src/cli/terminal.ts'

function trials(genuine: readonly number[], impostors: readonly number[], fold = 0): readonly Trial[] {
  return [
    ...genuine.map((score) => ({ isGenuine: true, score, fold })),
    ...impostors.map((score) => ({ isGenuine: false, score, fold })),
  ]
}

describe('error rates', () => {
  it('bound a rate without a single event by the rule of three', () => {
    assert.closeTo(upperBound95(0, 30_000), 3 / 30_000, 1e-6)
    assert.closeTo(upperBound95(0, 100), 1 - 0.05 ** (1 / 100), 1e-9)
  })

  it('bound a rate as Clopper and Pearson did', () => {
    // P(at most 1 of 20 events) is 0.05 at p = 0.21611; P(at most 5 of 100) at p = 0.10225.
    assert.closeTo(upperBound95(1, 20), 0.21611, 1e-4)
    assert.closeTo(upperBound95(5, 100), 0.10225, 1e-4)
    assert.equal(upperBound95(20, 20), 1)
  })

  it('know the beta distribution where it can be written down', () => {
    for (const x of [0.01, 0.3, 0.9]) {
      assert.closeTo(betaShare(x, 1, 1), x, 1e-10)
      assert.closeTo(betaShare(x, 3, 1), x ** 3, 1e-10)
      assert.closeTo(betaShare(x, 1, 4), 1 - (1 - x) ** 4, 1e-10)
    }
  })

  it('find the threshold that parts genuine pairs from impostors', () => {
    const best = bestThreshold(trials([0.5, 0.6, 0.9], [0.1, 0.2, 0.3]))
    assert.closeTo(best.threshold, 0.4, 1e-9)
    assert.equal(best.accuracy, 1)
  })

  it('take the threshold of a fold from the other folds', () => {
    const one = trials([0.8, 0.9], [0.1, 0.2], 0)
    const other = trials([0.8, 0.9], [0.1, 0.7], 1)
    // Fold 1 is judged at 0.5, learnt from fold 0, and errs on one impostor of four trials.
    assert.closeTo(crossValidatedAccuracy([...one, ...other]), (1 + 0.75) / 2, 1e-9)
  })

  it('let no more impostors pass than the wanted share', () => {
    const impostors = Array.from({ length: 100 }, (_, at) => at / 100)
    const genuine = [0.5, 0.975, 0.985, 1]
    assert.equal(truePositivesAt(trials(genuine, impostors), 0.02).tar, 0.75)
    assert.equal(truePositivesAt(trials(genuine, impostors), 0.5).tar, 1)
  })

  it('meet where as many genuine pairs are missed as impostors pass', () => {
    assert.closeTo(equalErrorRate(trials([0.2, 0.6, 0.7, 0.8], [0.1, 0.15, 0.18, 0.65])), 0.25, 1e-9)
  })
})

describe('a list of verification pairs', () => {
  it('names two pictures of one person, or one each of two', () => {
    const pairs = readPairs('2\t1\nAda\t1\t4\nAda\t2\tBob\t13\nCy\t1\t2\nCy\t1\tBob\t1\n')
    assert.deepEqual(pairs[0], {
      isGenuine: true,
      fold: 0,
      probe: 'Ada/Ada_0001.jpg',
      reference: 'Ada/Ada_0004.jpg',
    })
    assert.deepEqual(pairs[1], {
      isGenuine: false,
      fold: 0,
      probe: 'Ada/Ada_0002.jpg',
      reference: 'Bob/Bob_0013.jpg',
    })
    assert.equal(pairs[3]?.fold, 1)
  })

  it('is refused with the line that is no pair', () => {
    for (const text of ['', 'nothing', '1\t1\nAda\t1', '1\t1\nAda\tone\ttwo', '1\t1\nAda\t1\tBob\t../x']) {
      assert.throws(() => readPairs(text), UsageError)
    }
  })
})
