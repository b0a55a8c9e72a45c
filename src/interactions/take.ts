/** One take of a challenge: what its frames gave, followed from one to the next, and summed up for the policy when the steps are done. */
import { affineResidual, averagePoints } from '../face/depth.ts'
import { backdropChange } from '../face/backdrop.ts'
import { bestScore, compare } from '../face/comparison.ts'
import { Embedding } from '../face/embedding.ts'
import type { Point } from '../face/engine.ts'
import type { Colour, FlashEvidence } from '../policy/colour-flash.ts'
import type { ChallengeStep, HeadPose, Place } from '../policy/challenge.ts'
import type { StepEvidence, TakeEvidence } from '../policy/liveness.ts'
import type { Course, KeptStep, Link } from './capture-state.ts'

/** A frame that counted towards its step. */
export interface KeyFrame {
  readonly embedding: Embedding
  readonly rigidPoints: readonly Point[]
  readonly pose: HeadPose
  /** How live the networks think it, 0…1; NaN where it was not scored. */
  readonly livenessScore: number
  /** Mean colours of the skin and of what is behind the person. */
  readonly tones: { readonly face: Colour; readonly backdrop: Colour }
}

export interface SatisfiedStep {
  readonly step: ChallengeStep
  readonly frames: readonly KeyFrame[]
}

/** One take of a challenge, with the frames that counted. */
export interface Take extends Readonly<Omit<Course, 'satisfied'>> {
  readonly satisfied: readonly SatisfiedStep[]
}

export type Look =
  | { readonly outcome: 'not_yet'; readonly hint: string }
  | { readonly outcome: 'good' }
  /** The step is satisfied, by the frames of these names. */
  | ({ readonly outcome: 'satisfied' } & KeptStep)

/** @param kept the frames that the course names @throws {TypeError} where one of them is not there: a gap proves nothing */
export function takeOf(course: Course, kept: ReadonlyMap<string, KeyFrame>): Take {
  return {
    ...course,
    satisfied: course.satisfied.map(({ step, frames }) => ({ step, frames: pickFrames(kept, frames) })),
  }
}

/** @throws {TypeError} where one of them is not there */
export function pickFrames(
  kept: ReadonlyMap<string, KeyFrame>,
  names: readonly string[],
): readonly KeyFrame[] {
  return names.map((name) => {
    const frame = kept.get(name)
    if (frame === undefined) throw new TypeError('a frame that counted is gone')
    return frame
  })
}

/** Before the first frame that counts, people sit down and find their place: nothing of that is held against them. */
export function followFrame(course: Course, link: Link | undefined, now: Date): void {
  if (course.startedAt === undefined) return
  course.endedAt = now.getTime()
  if (link === undefined) {
    course.facelessFrames += 1
    return
  }
  const { previous } = course
  course.previous = link
  if (previous === undefined) return
  // `Math.max` carries a NaN on, and the policy refuses it.
  course.mostWander = Math.max(course.mostWander, wander(previous.place, link.place))
  course.mostBackdropChange = Math.max(
    course.mostBackdropChange,
    backdropChange(previous.backdrop, link.backdrop),
  )
}

export function beginTake(course: Course, now: Date): void {
  course.startedAt ??= now.getTime()
}

function wander(one: Place, other: Place): number {
  return Math.hypot(other.x - one.x, other.y - one.y) / other.width
}

/** The probe is the mean of every frontal frame: less noisy than any of them. */
export function probeOf(take: Take): Embedding {
  return Embedding.mean(frontalFrames(take).map(({ embedding }) => embedding))
}

/** Of the frontal frames: the networks were calibrated on such. */
export function livenessScoresOf(take: Take): readonly number[] {
  return frontalFrames(take).map(({ livenessScore }) => livenessScore)
}

function frontalFrames(take: Take): readonly KeyFrame[] {
  // Under coloured light, skin is not what the networks know.
  const plain = take.satisfied.filter(({ step }) => step.pose === 'front' && step.light === undefined)
  return plain.flatMap(({ frames }) => frames)
}

export function hasShownLight(take: Take): boolean {
  return take.satisfied.some(({ step }) => step.light !== undefined)
}

/** Of each light that was shown, in order. */
export function flashEvidenceOf(take: Take): readonly FlashEvidence[] {
  return take.satisfied.flatMap(({ step: { light }, frames }) => {
    if (light === undefined) return []
    const face = meanColour(frames.map(({ tones }) => tones.face))
    return [{ light, face, backdrop: meanColour(frames.map(({ tones }) => tones.backdrop)) }]
  })
}

function meanColour(colours: readonly Colour[]): Colour {
  const mean = (channel: keyof Colour) =>
    colours.reduce((sum, colour) => sum + colour[channel], 0) / colours.length
  return { red: mean('red'), green: mean('green'), blue: mean('blue') }
}

export function summariseTake(take: Take, gallery: readonly Embedding[]): TakeEvidence {
  const [first] = take.satisfied
  const last = take.satisfied.at(-1)
  if (first === undefined || last === undefined) throw new TypeError('a take without steps proves nothing')
  const frontal = averagePoints(first.frames.map(({ rigidPoints }) => rigidPoints))
  return {
    steps: take.satisfied.map((each) => evidenceOf(each, { frontal, ahead: meanPose(first), gallery })),
    frontalAgreement: compare(meanOf(first), meanOf(last)),
    mostWander: take.mostWander,
    mostBackdropChange: take.mostBackdropChange,
    facelessFrames: take.facelessFrames,
    seconds: (take.endedAt - (take.startedAt ?? NaN)) / 1000,
  }
}

interface Reference {
  readonly frontal: readonly Point[]
  readonly ahead: HeadPose
  readonly gallery: readonly Embedding[]
}

function evidenceOf(satisfied: SatisfiedStep, { frontal, ahead, gallery }: Reference): StepEvidence {
  const { step, frames } = satisfied
  const pose = meanPose(satisfied)
  const turned = averagePoints(frames.map(({ rigidPoints }) => rigidPoints))
  return {
    pose: step.pose,
    turn: { yaw: pose.yaw - ahead.yaw, pitch: pose.pitch - ahead.pitch },
    scores: frames.map(({ embedding }) => bestScore(embedding, gallery) ?? NaN),
    affineResidual: affineResidual(frontal, turned),
    leastAlike: leastAlike(frames),
  }
}

function leastAlike(frames: readonly KeyFrame[]): number {
  const scores = frames.flatMap(({ embedding }, at) =>
    frames.slice(at + 1).map((other) => compare(embedding, other.embedding)),
  )
  return scores.reduce((least, score) => Math.min(least, score), 1)
}

function meanOf({ frames }: SatisfiedStep): Embedding {
  return Embedding.mean(frames.map(({ embedding }) => embedding))
}

function meanPose({ frames }: SatisfiedStep): HeadPose {
  const mean = (of: (pose: HeadPose) => number) =>
    frames.reduce((sum, { pose }) => sum + of(pose), 0) / frames.length
  return { yaw: mean(({ yaw }) => yaw), pitch: mean(({ pitch }) => pitch) }
}
