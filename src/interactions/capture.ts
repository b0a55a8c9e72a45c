/** Issues one-time capture challenges, and receives their frames in order, in time and in bounds. Frames live in memory only. */
import { createHash, randomBytes } from 'node:crypto'
import type { Embedding } from '../face/embedding.ts'
import type { FaceEngine, MeasuredFace, Measurement } from '../face/engine.ts'
import { Fault } from '../errors.ts'
import { weigh, type ChallengeStep, type Observation, type StepProgress } from '../policy/challenge.ts'

export const captureLimits = {
  framesPerSecond: 5,
  /** Frames that may come early: networks bunch them. */
  burst: 4,
  mostFramesPerStep: 60,
  mostFrameBytes: 100 * 1024,
  /** Captures open at once; beyond it new ones are refused rather than old ones dropped. */
  mostOpen: 2000,
} as const

export interface CaptureDependencies {
  readonly engine: Pick<FaceEngine, 'measure'>
  readonly clock: () => Date
}

export interface CaptureWish {
  readonly binding: string
  readonly steps: readonly ChallengeStep[]
  readonly ttlSeconds: number
  /** Whether the frames are measured for presentation attacks too; it costs as much again. */
  readonly scoresLiveness?: boolean
}

/** One visit of the camera. Mutable, and reachable only through the desk that issued it. */
export interface Capture {
  readonly id: string
  /** What the capture belongs to: one interaction or one session of one browser. Nobody else finds it. */
  readonly binding: string
  readonly expiresAt: Date
  readonly scoresLiveness: boolean
  steps: readonly ChallengeStep[]
  stepAt: number
  progress: StepProgress
  /** Embeddings of the good frames of the step in hand. */
  looks: Embedding[]
  /** Of the same frames, where they are scored; NaN for one that could not be. */
  livenessScores: number[]
}

interface Intake {
  nextSequence: number
  isBusy: boolean
  /** Of the good frames of the step in hand. */
  readonly digests: Set<string>
  /** Frames that may still come now; refilled by the clock. */
  allowance: number
  refilledAt: number
}

export type Look =
  | { readonly outcome: 'not_yet'; readonly hint: string }
  | { readonly outcome: 'good' }
  /** The step is satisfied; its good frames as embeddings, and their liveness scores where they were wanted: NaN for one that could not be scored. */
  | {
      readonly outcome: 'satisfied'
      readonly step: ChallengeStep
      readonly looks: readonly Embedding[]
      readonly livenessScores: readonly number[]
    }

export interface ReceivedFrame {
  readonly captureId: string
  readonly binding: string
  readonly sequence: number
  readonly bytes: Uint8Array
}

export interface CaptureDesk {
  /** Ends any capture of the same binding: a person has one camera visit at a time. @throws {Fault} engine_busy */
  issue(wish: CaptureWish): Capture
  /** @throws {Fault} capture_not_found | capture_expired */
  find(captureId: string, binding: string): Capture
  /** @throws {Fault} capture_… | frame_unreadable | engine_busy */
  receive(frame: ReceivedFrame): Promise<{ capture: Capture; look: Look }>
  end(captureId: string): void
  /** Drops what has expired, and tells how many are open still. */
  purge(): number
}

export function createCaptureDesk(dependencies: CaptureDependencies): CaptureDesk {
  const { clock, engine } = dependencies
  const open = new Map<string, { capture: Capture; intake: Intake }>()

  const lookUp = (captureId: string, binding: string): { capture: Capture; intake: Intake } => {
    const entry = open.get(captureId)
    // Someone else's capture and none at all leave by one door.
    if (entry?.capture.binding !== binding) throw new Fault('capture_not_found')
    if (clock() < entry.capture.expiresAt) return entry
    open.delete(captureId)
    throw new Fault('capture_expired')
  }

  const purge = (): number => {
    const now = clock()
    for (const [id, { capture }] of open) if (now >= capture.expiresAt) open.delete(id)
    return open.size
  }

  return {
    issue: (wish) => {
      for (const [id, { capture }] of open) if (capture.binding === wish.binding) open.delete(id)
      if (open.size >= captureLimits.mostOpen && purge() >= captureLimits.mostOpen) {
        throw new Fault('engine_busy', { detail: 'too many captures are open', retryAfterSeconds: 10 })
      }
      const now = clock()
      const capture = newCapture(wish, now)
      open.set(capture.id, { capture, intake: newIntake(now) })
      return capture
    },
    find: (captureId, binding) => lookUp(captureId, binding).capture,
    end: (captureId) => {
      open.delete(captureId)
    },
    purge,
    receive: async ({ captureId, binding, sequence, bytes }) => {
      const { capture, intake } = lookUp(captureId, binding)
      const end = (fault: Fault): never => {
        open.delete(captureId)
        throw fault
      }
      if (sequence !== intake.nextSequence || intake.isBusy) end(new Fault('capture_out_of_order'))
      if (sequence >= captureLimits.mostFramesPerStep * capture.steps.length)
        end(new Fault('capture_exhausted'))
      takeAllowance(intake, clock())
      intake.isBusy = true
      try {
        return { capture, look: await look(engine, { capture, intake, bytes }) }
      } finally {
        intake.isBusy = false
      }
    },
  }
}

function newCapture({ binding, steps, ttlSeconds, scoresLiveness = false }: CaptureWish, now: Date): Capture {
  const id = randomBytes(24).toString('base64url')
  const expiresAt = new Date(now.getTime() + ttlSeconds * 1000)
  const progress = { goodFrames: 0 }
  const nothingYet = { stepAt: 0, progress, looks: [], livenessScores: [] }
  return { id, binding, expiresAt, scoresLiveness, steps, ...nothingYet }
}

function newIntake(now: Date): Intake {
  const allowance = captureLimits.burst
  return { nextSequence: 0, isBusy: false, digests: new Set(), allowance, refilledAt: now.getTime() }
}

/** A token bucket: five frames a second, a few of them early. */
function takeAllowance(intake: Intake, now: Date): void {
  const elapsedSeconds = (now.getTime() - intake.refilledAt) / 1000
  const refilled = intake.allowance + elapsedSeconds * captureLimits.framesPerSecond
  intake.allowance = Math.min(captureLimits.burst, refilled)
  intake.refilledAt = now.getTime()
  if (!(intake.allowance >= 1)) throw new Fault('capture_too_fast', { retryAfterSeconds: 1 })
  intake.allowance -= 1
}

interface Arrival {
  readonly capture: Capture
  readonly intake: Intake
  readonly bytes: Uint8Array
}

async function look(
  engine: CaptureDependencies['engine'],
  { capture, intake, bytes }: Arrival,
): Promise<Look> {
  const step = capture.steps[capture.stepAt]
  if (step === undefined) throw new Fault('capture_exhausted', { detail: 'every step is satisfied already' })
  const { scoresLiveness } = capture
  const measurement = await engine.measure(bytes, { embedding: true, presentationAttack: scoresLiveness })
  if (measurement.outcome === 'overloaded') {
    // Nothing was measured: the same number may be sent again.
    throw new Fault('engine_busy', { retryAfterSeconds: measurement.retryAfterSeconds })
  }
  intake.nextSequence += 1
  if (measurement.outcome === 'unreadable') throw new Fault('frame_unreadable', { detail: measurement.fault })
  if (measurement.outcome === 'failed') return { outcome: 'not_yet', hint: 'frame_lost' }
  // A camera never gives the same bytes twice: of the frames that a step counts, each counts once.
  if (capture.looks.length === 0) intake.digests.clear()
  const digest = createHash('sha256').update(bytes).digest('base64url')
  if (intake.digests.has(digest)) return { outcome: 'not_yet', hint: 'frame_lost' }
  intake.digests.add(digest)
  return weighFrame(capture, step, measurement)
}

function weighFrame(
  capture: Capture,
  step: ChallengeStep,
  measurement: Extract<Measurement, { outcome: 'measured' }>,
): Look {
  const seen = observe(measurement)
  const answer = weigh(step, capture.progress, seen)
  if (answer.outcome === 'not_yet' || measurement.embedding === undefined) {
    capture.progress = { goodFrames: 0 }
    capture.looks = []
    capture.livenessScores = []
    return { outcome: 'not_yet', hint: answer.outcome === 'not_yet' ? answer.hint : 'frame_lost' }
  }
  capture.looks.push(measurement.embedding)
  if (capture.scoresLiveness) capture.livenessScores.push(measurement.livenessScore ?? NaN)
  capture.progress = { goodFrames: capture.progress.goodFrames + 1, previous: seen.place }
  if (answer.outcome === 'good') return { outcome: 'good' }
  const { looks, livenessScores } = capture
  capture.looks = []
  capture.livenessScores = []
  capture.progress = { goodFrames: 0 }
  capture.stepAt += 1
  return { outcome: 'satisfied', step, looks, livenessScores }
}

function observe(measurement: Extract<Measurement, { outcome: 'measured' }>): Observation {
  const { defects, face } = measurement
  if (face === undefined) return { defects }
  return { defects, pose: face.pose, place: placeOf(face, measurement.widthPx, measurement.heightPx) }
}

function placeOf(
  { box }: MeasuredFace,
  widthPx: number,
  heightPx: number,
): NonNullable<Observation['place']> {
  return {
    x: (box.x + box.width / 2) / widthPx,
    y: (box.y + box.height / 2) / heightPx,
    width: box.width / widthPx,
  }
}
