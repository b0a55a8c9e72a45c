/** Issues one-time capture challenges, and receives their frames in order, in time and in bounds. Frames live in memory only. */
import { randomBytes } from 'node:crypto'
import type { FaceEngine } from '../face/engine.ts'
import { Fault } from '../errors.ts'
import type { ChallengeStep } from '../policy/challenge.ts'
import { lookAt, type Intake } from './frame.ts'
import { newTake, type Capture, type Look, type PageReport } from './take.ts'

export const captureLimits = {
  framesPerSecond: 5,
  /** Frames that may come early: networks bunch them. */
  burst: 4,
  /** Of a sign-in; an enrolment has as many for each of its poses. */
  mostFrames: 60,
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
  readonly mostFrames: number
  /** Whether the frames are measured for presentation attacks too; it costs as much again. */
  readonly scoresLiveness?: boolean
  readonly page?: PageReport
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
      open.set(capture.id, { capture, intake: newIntake(now, wish.mostFrames) })
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
      if (sequence >= intake.mostFrames) end(new Fault('capture_exhausted'))
      takeAllowance(intake, clock())
      intake.isBusy = true
      try {
        return { capture, look: await lookAt(engine, { capture, intake, bytes, now: clock() }) }
      } finally {
        intake.isBusy = false
      }
    },
  }
}

function newCapture(wish: CaptureWish, now: Date): Capture {
  const { binding, steps, ttlSeconds, scoresLiveness = false, page } = wish
  const id = randomBytes(24).toString('base64url')
  const expiresAt = new Date(now.getTime() + ttlSeconds * 1000)
  const nothingYet = { stepAt: 0, progress: { goodFrames: 0 }, looks: [], take: newTake(page) }
  return { id, binding, expiresAt, scoresLiveness, steps, ...nothingYet }
}

function newIntake(now: Date, mostFrames: number): Intake {
  const allowance = captureLimits.burst
  return {
    mostFrames,
    nextSequence: 0,
    isBusy: false,
    digests: new Set(),
    allowance,
    refilledAt: now.getTime(),
  }
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
