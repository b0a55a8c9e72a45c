/** What the browser is told about a capture: the JSON of `/openapi.json`, `CaptureState`. Never a score. */
import { lights, type Colour } from '../policy/colour-flash.ts'
import { captureLimits } from './capture.ts'
import type { Capture } from './capture-state.ts'
import type { EnrolmentMove } from './enrolment.ts'
import { hintFor, instructionFor, type Hint } from './guidance.ts'
import type { Look } from './take.ts'

export type CaptureState =
  | {
      readonly state: 'look'
      readonly step: {
        readonly name: string
        readonly instruction: string
        readonly number: number
        readonly of: number
        readonly canSkip: boolean
        /** What the page fills the screen with meanwhile, as `#rrggbb`. */
        readonly light?: string
      }
      /** Share of the whole capture that is done, 0…1. */
      readonly progress: number
      readonly hint: Hint | null
      /** When the next frame is wanted, counted from this one. */
      readonly nextFrameMs: number
      readonly sampleTaken?: number
    }
  | {
      readonly state: 'review'
      readonly samples: readonly { readonly index: number; readonly name: string }[]
      readonly sampleTaken?: number
    }
  /** To a device that began the capture: its signature over so many frames is due. */
  | { readonly state: 'finish'; readonly frames: number }
  | { readonly state: 'done'; readonly location: string }
  | { readonly state: 'failed'; readonly message: string; readonly location: string }

export interface IssuedCapture {
  readonly framesUrl: string
  readonly frameIntervalMs: number
  readonly maxFrameBytes: number
  readonly expiresInSeconds: number
  readonly state: CaptureState
}

export function viewIssued(capture: Capture, captureUrl: string, now: Date): IssuedCapture {
  return {
    framesUrl: `${captureUrl}/${capture.id}`,
    frameIntervalMs: 1000 / captureLimits.framesPerSecond,
    maxFrameBytes: captureLimits.mostFrameBytes,
    expiresInSeconds: Math.floor((capture.expiresAt.getTime() - now.getTime()) / 1000),
    state: viewLook(capture),
  }
}

export function viewLook(capture: Capture, hint?: string): CaptureState {
  const step = capture.steps[Math.min(capture.stepAt, capture.steps.length - 1)]
  if (step === undefined) throw new TypeError('a capture has at least one step')
  const done = capture.stepAt + capture.progress.goodFrames / step.goodFrames
  return {
    state: 'look',
    step: {
      name: step.pose,
      instruction: instructionFor(step),
      number: capture.stepAt + 1,
      of: capture.steps.length,
      canSkip: step.canSkip,
      ...(step.light === undefined ? {} : { light: hexOf(lights[step.light]) }),
    },
    progress: Math.min(1, done / capture.steps.length),
    hint: hint === undefined ? null : hintFor(hint),
    nextFrameMs: isNewLight(capture) ? newLightMs : paceFor(hint),
  }
}

/** A camera takes a moment to see the light, and no light flickers: less than two changes a second (WCAG 2.2, 2.3.1). */
const newLightMs = 600

function isNewLight({ steps, stepAt, progress }: Capture): boolean {
  return steps[stepAt]?.light !== undefined && progress.goodFrames === 0
}

function hexOf({ red, green, blue }: Colour): string {
  return `#${[red, green, blue].map((channel) => channel.toString(16).padStart(2, '0')).join('')}`
}

/** Frames are few (60 to a sign-in): none is spent on an empty chair, and a turn is seen through its intermediate poses. */
function paceFor(hint: string | undefined): number {
  const fastest = 1000 / captureLimits.framesPerSecond
  if (hint === undefined) return fastest
  return hint.startsWith('pose_') ? fastest + 50 : 2 * fastest
}

/** @returns undefined where the look has completed the capture, and a verdict is due. */
export function viewSignInLook(capture: Capture, look: Look): CaptureState | undefined {
  if (look.outcome === 'not_yet') return viewLook(capture, look.hint)
  if (look.outcome === 'good') return viewLook(capture)
  return capture.stepAt < capture.steps.length ? viewLook(capture) : undefined
}

export function viewEnrolment(move: EnrolmentMove): CaptureState {
  const taken = move.sampleTaken === undefined ? {} : { sampleTaken: move.sampleTaken }
  if (move.outcome === 'look') return { ...viewLook(move.capture, move.hint), ...taken }
  const samples = move.samples.map(({ index, pose }) => ({ index, name: pose }))
  return { state: 'review', samples, ...taken }
}
