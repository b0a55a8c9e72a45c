import { assert } from 'chai'
import { enrolmentSteps, weigh, type ChallengeStep, type Observation } from '../../src/policy/challenge.ts'
import { judgeSample } from '../../src/policy/enrolment.ts'

const front: ChallengeStep = { pose: 'front', goodFrames: 3, canSkip: false }
const centre = { x: 0.5, y: 0.5, width: 0.4 }
const good: Observation = { defects: [], pose: { yaw: 0, pitch: 0 }, place: centre }
const fresh = { goodFrames: 0 }

describe('A step of the challenge', () => {
  it('is satisfied by the asked number of good frames in a row', () => {
    assert.deepEqual(weigh(front, fresh, good), { outcome: 'good' })
    assert.deepEqual(weigh(front, { goodFrames: 1, previous: centre }, good), { outcome: 'good' })
    assert.deepEqual(weigh(front, { goodFrames: 2, previous: centre }, good), { outcome: 'satisfied' })
  })

  it('tells the first defect of a frame', () => {
    const bad = { ...good, defects: ['dark', 'blurred'] }
    assert.deepEqual(weigh(front, fresh, bad), { outcome: 'not_yet', hint: 'dark' })
  })

  it('wants a steady face, not one that jumps', () => {
    const jumped = { ...good, place: { ...centre, x: 0.8 } }
    assert.deepEqual(weigh(front, { goodFrames: 1, previous: centre }, jumped), {
      outcome: 'not_yet',
      hint: 'moving',
    })
  })

  it('wants the very pose it asks for', () => {
    const turned = { ...good, pose: { yaw: 0.25, pitch: 0 }, defects: ['turned'] }
    const step = (pose: ChallengeStep['pose']): ChallengeStep => ({ pose, goodFrames: 1, canSkip: true })
    assert.equal(weigh(step('left'), fresh, turned).outcome, 'satisfied')
    assert.deepEqual(weigh(step('right'), fresh, turned), { outcome: 'not_yet', hint: 'pose_right' })
    assert.deepEqual(weigh(step('up'), fresh, good), { outcome: 'not_yet', hint: 'pose_up' })
    assert.deepEqual(weigh(step('down'), fresh, good), { outcome: 'not_yet', hint: 'pose_down' })
    assert.deepEqual(weigh(front, fresh, turned), { outcome: 'not_yet', hint: 'turned' })
  })

  it('is never satisfied by measurements that are not numbers', () => {
    for (const pose of ['front', 'left', 'right', 'up', 'down'] as const) {
      const step: ChallengeStep = { pose, goodFrames: 1, canSkip: false }
      assert.equal(weigh(step, fresh, { ...good, pose: { yaw: NaN, pitch: NaN } }).outcome, 'not_yet', pose)
      assert.equal(weigh(step, fresh, { ...good, pose: undefined }).outcome, 'not_yet', pose)
    }
    const lost = { ...good, place: { x: NaN, y: NaN, width: NaN } }
    assert.equal(weigh(front, { goodFrames: 2, previous: centre }, lost).outcome, 'not_yet')
  })

  it('lets a person who cannot turn the head skip every turn but not the frontal look', () => {
    const skippable = enrolmentSteps.filter((step) => step.canSkip).map((step) => step.pose)
    assert.deepEqual(skippable, ['left', 'right', 'up', 'down'])
  })
})

describe('A sample of an enrolment', () => {
  it('is taken where it agrees with the others and differs from them', () => {
    assert.deepEqual(judgeSample([], 0.4), { outcome: 'take' })
    assert.deepEqual(judgeSample([0.7, 0.93], 0.4), { outcome: 'take' })
    assert.deepEqual(judgeSample([0.7, 0.3], 0.4), { outcome: 'take' }, 'opposite turns may differ')
  })

  it('is left where it is of someone else, the same frame again, or no number', () => {
    assert.deepEqual(judgeSample([0.1, 0.7], 0.4), { outcome: 'leave', hint: 'someone_else' })
    assert.deepEqual(judgeSample([0.7, 0.99], 0.4), { outcome: 'leave', hint: 'same_as_before' })
    assert.equal(judgeSample([NaN], 0.4).outcome, 'leave')
  })
})
