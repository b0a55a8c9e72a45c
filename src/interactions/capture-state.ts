/** What is known of one capture from frame to frame: small enough to be written down at each, and without any frame. */
import type { CameraReport } from '../policy/camera-signals.ts'
import type { ChallengeStep, Place, PoseName, StepProgress } from '../policy/challenge.ts'
import type { DeviceClaim } from './device-key.ts'

/** How frames of a capture may come. */
export interface Intake {
  readonly mostFrames: number
  nextSequence: number
  /** Until when a frame is being measured, in milliseconds of the server’s clock; 0 where none is. */
  busyUntil: number
  /** Of the good frames of the step in hand. */
  readonly digests: Set<string>
  /** Frames that may still come now; refilled by the clock. */
  allowance: number
  refilledAt: number
  /** Frames that were kept so far, also those that no longer count. */
  kept: number
}

/** A step that is satisfied, and the names of the kept frames that satisfied it. */
export interface KeptStep {
  readonly step: ChallengeStep
  readonly frames: readonly string[]
}

/** What links one frame to the next; of every frame with one face, counted or not. */
export interface Link {
  readonly place: Place
  readonly backdrop: Uint8Array
}

/** One take of a challenge so far. */
export interface Course {
  /** What the page said of its camera: for the record of the attempt alone. */
  readonly camera: CameraReport
  /** Coloured light was asked for and could not be shown; another factor stands in. */
  readonly hasDeclinedFlash: boolean
  /** Milliseconds of the server’s clock at each frame. */
  readonly arrivals: number[]
  readonly satisfied: KeptStep[]
  previous: Link | undefined
  mostWander: number
  mostBackdropChange: number
  facelessFrames: number
  /** Milliseconds of the server’s clock at the first frame that counted. */
  startedAt: number | undefined
  endedAt: number
}

/** Of a capture that a device has begun: its claim, and SHA-256 of each frame that the server took, base64url. */
export interface DevicePart {
  readonly claim: DeviceClaim
  readonly frameDigests: string[]
}

/** A sample is the mean of the frames that it names. */
export interface KeptSample {
  readonly index: number
  readonly pose: PoseName
  readonly frames: readonly string[]
}

/** Of a capture that enrols. */
export interface EnrolmentVisit {
  readonly subjectId: string
  readonly browser: string | undefined
  samples: readonly KeptSample[]
  /** Index that the next sample gets: that of the one being retaken, or a new one. */
  retaking: number | undefined
  nextIndex: number
}

/** One visit of the camera. Mutable, and handed out only by the desk that issued it. */
export interface Capture {
  readonly id: string
  /** What the capture belongs to: one interaction or one session of one browser. Nobody else finds it. */
  readonly binding: string
  readonly expiresAt: Date
  readonly scoresLiveness: boolean
  steps: readonly ChallengeStep[]
  stepAt: number
  progress: StepProgress
  /** Names of the good frames of the step in hand. */
  looks: readonly string[]
  readonly course: Course
  readonly intake: Intake
  readonly device: DevicePart | undefined
  readonly enrolment: EnrolmentVisit | undefined
}

export interface PageReport {
  readonly camera: CameraReport
  readonly hasDeclinedFlash: boolean
}

export function newCourse(
  page: PageReport = { camera: { outcome: 'absent' }, hasDeclinedFlash: false },
): Course {
  return {
    ...page,
    arrivals: [],
    satisfied: [],
    previous: undefined,
    mostWander: 0,
    mostBackdropChange: 0,
    facelessFrames: 0,
    startedAt: undefined,
    endedAt: NaN,
  }
}

export function isComplete({ course, steps }: Pick<Capture, 'course' | 'steps'>): boolean {
  return course.satisfied.length === steps.length
}
