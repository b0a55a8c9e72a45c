/** Issues one-time capture challenges, and receives their frames in order, in time and in bounds. Frames are never kept: what was measured of them is. */
import { randomBytes } from 'node:crypto'
import type { FaceEngine } from '../face/engine.ts'
import { Fault, type FaultCode } from '../errors.ts'
import type { ChallengeStep } from '../policy/challenge.ts'
import { mostOpenCaptures, namesIn, type CaptureShelf } from './capture-shelf.ts'
import { isComplete, newCourse, type Capture, type EnrolmentVisit, type PageReport } from './capture-state.ts'
import { digestOfFrames, type DeviceClaim } from './device-key.ts'
import { lookAt, type Seen } from './frame.ts'
import { isBusy, newIntake, takeAllowance } from './intake.ts'
import { pickFrames, takeOf, type KeyFrame, type Look, type Take } from './take.ts'

export const captureLimits = {
  framesPerSecond: 5,
  /** Frames that may come early: networks bunch them. */
  burst: 4,
  /** Of a sign-in; an enrolment has as many for each of its poses. */
  mostFrames: 60,
  mostFrameBytes: 100 * 1024,
  /** Frames of one capture that count or have counted: an enrolment takes ten, and thirty where much is taken again. */
  mostKept: 300,
  mostOpen: mostOpenCaptures,
} as const

export interface CaptureDependencies {
  readonly engine: Pick<FaceEngine, 'measure'>
  readonly clock: () => Date
  readonly shelf: CaptureShelf
}

export interface CaptureWish {
  readonly binding: string
  readonly steps: readonly ChallengeStep[]
  readonly ttlSeconds: number
  readonly mostFrames: number
  /** Whether the frames are measured for presentation attacks too; it costs as much again. */
  readonly scoresLiveness?: boolean
  readonly page?: PageReport
  /** Of a device that will sign the frames when all steps are satisfied. */
  readonly device?: DeviceClaim | undefined
  readonly enrolment?: EnrolmentVisit
}

export interface ReceivedFrame {
  readonly captureId: string
  readonly binding: string
  readonly sequence: number
  readonly bytes: Uint8Array
}

export interface Received {
  readonly capture: Capture
  readonly look: Look
  /** @throws {TypeError} where one of them is not there */
  readonly framesOf: FramesOf
}

type FramesOf = (names: readonly string[]) => Promise<readonly KeyFrame[]>

export interface FinishedCapture {
  readonly claim: DeviceClaim
  readonly captureId: string
  readonly expiresAt: Date
  readonly framesDigest: string
  readonly take: Take
}

export interface CaptureDesk {
  /** Ends any capture of the same binding: a person has one camera visit at a time. @throws {Fault} engine_busy */
  issue(wish: CaptureWish): Promise<Capture>
  /** @throws {Fault} capture_not_found | capture_expired */
  find(captureId: string, binding: string): Promise<Capture>
  /**
   * @param settle what the look changes in the capture besides; written down with it, or not at all
   * @throws {Fault} capture_… | frame_unreadable | engine_busy
   */
  receive<T>(frame: ReceivedFrame, settle: (received: Received) => T | Promise<T>): Promise<T>
  /** Changes a capture between two frames. @throws {Fault} capture_not_found | capture_expired | capture_out_of_order */
  change<T>(
    capture: Pick<ReceivedFrame, 'captureId' | 'binding'>,
    work: (capture: Capture) => T | Promise<T>,
  ): Promise<T>
  /** The frames of these names. @throws {TypeError} where one of them is not there */
  readonly framesOf: (capture: Capture, names: readonly string[]) => Promise<readonly KeyFrame[]>
  /** Ends it, for a verdict. To exactly one caller: the same frames never get a second one. @throws {Fault} capture_not_found */
  spend(capture: Capture): Promise<void>
  /** As `spend`, where every step is satisfied. */
  spendTake(capture: Capture): Promise<Take>
  /** As `spend`, of a capture that a device began. @throws {Fault} capture_not_found | capture_expired | capture_out_of_order */
  finish(captureId: string, binding: string): Promise<FinishedCapture>
  /** Drops what has expired, and tells how many are open still, of those that this process has issued. */
  purge(): number
}

export function createCaptureDesk(dependencies: CaptureDependencies): CaptureDesk {
  const { clock, shelf } = dependencies
  const spend = async (capture: Capture): Promise<void> => {
    if (!(await shelf.spend(capture))) throw new Fault('capture_not_found')
  }
  return {
    issue: async (wish) => {
      const capture = newCapture(wish, clock())
      await shelf.add(capture)
      return capture
    },
    find: (captureId, binding) => lookUp(dependencies, captureId, binding),
    framesOf: async (capture, names) => pickFrames(await shelf.framesOf(capture), names),
    spend,
    spendTake: async (capture) => {
      const take = takeOf(capture.course, await shelf.framesOf(capture))
      await spend(capture)
      return take
    },
    purge: () => shelf.purge(),
    change: async ({ captureId, binding }, work) => {
      const capture = await lookUp(dependencies, captureId, binding)
      if (isBusy(capture.intake, clock())) throw busy()
      const done = await work(capture)
      if (!(await shelf.save(capture))) throw busy()
      return done
    },
    receive: (frame, settle) => receive(dependencies, frame, settle),
    finish: async (captureId, binding) => {
      const capture = await shelf.find(binding)
      if (capture?.id !== captureId || capture.device === undefined) throw new Fault('capture_not_found')
      const kept = await shelf.framesOf(capture)
      await spend(capture)
      if (!(clock() < capture.expiresAt)) throw new Fault('capture_expired')
      if (!isComplete(capture)) throw new Fault('capture_out_of_order')
      const { claim, frameDigests } = capture.device
      return {
        claim,
        captureId,
        expiresAt: capture.expiresAt,
        framesDigest: digestOfFrames(frameDigests),
        take: takeOf(capture.course, kept),
      }
    },
  }
}

async function lookUp(
  { clock, shelf }: CaptureDependencies,
  captureId: string,
  binding: string,
): Promise<Capture> {
  const capture = await shelf.find(binding)
  // Someone else's capture and none at all leave by one door.
  if (capture?.id !== captureId) throw new Fault('capture_not_found')
  if (clock() < capture.expiresAt) return capture
  await shelf.drop(capture)
  throw new Fault('capture_expired')
}

/** Another has the capture in hand; it goes on there, and this request may come again. */
function busy(): Fault {
  return new Fault('engine_busy', { detail: 'two at once', retryAfterSeconds: 1 })
}

async function receive<T>(
  dependencies: CaptureDependencies,
  { captureId, binding, sequence, bytes }: ReceivedFrame,
  settle: (received: Received) => T | Promise<T>,
): Promise<T> {
  const { clock, shelf } = dependencies
  const capture = await lookUp(dependencies, captureId, binding)
  const { intake } = capture
  if (sequence !== intake.nextSequence) await end(shelf, capture, 'capture_out_of_order')
  if (isBusy(intake, clock())) throw busy()
  if (sequence >= intake.mostFrames || intake.kept >= captureLimits.mostKept)
    await end(shelf, capture, 'capture_exhausted')
  takeAllowance(intake, clock(), captureLimits)
  // Held before it is measured, so that of two frames at once, on whichever nodes, one alone is.
  intake.busyUntil = clock().getTime() + shelf.holdMs
  if (!(await shelf.save(capture))) throw busy()
  const { look, kept } = await measure(dependencies, capture, bytes)
  const fresh = kept === undefined ? [] : [kept]
  const framesOf: FramesOf = async (names) => {
    const known = new Map(fresh.map(({ name, frame }) => [name, frame]))
    if (names.every((name) => known.has(name))) return pickFrames(known, names)
    return pickFrames(new Map([...(await shelf.framesOf(capture)), ...known]), names)
  }
  const done = await settledOrEnded(shelf, capture, () => settle({ capture, look, framesOf }))
  const counted = fresh.filter(({ name }) => namesIn(capture).includes(name))
  intake.kept += counted.length
  intake.busyUntil = 0
  // Too late, or ended meanwhile: what was seen does not count.
  if (!(await shelf.save(capture, counted[0]))) throw new Fault('capture_not_found')
  return done
}

/** Half of what was to be changed may be: nobody goes on with that, nor waits for a node that has given up. */
async function settledOrEnded<T>(
  shelf: CaptureShelf,
  capture: Capture,
  settle: () => T | Promise<T>,
): Promise<T> {
  try {
    return await settle()
  } catch (error) {
    await shelf.drop(capture)
    throw error
  }
}

async function end(shelf: CaptureShelf, capture: Capture, code: FaultCode): Promise<never> {
  await shelf.drop(capture)
  throw new Fault(code)
}

/** Whatever comes of the frame, the next may be measured. */
async function measure(
  { engine, clock, shelf }: CaptureDependencies,
  capture: Capture,
  bytes: Uint8Array,
): Promise<Seen> {
  try {
    return await lookAt(engine, { capture, bytes, now: clock() })
  } catch (error) {
    capture.intake.busyUntil = 0
    await shelf.save(capture)
    throw error
  }
}

function newCapture(wish: CaptureWish, now: Date): Capture {
  const { binding, steps, ttlSeconds, scoresLiveness = false, page, device, enrolment } = wish
  return {
    id: randomBytes(24).toString('base64url'),
    binding,
    expiresAt: new Date(now.getTime() + ttlSeconds * 1000),
    scoresLiveness,
    steps,
    stepAt: 0,
    progress: { goodFrames: 0 },
    looks: [],
    course: newCourse(page),
    intake: newIntake(now, { mostFrames: wish.mostFrames, burst: captureLimits.burst }),
    device: device && { claim: device, frameDigests: [] },
    enrolment,
  }
}
