import { assert } from 'chai'
import { judgeLiveness, livenessLimits, type TakeEvidence } from '../../src/policy/liveness.ts'

const front = {
  pose: 'front',
  turn: { yaw: 0, pitch: 0 },
  scores: [0.8, 0.82, 0.79],
  affineResidual: 0.01,
  leastAlike: 0.985,
} as const
const left = {
  pose: 'left',
  turn: { yaw: 0.25, pitch: 0 },
  scores: [0.55, 0.5, 0.6, 0.52],
  affineResidual: 0.09,
  leastAlike: 0.98,
} as const
const genuine: TakeEvidence = {
  steps: [front, left, { ...left, pose: 'up', turn: { yaw: 0, pitch: 18 } }, front],
  frontalAgreement: 0.85,
  mostWander: 0.2,
  mostBackdropChange: 4,
  facelessFrames: 0,
  seconds: 5,
}
const minScore = 0.45

function reasonOf(evidence: TakeEvidence): string {
  const verdict = judgeLiveness(evidence, minScore)
  return verdict.outcome === 'live' ? 'live' : verdict.reason
}

describe('The evidence of a challenge', () => {
  it('is of a living person where head and scene move as they should', () => {
    assert.equal(reasonOf(genuine), 'live')
  })

  it('is refused where the turns leave nothing that an affine map cannot explain: a flat picture', () => {
    for (const affineResidual of [livenessLimits.leastAffineResidual.atAll - 1e-9, 0]) {
      assert.equal(reasonOf({ ...genuine, steps: [front, { ...left, affineResidual }, front] }), 'flat')
    }
  })

  it('is refused where a turn so marked shows too little depth: a bent picture', () => {
    const bent = { ...left, turn: { yaw: 0.4, pitch: 0 }, affineResidual: 0.08 }
    assert.equal(reasonOf({ ...genuine, steps: [front, bent, front] }), 'flat')
    const nodding = { ...left, pose: 'down', turn: { yaw: 0, pitch: -30 }, affineResidual: 0.08 } as const
    assert.equal(reasonOf({ ...genuine, steps: [front, nodding, front] }), 'flat')
  })

  it('is refused where all frames of a step are one and the same', () => {
    assert.equal(reasonOf({ ...genuine, steps: [{ ...front, leastAlike: 0.9999 }, left, front] }), 'still')
  })

  it('is refused where a turn is somebody else’s, or the last look is not that of the first', () => {
    const stranger = { ...left, scores: [0.5, 0.1, 0.5, 0.5] }
    assert.equal(reasonOf({ ...genuine, steps: [front, stranger, front] }), 'not_one_person')
    assert.equal(reasonOf({ ...genuine, frontalAgreement: 0.2 }), 'not_one_person')
  })

  it('is refused where the picture was cut: the face jumps, the scene changes, or the face is gone for long', () => {
    assert.equal(reasonOf({ ...genuine, mostWander: 1.4 }), 'not_one_take')
    assert.equal(reasonOf({ ...genuine, mostBackdropChange: 60 }), 'not_one_take')
    assert.equal(reasonOf({ ...genuine, facelessFrames: 9 }), 'not_one_take')
  })

  it('is refused where it took less time than a person needs', () => {
    assert.equal(reasonOf({ ...genuine, seconds: 0.4 }), 'too_fast')
  })

  it('is refused wherever a measurement is no number', () => {
    const broken: readonly Partial<TakeEvidence>[] = [
      { seconds: NaN },
      { mostWander: NaN },
      { mostBackdropChange: NaN },
      { facelessFrames: NaN },
      { frontalAgreement: NaN },
      { steps: [{ ...front, leastAlike: NaN }, left] },
      { steps: [front, { ...left, affineResidual: NaN }] },
      { steps: [front, { ...left, scores: [0.5, NaN] }] },
    ]
    for (const each of broken)
      assert.notEqual(reasonOf({ ...genuine, ...each }), 'live', JSON.stringify(each))
  })
})
