import { assert } from 'chai'
import {
  drawSignInSteps,
  enrolmentSteps,
  weigh,
  type ChallengeStep,
  type Observation,
} from '../../src/policy/challenge.ts'
import { judgeSample } from '../../src/policy/enrolment.ts'

const front: ChallengeStep = { pose: 'front', goodFrames: 3, canSkip: false, isMarked: false }
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
    const step = (pose: ChallengeStep['pose']): ChallengeStep => ({
      pose,
      goodFrames: 1,
      canSkip: true,
      isMarked: false,
    })
    assert.equal(weigh(step('left'), fresh, turned).outcome, 'satisfied')
    assert.deepEqual(weigh(step('right'), fresh, turned), {
      outcome: 'not_yet',
      hint: 'pose_right',
      hasJumped: false,
    })
    assert.deepEqual(weigh(step('up'), fresh, good), {
      outcome: 'not_yet',
      hint: 'pose_up',
      hasJumped: false,
    })
    assert.deepEqual(weigh(step('down'), fresh, good), {
      outcome: 'not_yet',
      hint: 'pose_down',
      hasJumped: false,
    })
    assert.deepEqual(weigh(front, fresh, turned), { outcome: 'not_yet', hint: 'turned' })
  })

  it('is never satisfied by measurements that are not numbers', () => {
    for (const pose of ['front', 'left', 'right', 'up', 'down'] as const) {
      const step: ChallengeStep = { pose, goodFrames: 1, canSkip: false, isMarked: false }
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

describe('The challenge of a sign-in', () => {
  const draws = (numbers: readonly number[]) => {
    const left = [...numbers]
    return (below: number): number => (left.shift() ?? 0) % below
  }

  it('asks for two or three different turns between a look ahead at the start and at the end', () => {
    for (let seed = 0; seed < 500; seed += 1) {
      const steps = drawSignInSteps(
        draws([seed, seed >> 1, seed >> 3, seed >> 2, seed >> 4, seed >> 5, seed]),
      )
      const poses = steps.map(({ pose }) => pose)
      const turned = poses.slice(1, -1)
      assert.equal(poses[0], 'front')
      assert.equal(poses.at(-1), 'front')
      assert.include([2, 3], turned.length)
      assert.lengthOf(new Set(turned), turned.length)
      assert.notInclude(turned, 'front')
      assert.isTrue(
        steps.slice(1, -1).every((step) => step.isMarked && !step.canSkip && step.goodFrames >= 4),
      )
    }
  })

  it('asks whoever cannot turn the head to come closer', () => {
    assert.deepEqual(
      drawSignInSteps(draws([]), false).map(({ pose }) => pose),
      ['front', 'closer', 'front'],
    )
  })

  const turn: ChallengeStep = { pose: 'left', goodFrames: 1, canSkip: false, isMarked: true }
  const frontal = { yaw: 0.05, pitch: 5, width: 0.4 }
  const at = (yaw: number, pitch = 5): Observation => ({
    defects: ['turned'],
    pose: { yaw, pitch },
    place: centre,
  })

  it('measures a turn from how the person looks straight ahead', () => {
    const progress = { goodFrames: 0, frontal, previousPose: { yaw: 0.15, pitch: 5 } }
    assert.deepEqual(weigh(turn, progress, at(0.2)), {
      outcome: 'not_yet',
      hint: 'pose_left',
      hasJumped: false,
    })
    assert.equal(weigh(turn, progress, at(0.24)).outcome, 'satisfied')
  })

  it('does not count a turn that is there at once, as after a cut, until a look between was seen', () => {
    const before = { goodFrames: 0, frontal, previousPose: { yaw: 0.05, pitch: 5 } }
    assert.deepEqual(weigh(turn, before, at(0.55)), { outcome: 'not_yet', hint: 'slower', hasJumped: true })
    const held = { ...before, previousPose: { yaw: 0.4, pitch: 5 }, hasJumped: true }
    assert.deepEqual(weigh(turn, held, at(0.4)), { outcome: 'not_yet', hint: 'slower', hasJumped: true })
    assert.deepEqual(weigh(turn, held, at(0.15)), { outcome: 'not_yet', hint: 'pose_left', hasJumped: false })
  })

  it('lets a pose that was reached sink back a little while it is held, but not be reached so', () => {
    const held = { goodFrames: 1, previous: centre, frontal, previousPose: { yaw: 0.24, pitch: 5 } }
    assert.equal(weigh(turn, held, at(0.2)).outcome, 'satisfied')
    assert.equal(weigh(turn, { ...held, goodFrames: 0 }, at(0.2)).outcome, 'not_yet')
    assert.equal(weigh(turn, held, at(0.15)).outcome, 'not_yet')
  })

  it('takes coming closer by the size of the face, and nothing without a first look', () => {
    const closer: ChallengeStep = { pose: 'closer', goodFrames: 1, canSkip: false, isMarked: true }
    const near = { ...good, defects: ['too_large'], place: { ...centre, width: 0.52 } }
    assert.equal(weigh(closer, { goodFrames: 0, frontal }, near).outcome, 'satisfied')
    assert.equal(weigh(closer, { goodFrames: 0, frontal }, good).outcome, 'not_yet')
    assert.equal(weigh(closer, { goodFrames: 0 }, near).outcome, 'not_yet')
  })
})
