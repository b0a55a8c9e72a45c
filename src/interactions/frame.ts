/** One frame of a capture: measured, weighed against the step in hand, and remembered where it counts. */
import { createHash, randomBytes } from 'node:crypto'
import { Fault } from '../errors.ts'
import type { FaceEngine, MeasuredFace, Measurement } from '../face/engine.ts'
import { weigh, type Answer, type ChallengeStep, type Observation, type Place } from '../policy/challenge.ts'
import type { Capture, Link } from './capture-state.ts'
import { beginTake, followFrame, type KeyFrame, type Look } from './take.ts'

export interface Arrival {
  readonly capture: Capture
  readonly bytes: Uint8Array
  readonly now: Date
}

export interface Seen {
  readonly look: Look
  /** The frame, where it counts, and the name by which the capture knows it. */
  readonly kept?: { readonly name: string; readonly frame: KeyFrame }
}

/** Enough that two nodes never give one name to two frames of a capture. */
const nameBytes = 9

type Measured = Extract<Measurement, { outcome: 'measured' }>

/** @throws {Fault} capture_exhausted | engine_busy | frame_unreadable */
export async function lookAt(engine: Pick<FaceEngine, 'measure'>, arrival: Arrival): Promise<Seen> {
  const { capture, bytes } = arrival
  const step = capture.steps[capture.stepAt]
  if (step === undefined) throw new Fault('capture_exhausted', { detail: 'every step is satisfied already' })
  const measurement = await engine.measure(bytes, {
    embedding: true,
    presentationAttack: capture.scoresLiveness,
    challenge: true,
  })
  if (measurement.outcome === 'overloaded') {
    // Nothing was measured: the same number may be sent again.
    throw new Fault('engine_busy', { retryAfterSeconds: measurement.retryAfterSeconds })
  }
  capture.intake.nextSequence += 1
  capture.course.arrivals.push(arrival.now.getTime())
  if (measurement.outcome === 'unreadable') throw new Fault('frame_unreadable', { detail: measurement.fault })
  const digest = createHash('sha256').update(bytes).digest('base64url')
  capture.device?.frameDigests.push(digest)
  if (measurement.outcome === 'failed') return { look: lost }
  if (isRepeated(capture, digest)) return { look: lost }
  followFrame(capture.course, linkOf(measurement), arrival.now)
  return weighFrame(arrival, step, measurement)
}

const lost: Look = { outcome: 'not_yet', hint: 'frame_lost' }

/** A camera never gives the same bytes twice: of the frames that a step counts, each counts once. */
function isRepeated({ looks, intake }: Capture, digest: string): boolean {
  if (looks.length === 0) intake.digests.clear()
  if (intake.digests.has(digest)) return true
  intake.digests.add(digest)
  return false
}

function weighFrame({ capture, now }: Arrival, step: ChallengeStep, measurement: Measured): Seen {
  const seen = observe(measurement)
  const answer = weigh(step, capture.progress, seen)
  const frame = keyFrameOf(measurement, seen)
  if (answer.outcome === 'not_yet' || frame === undefined) {
    startOver(capture, seen, answer)
    return { look: answer.outcome === 'not_yet' ? { outcome: 'not_yet', hint: answer.hint } : lost }
  }
  beginTake(capture.course, now)
  const kept = { name: randomBytes(nameBytes).toString('base64url'), frame }
  capture.looks = [...capture.looks, kept.name]
  const { frontal } = capture.progress
  const goodFrames = capture.progress.goodFrames + 1
  capture.progress = { goodFrames, previous: seen.place, previousPose: seen.pose, frontal }
  if (answer.outcome === 'good') return { look: { outcome: 'good' }, kept }
  return { look: satisfy(capture, step, seen), kept }
}

function satisfy(capture: Capture, step: ChallengeStep, seen: Observation): Look {
  const frames = capture.looks
  const isFirst = capture.progress.frontal === undefined
  const frontal = isFirst && seen.pose && seen.place ? { ...seen.pose, width: seen.place.width } : undefined
  capture.looks = []
  capture.progress = {
    goodFrames: 0,
    previousPose: seen.pose,
    frontal: frontal ?? capture.progress.frontal,
  }
  capture.stepAt += 1
  capture.course.satisfied.push({ step, frames })
  return { outcome: 'satisfied', step, frames }
}

function startOver(capture: Capture, seen: Observation, answer: Answer): void {
  const { frontal, hasJumped } = capture.progress
  const jumped = answer.outcome === 'not_yet' ? (answer.hasJumped ?? hasJumped) : hasJumped
  capture.looks = []
  // A frame without a face does not hide a jump across it.
  const previousPose = seen.pose ?? capture.progress.previousPose
  capture.progress = { goodFrames: 0, previousPose, frontal, hasJumped: jumped }
}

function observe(measurement: Measured): Observation {
  const { defects, face, mesh } = measurement
  if (face === undefined || mesh === undefined) return { defects }
  // Five landmarks tell yaw well and pitch hardly; the mesh tells pitch.
  const pose = { yaw: face.pose.yaw, pitch: mesh.pitchDegrees }
  return { defects, pose, place: placeOf(face, measurement) }
}

function linkOf(measurement: Measured): Link | undefined {
  const { face, backdrop } = measurement
  if (face === undefined || backdrop === undefined) return undefined
  return { place: placeOf(face, measurement), backdrop }
}

const noTone = { red: NaN, green: NaN, blue: NaN } as const
const noTones = { face: noTone, backdrop: noTone } as const

function keyFrameOf(
  { mesh, embedding, livenessScore, tones = noTones }: Measured,
  { pose }: Observation,
): KeyFrame | undefined {
  if (mesh === undefined || embedding === undefined || pose === undefined) return undefined
  return { embedding, rigidPoints: mesh.rigidPoints, pose, livenessScore: livenessScore ?? NaN, tones }
}

function placeOf({ box }: MeasuredFace, { widthPx, heightPx }: Measured): Place {
  return {
    x: (box.x + box.width / 2) / widthPx,
    y: (box.y + box.height / 2) / heightPx,
    width: box.width / widthPx,
  }
}
