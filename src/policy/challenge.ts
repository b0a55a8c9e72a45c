/** Which looks a capture asks for, one after the other, and whether a frame satisfies the one in hand. Pure. */

export type PoseName = 'front' | 'left' | 'right' | 'up' | 'down' | 'closer'

const lightNames = ['rose', 'green', 'blue', 'white'] as const
export type Light = (typeof lightNames)[number]

export interface ChallengeStep {
  readonly pose: PoseName
  /** Good frames in a row that satisfy the step: the hold. */
  readonly goodFrames: number
  readonly canSkip: boolean
  /** A turn so marked that no flat picture can show it; enrolment is content with a slight one. */
  readonly isMarked: boolean
  /** The screen shines in this colour meanwhile. */
  readonly light?: Light
}

/** One steady frontal look: for houses where another system sees to liveness. */
export const lookSteps: readonly ChallengeStep[] = [
  { pose: 'front', goodFrames: 3, canSkip: false, isMarked: false },
]

export const enrolmentSteps: readonly ChallengeStep[] = [
  { pose: 'front', goodFrames: 2, canSkip: false, isMarked: false },
  { pose: 'left', goodFrames: 1, canSkip: true, isMarked: false },
  { pose: 'right', goodFrames: 1, canSkip: true, isMarked: false },
  { pose: 'up', goodFrames: 1, canSkip: true, isMarked: false },
  { pose: 'down', goodFrames: 1, canSkip: true, isMarked: false },
]

/** Asked for again and again where skipped poses leave too few samples. */
export const furtherFrontalStep: ChallengeStep = {
  pose: 'front',
  goodFrames: 1,
  canSkip: false,
  isMarked: false,
}

/** A whole number below the bound, from a cryptographic generator. */
export type Draw = (below: number) => number

const turns = ['left', 'right', 'up', 'down'] as const

/** Frames that a turn is held for: landmarks are averaged over at least four of them; the rest is chance. */
const leastHold = 4
const chanceOfHold = 2

/**
 * Two or three different turns with a random hold each, between a frontal look at the start and at the end.
 * Whoever cannot turn the head comes closer instead, which resists less (docs/threat-model.md).
 */
export function drawSignInSteps(draw: Draw, canTurn = true): readonly ChallengeStep[] {
  const still: ChallengeStep = { pose: 'front', goodFrames: 3, canSkip: false, isMarked: false }
  const held = (pose: PoseName): ChallengeStep => ({
    pose,
    goodFrames: leastHold + draw(chanceOfHold + 1),
    canSkip: false,
    isMarked: true,
  })
  if (!canTurn) return [still, held('closer'), still]
  const left: PoseName[] = [...turns]
  // A third turn in every third challenge: enough that a recording must reckon with it, and most people are done sooner.
  const number = draw(3) === 0 ? 3 : 2
  const drawn = Array.from({ length: number }, () => left.splice(draw(left.length), 1)[0] ?? 'left')
  return [still, ...drawn.map(held), still]
}

/** Frontal looks under coloured light, after the others: each colour is told when the one before has been seen. */
export function drawFlashSteps(draw: Draw): readonly ChallengeStep[] {
  const look = { pose: 'front', goodFrames: 2, canSkip: false, isMarked: false } as const
  return drawLights(draw).map((light) => ({ ...look, light }))
}

/** Of four lights, one sequence in 324. */
const shownLights = 5

/** No light follows itself: each step is a change. */
function drawLights(draw: Draw): readonly Light[] {
  const drawn: Light[] = []
  while (drawn.length < shownLights) {
    const others = lightNames.filter((light) => light !== drawn.at(-1))
    const light = others[draw(others.length)]
    if (light !== undefined) drawn.push(light)
  }
  return drawn
}

export interface Place {
  /** Middle of the face box in frame widths and heights, and the width of the box in frame widths. */
  readonly x: number
  readonly y: number
  readonly width: number
}

export interface HeadPose {
  /** Landmark ratio as in `face/pose.ts`: ±0.25 is about 20°; positive to the person’s own left. */
  readonly yaw: number
  /** Degrees, as the mesh network has it; positive upwards. */
  readonly pitch: number
}

export interface Observation {
  /** Named defects of the frame, most telling first. */
  readonly defects: readonly string[]
  /** Absent where there is no usable face. */
  readonly pose?: HeadPose | undefined
  readonly place?: Place | undefined
}

const poseLimits = {
  slight: { yaw: 0.1, pitch: 7 },
  /**
   * A flat photograph, turned or tilted by up to 50°, stayed below 0.11 of yaw and 11° of pitch;
   * people who turn reach 0.15 to 0.30, and a head tilted by 15° reads as 13° to 19°.
   */
  marked: { yaw: 0.18, pitch: 13 },
  /** People who talk while they look ahead wander by up to 10° of pitch. */
  frontal: { yaw: 0.12, pitch: 11 },
  most: { yaw: 0.6, pitch: 45 },
  /** Growth of the face box that counts as having come closer. */
  closer: 1.25,
} as const

/** How far the middle of the face may wander between two good frames, in widths of the face. */
const steadyWander = 0.35

/** Change between two frames that no head makes in a quarter of a second, but a cut does. */
const mostSwing = { yaw: 0.45, pitch: 32 } as const

/** Share of a turn that must be kept while it is held. */
const holdSlack = 0.75

export type Answer =
  | { readonly outcome: 'satisfied' }
  | { readonly outcome: 'good' }
  /** `hint` is a defect, or what is wrong with the pose. */
  | { readonly outcome: 'not_yet'; readonly hint: string; readonly hasJumped?: boolean }

export interface StepProgress {
  readonly goodFrames: number
  readonly previous?: Place | undefined
  readonly previousPose?: HeadPose | undefined
  /** How this person looks straight ahead at this camera: turns are measured from there. */
  readonly frontal?: (HeadPose & { readonly width: number }) | undefined
  /** The pose was reached by a jump, and counts again only after a look between. */
  readonly hasJumped?: boolean | undefined
}

/** Weighs one frame against the step; the caller carries the progress. */
export function weigh(step: ChallengeStep, progress: StepProgress, seen: Observation): Answer {
  const hint = findHint(step, progress, seen)
  if (step.isMarked && hasSwung(progress.previousPose, seen.pose)) {
    return { outcome: 'not_yet', hint: 'slower', hasJumped: true }
  }
  // Only a face that is seen out of the pose shows that it is turned there and not cut there.
  if (hint === `pose_${step.pose}`) return { outcome: 'not_yet', hint, hasJumped: false }
  if (hint !== undefined) return { outcome: 'not_yet', hint }
  if (progress.hasJumped === true) return { outcome: 'not_yet', hint: 'slower', hasJumped: true }
  if (!isSteady(progress.previous, seen.place)) return { outcome: 'not_yet', hint: 'moving' }
  return progress.goodFrames + 1 >= step.goodFrames ? { outcome: 'satisfied' } : { outcome: 'good' }
}

function findHint(step: ChallengeStep, progress: StepProgress, seen: Observation): string | undefined {
  // A step that asks for a turn must not complain about one, nor a step closer about a large face.
  const expected = step.pose === 'front' ? undefined : step.pose === 'closer' ? 'too_large' : 'turned'
  const defect = seen.defects.find((each) => each !== expected)
  if (defect !== undefined) return defect
  if (seen.pose === undefined || seen.place === undefined) return 'no_face'
  return isPose(step, progress, { ...seen.pose, width: seen.place.width }) ? undefined : `pose_${step.pose}`
}

type Stance = HeadPose & { readonly width: number }

function isPose({ pose, isMarked }: ChallengeStep, progress: StepProgress, seen: Stance): boolean {
  const { frontal } = progress
  const { most } = poseLimits
  if (!(Math.abs(seen.yaw) <= most.yaw && Math.abs(seen.pitch) <= most.pitch)) return false
  const yaw = seen.yaw - (frontal?.yaw ?? 0)
  const pitch = seen.pitch - (frontal?.pitch ?? 0)
  const reach = isMarked ? poseLimits.marked : poseLimits.slight
  // A pose once reached may sink back a little while it is held: heads tremble, and so do landmarks.
  const slack = progress.goodFrames > 0 ? holdSlack : 1
  const least = { yaw: reach.yaw * slack, pitch: reach.pitch * slack }
  switch (pose) {
    case 'front':
      // The first look is judged by the frame's defects; later ones by the person's own way of looking ahead.
      return frontal === undefined || isFrontal(yaw, pitch)
    case 'left':
      return yaw >= least.yaw
    case 'right':
      return yaw <= -least.yaw
    case 'up':
      return pitch >= least.pitch
    case 'down':
      return pitch <= -least.pitch
    case 'closer':
      return seen.width >= (frontal?.width ?? NaN) * poseLimits.closer
  }
}

function isFrontal(yaw: number, pitch: number): boolean {
  return Math.abs(yaw) <= poseLimits.frontal.yaw && Math.abs(pitch) <= poseLimits.frontal.pitch
}

function hasSwung(previous: HeadPose | undefined, now: HeadPose | undefined): boolean {
  if (previous === undefined || now === undefined) return false
  return !(
    Math.abs(now.yaw - previous.yaw) <= mostSwing.yaw &&
    Math.abs(now.pitch - previous.pitch) <= mostSwing.pitch
  )
}

function isSteady(previous: Place | undefined, now: Place | undefined): boolean {
  if (now === undefined) return false
  if (previous === undefined) return true
  const wander = Math.hypot(now.x - previous.x, now.y - previous.y) / now.width
  return wander <= steadyWander
}
