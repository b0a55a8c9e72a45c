/** What is known of a capture → bytes and back; whatever another has written there is refused. */
import { z } from 'zod'
import { cameraWordsShape } from './camera-report.ts'
import type { Capture } from './capture-state.ts'
import { deviceClaimShape } from './device-key.ts'

/** JSON knows no NaN, and 0 for -0; the policy does. */
const oddNumbers = ['NaN', 'Infinity', '-Infinity', '-0'] as const
const number = z.union([z.number(), z.enum(oddNumbers).transform(Number)])
const count = z.int().nonnegative()
const name = z.string().min(1).max(64)
const digest = z.string().regex(/^[A-Za-z0-9_-]{43}$/)

const poseNames = ['front', 'left', 'right', 'up', 'down', 'closer'] as const
const lightNames = ['rose', 'green', 'blue', 'white'] as const

const step = z.object({
  pose: z.enum(poseNames),
  goodFrames: number,
  canSkip: z.boolean(),
  isMarked: z.boolean(),
  light: z.enum(lightNames).exactOptional(),
})
const place = z.object({ x: number, y: number, width: number })
const pose = z.object({ yaw: number, pitch: number })

const course = z.object({
  camera: z.discriminatedUnion('outcome', [
    z.object({ outcome: z.literal('absent') }),
    z.object({ outcome: z.literal('malformed') }),
    z.object({ outcome: z.literal('given'), ...cameraWordsShape }),
  ]),
  hasDeclinedFlash: z.boolean(),
  arrivals: z.array(number),
  satisfied: z.array(z.object({ step, frames: z.array(name) })),
  previous: z
    .object({ place, backdrop: z.base64().transform((text) => Uint8Array.from(Buffer.from(text, 'base64'))) })
    .optional(),
  mostWander: number,
  mostBackdropChange: number,
  facelessFrames: number,
  startedAt: number.optional(),
  endedAt: number,
})

const intake = z.object({
  mostFrames: count,
  nextSequence: count,
  busyUntil: number,
  digests: z.array(digest).transform((all) => new Set(all)),
  allowance: number,
  refilledAt: number,
  kept: count,
})

const enrolment = z.object({
  subjectId: z.string().min(1),
  browser: z.string().optional(),
  samples: z.array(z.object({ index: count, pose: z.enum(poseNames), frames: z.array(name).min(1) })),
  retaking: count.optional(),
  nextIndex: count,
})

const captureShape = z.object({
  id: z.string().min(1),
  binding: z.string().min(1),
  expiresAt: z.number().transform((at) => new Date(at)),
  scoresLiveness: z.boolean(),
  steps: z.array(step).min(1),
  stepAt: count,
  progress: z.object({
    goodFrames: number,
    previous: place.optional(),
    previousPose: pose.optional(),
    frontal: z.object({ ...pose.shape, width: number }).optional(),
    hasJumped: z.boolean().optional(),
  }),
  looks: z.array(name),
  course,
  intake,
  device: z.object({ claim: deviceClaimShape, frameDigests: z.array(digest) }).optional(),
  enrolment: enrolment.optional(),
})

/** Of this layout; another is refused. */
const shape = z.object({ layout: z.literal(1), capture: captureShape })

export function encodeCapture(capture: Capture): Uint8Array {
  const { course: taken, intake: frames } = capture
  const { previous } = taken
  const backdrop = previous && Buffer.from(previous.backdrop).toString('base64')
  const written = {
    ...capture,
    expiresAt: capture.expiresAt.getTime(),
    course: { ...taken, previous: previous && { ...previous, backdrop } },
    intake: { ...frames, digests: [...frames.digests] },
  }
  return Buffer.from(
    JSON.stringify({ layout: 1, capture: written }, (_, value: unknown) =>
      isOdd(value) ? nameOf(value) : value,
    ),
  )
}

/** @throws {Error} for whatever `encodeCapture` has not made */
export function decodeCapture(bytes: Uint8Array): Capture {
  const given: unknown = JSON.parse(Buffer.from(bytes).toString())
  const { capture: read } = shape.parse(given)
  const { course: taken, enrolment: visit } = read
  return {
    ...read,
    course: { ...taken, previous: taken.previous, startedAt: taken.startedAt },
    device: read.device,
    enrolment: visit && { ...visit, browser: visit.browser, retaking: visit.retaking },
  }
}

function isOdd(value: unknown): value is number {
  return typeof value === 'number' && (!Number.isFinite(value) || Object.is(value, -0))
}

function nameOf(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}
