import { assert } from 'chai'
import { calibratePopulation, countAttempts, peopleFor } from '../../src/cli/calibration.ts'
import { measureFalseMatches } from '../../src/cli/false-matches.ts'
import { measureFalseNonMatches } from '../../src/cli/false-non-matches.ts'
import { createSeededRandom } from '../../src/cli/resampling.ts'
import { Embedding } from '../../src/face/embedding.ts'
import { compare } from '../../src/face/comparison.ts'
import { drawGalleries, model } from './people.ts'

const resampling = () => ({ random: createSeededRandom(1), resamples: 200 })
const nobody = new Map<string, never>()

/** A unit vector at an angle in the plane of the first two numbers. */
function at(degrees: number): Embedding {
  const radians = (degrees / 180) * Math.PI
  const numbers = new Array<number>(128).fill(0)
  return Embedding.from([Math.cos(radians), Math.sin(radians), ...numbers.slice(2)], model)
}

describe('The false matches of a population', () => {
  it('weigh every pair of people the same, however many pictures they have', () => {
    // Two of three pairs of people lie at 90° and 60°; the third pair at 30° has four pairs of pictures.
    const galleries = [[at(0), at(0)], [at(30), at(30)], [at(90)]]
    const matches = measureFalseMatches(galleries, 1, resampling())
    assert.equal(matches.impostorPairs, 8)
    assert.equal(matches.subjectPairs, 3)
    assert.closeTo(matches.rateAt(0.8), 1 / 3, 1e-9)
    assert.closeTo(matches.rateAt(0.4), 2 / 3, 1e-9)
    assert.closeTo(matches.highestScore, Math.cos(Math.PI / 6), 1e-6)
  })

  it('are those that comparing everybody with everybody counts', () => {
    const galleries = drawGalleries(30, 1)
    const matches = measureFalseMatches(galleries, 0.1, resampling())
    const scores = galleries.flatMap(([probe], one) =>
      galleries.slice(one + 1).map(([reference]) => compare(probe!, reference!)),
    )
    for (const threshold of [0, 0.05, 0.1, 0.2]) {
      const counted = scores.filter((score) => score >= threshold).length / scores.length
      assert.closeTo(matches.rateAt(threshold), counted, 1e-9)
    }
  })

  it('are bounded by the more cautious of both intervals', () => {
    const matches = measureFalseMatches(drawGalleries(60, 2), 0.1, resampling())
    for (const threshold of [0.15, 0.2, 0.3, 0.9]) {
      const { clopperPearson, subjectBootstrap } = matches.intervalsAt(threshold)
      assert.equal(matches.upperAt(threshold), Math.max(clopperPearson[1], subjectBootstrap[1]))
      assert.isAtLeast(matches.upperAt(threshold), matches.rateAt(threshold))
    }
  })

  it('are bounded more widely where one person is behind them all', () => {
    // One person resembles each of forty; nobody else resembles anybody.
    const axis = (which: number) => Array.from({ length: 128 }, (_, place) => (place === which ? 1 : 0))
    const others = Array.from({ length: 40 }, (_, which) => [Embedding.from(axis(which + 1), model)])
    const mean = axis(0).map((each, place) => (place >= 1 && place <= 40 ? 0.5 : each))
    const matches = measureFalseMatches([[Embedding.from(mean, model)], ...others], 0.1, resampling())
    const { clopperPearson, subjectBootstrap } = matches.intervalsAt(0.1)
    assert.closeTo(matches.rateAt(0.1), 40 / 820, 1e-9)
    assert.isAbove(subjectBootstrap[1], clopperPearson[1])
  })

  it('are claimed by nobody below the rate that was looked for', () => {
    const matches = measureFalseMatches(drawGalleries(60, 1), 0.01, resampling())
    assert.equal(matches.upperAt(-1), 1)
  })
})

describe('The false non-matches of a population', () => {
  it('weigh every person with two pictures the same', () => {
    const misses = measureFalseNonMatches([[at(0), at(10), at(20)], [at(0), at(60)], [at(5)]], resampling())
    assert.equal(misses.subjects, 2)
    assert.equal(misses.genuinePairs, 4)
    assert.equal(misses.rateAt(0.9), 0.5)
    assert.closeTo(misses.rateAt(0.95)!, (1 / 3 + 1) / 2, 1e-9)
    const { clopperPearson, subjectBootstrap } = misses.intervalsAt(0.9)
    assert.isBelow(clopperPearson[0], 0.5)
    assert.deepEqual(subjectBootstrap, [0, 1])
  })

  it('are unknown where nobody has two pictures', () => {
    assert.isUndefined(measureFalseNonMatches([[at(0)], [at(9)]], resampling()).rateAt(0.5))
  })
})

describe('A calibration', () => {
  it('finds the lowest threshold whose upper bound holds the wanted rate', () => {
    const galleries = drawGalleries(80, 3)
    const result = calibratePopulation({ galleries, groups: nobody }, 5e-3, resampling())
    if (result.outcome !== 'calibrated') return assert.fail(result.reason)
    const matches = measureFalseMatches(galleries, 1e-2, resampling())
    assert.isAtMost(matches.upperAt(result.threshold), 5e-3)
    assert.isAbove(matches.upperAt(result.threshold - 1e-4), 5e-3)
    assert.isAtMost(result.fmrUpper, 5e-3)
    assert.equal(result.subjects, 80)
    assert.equal(result.impostorPairs, 80 * 79 * 0.5 * 9)
    assert.equal(result.genuinePairs, 80 * 3)
  })

  it('lists stricter thresholds first, none of them below what the data supports', () => {
    const result = calibratePopulation(
      { galleries: drawGalleries(80, 2), groups: nobody },
      1e-2,
      resampling(),
    )
    if (result.outcome !== 'calibrated') return assert.fail(result.reason)
    assert.isNotEmpty(result.points)
    for (const [place, point] of result.points.entries()) {
      assert.isAtLeast(point.fmrUpper, result.smallestSupportedFmr)
      assert.isBelow(point.threshold, result.points[place - 1]?.threshold ?? 1)
    }
  })

  it('refuses a rate that so few people cannot support, and says how many more are needed', () => {
    const refused = calibratePopulation(
      { galleries: drawGalleries(20, 2), groups: nobody },
      1e-4,
      resampling(),
    )
    if (refused.outcome !== 'refused') return assert.fail('a rate was claimed')
    assert.equal(refused.morePeopleNeeded, 246 - 20)
    assert.match(refused.reason, /226 more people would be needed/)
    // 190 pairs of people without one false match.
    assert.closeTo(refused.smallestSupportedFmr, 1 - 0.05 ** (1 / 190), 1e-4)
  })

  it('takes that number of people at their word', () => {
    for (const fmr of [1e-2, 1e-3, 1e-4]) {
      const enough = peopleFor(fmr)
      const supports = (people: number) => 1 - 0.05 ** (2 / (people * (people - 1))) <= fmr
      assert.isTrue(supports(enough))
      assert.isFalse(supports(enough - 1))
    }
  })

  it('refuses people of whom each has one picture, for nobody knows what the threshold costs them', () => {
    assert.equal(
      calibratePopulation({ galleries: drawGalleries(80, 1), groups: nobody }, 1e-2, resampling()).outcome,
      'refused',
    )
  })

  it('refuses folders that show the same picture as different people', () => {
    const twins = Array.from({ length: 40 }, () => [at(0), at(0)])
    const refused = calibratePopulation({ galleries: twins, groups: nobody }, 1e-2, resampling())
    if (refused.outcome !== 'refused') return assert.fail('a rate was claimed')
    assert.equal(refused.morePeopleNeeded, 0)
  })
})

describe('A calibration by groups', () => {
  const base = drawGalleries(60, 2, { seed: 2 })
  /** People who resemble each other: a direction of their own is mixed into each. */
  const alike = drawGalleries(40, 2, { seed: 3 }).map((gallery) =>
    gallery.map((each) =>
      Embedding.from(
        Array.from(each.vector, (value, place) => value + (place < 8 ? 0.2 : 0)),
        model,
      ),
    ),
  )
  const galleries = [...base, ...alike]

  it('chooses the one threshold on the group that is hardest', () => {
    const whole = calibratePopulation({ galleries, groups: nobody }, 1e-2, resampling())
    const groups = new Map([
      ['base', base],
      ['alike', alike],
    ])
    const grouped = calibratePopulation({ galleries, groups }, 1e-2, resampling())
    if (whole.outcome !== 'calibrated' || grouped.outcome !== 'calibrated') return assert.fail('refused')
    assert.equal(grouped.worstGroup, 'alike')
    assert.isAbove(grouped.threshold, whole.threshold)
    assert.sameMembers(
      grouped.groups.map(({ group }) => group),
      ['base', 'alike'],
    )
    for (const { fmrUpper } of grouped.groups) assert.isAtMost(fmrUpper, 1e-2)
  })

  it('claims no rate that the smallest group does not support', () => {
    const groups = new Map([
      ['base', base],
      ['few', alike.slice(0, 5)],
    ])
    const refused = calibratePopulation({ galleries, groups }, 1e-2, resampling())
    if (refused.outcome !== 'refused') return assert.fail('a rate was claimed')
    assert.match(refused.reason, /of the group few/)
    assert.equal(refused.morePeopleNeeded, peopleFor(1e-2) - 5)
  })
})

describe('The cost of templates and attempts', () => {
  it('is the chance that at least one of all comparisons errs', () => {
    const cost = countAttempts(1e-3).find(({ templates, attempts }) => templates === 5 && attempts === 5)
    assert.closeTo(cost!.falseMatchChance, 1 - (1 - 1e-3) ** 25, 1e-4)
    for (const { templates, attempts, falseMatchChance } of countAttempts(1e-6)) {
      assert.closeTo(falseMatchChance, templates * attempts * 1e-6, templates * attempts * 1e-8)
    }
  })
})
