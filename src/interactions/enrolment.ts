/** Guided samples → templates: which of them are taken, retaken and kept. Samples live in memory until the person says so. */
import { compare } from '../face/comparison.ts'
import { Embedding } from '../face/embedding.ts'
import { Fault } from '../errors.ts'
import { enrolmentSteps, furtherFrontalStep, type PoseName } from '../policy/challenge.ts'
import { enrolmentRules, judgeSample } from '../policy/enrolment.ts'
import type { CaptureDesk } from './capture.ts'
import type { Capture, SatisfiedStep } from './take.ts'

/** Looking, reviewing and retaking together; the samples of a visit longer than this are dropped. */
const enrolmentWish = {
  steps: enrolmentSteps,
  ttlSeconds: 300,
  /** As many as five a second in that time. */
  mostFrames: 1500,
} as const

export interface Sample {
  readonly index: number
  readonly pose: PoseName
  readonly embedding: Embedding
}

interface Visit {
  readonly subjectId: string
  readonly browser: string | undefined
  readonly samples: Map<number, Sample>
  /** Index that the next sample gets: that of the one being retaken, or a new one. */
  retaking: number | undefined
  nextIndex: number
}

export type EnrolmentMove =
  | {
      readonly outcome: 'look'
      readonly capture: Capture
      readonly hint?: string
      readonly sampleTaken?: number
    }
  | {
      readonly outcome: 'review'
      readonly capture: Capture
      readonly samples: readonly Sample[]
      readonly sampleTaken?: number
    }

export interface EnrolmentDependencies {
  readonly desk: CaptureDesk
  readonly minScore: number
  readonly templates: {
    replaceAll(
      subjectId: string,
      samples: readonly { readonly embedding: Embedding; readonly pose: string }[],
      enrolledOn?: string,
    ): Promise<unknown>
  }
}

export interface EnrolmentDesk {
  /** @param browser in words that its owner knows again */
  start(binding: string, subjectId: string, browser?: string): Capture
  /** @throws {Fault} as `CaptureDesk.receive` */
  receive(frame: Parameters<CaptureDesk['receive']>[0]): Promise<EnrolmentMove>
  /** @throws {Fault} capture_not_found | form_invalid where the step in hand cannot be skipped */
  skip(captureId: string, binding: string): EnrolmentMove
  retake(captureId: string, binding: string, index: number): EnrolmentMove
  /** Makes the samples the subject’s templates, in place of any before. @throws {Fault} enrolment_incomplete */
  confirm(captureId: string, binding: string): Promise<{ readonly subjectId: string }>
}

export function createEnrolmentDesk(dependencies: EnrolmentDependencies): EnrolmentDesk {
  const { desk, minScore, templates } = dependencies
  // Keyed by the capture object itself: when the desk lets go of a capture, its samples go with it.
  const visits = new WeakMap<Capture, Visit>()

  const open = (captureId: string, binding: string): { capture: Capture; visit: Visit } => {
    const capture = desk.find(captureId, binding)
    const visit = visits.get(capture)
    if (visit === undefined) throw new Fault('capture_not_found', { detail: 'not an enrolment' })
    return { capture, visit }
  }

  return {
    start: (binding, subjectId, browser) => {
      const capture = desk.issue({ binding, ...enrolmentWish })
      visits.set(capture, newVisit(subjectId, browser))
      return capture
    },
    receive: async (frame) => {
      const { capture, visit } = open(frame.captureId, frame.binding)
      const { look } = await desk.receive(frame)
      return look.outcome === 'satisfied'
        ? takeSample({ capture, visit, minScore }, look)
        : { outcome: 'look', capture, ...(look.outcome === 'not_yet' ? { hint: look.hint } : {}) }
    },
    skip: (captureId, binding) => {
      const { capture, visit } = open(captureId, binding)
      if (capture.steps[capture.stepAt]?.canSkip !== true) {
        throw new Fault('form_invalid', { detail: 'this step cannot be skipped' })
      }
      restart(capture, capture.stepAt + 1)
      visit.retaking = undefined
      return proceed(capture, visit)
    },
    retake: (captureId, binding, index) => {
      const { capture, visit } = open(captureId, binding)
      const sample = visit.samples.get(index)
      if (sample === undefined) throw new Fault('form_invalid', { detail: 'there is no such sample' })
      askAgain(capture, visit, sample)
      return { outcome: 'look', capture }
    },
    confirm: async (captureId, binding) => {
      const { capture, visit } = open(captureId, binding)
      if (visit.samples.size < enrolmentRules.leastSamples) throw new Fault('enrolment_incomplete')
      // Ended before the first await, so that a second confirmation finds nothing to save.
      desk.end(capture.id)
      await templates.replaceAll(visit.subjectId, inOrder(visit), visit.browser)
      return { subjectId: visit.subjectId }
    },
  }
}

function newVisit(subjectId: string, browser: string | undefined): Visit {
  return { subjectId, browser, samples: new Map(), retaking: undefined, nextIndex: 0 }
}

function askAgain(capture: Capture, visit: Visit, { index, pose }: Sample): void {
  visit.samples.delete(index)
  visit.retaking = index
  capture.steps = [...capture.steps, { pose, goodFrames: 1, canSkip: pose !== 'front', isMarked: false }]
  restart(capture, capture.steps.length - 1)
}

interface Table {
  readonly capture: Capture
  readonly visit: Visit
  readonly minScore: number
}

function takeSample({ capture, visit, minScore }: Table, { step, frames }: SatisfiedStep): EnrolmentMove {
  const embedding = Embedding.mean(frames.map((frame) => frame.embedding))
  const scores = inOrder(visit).map((sample) => compare(embedding, sample.embedding))
  const verdict = judgeSample(scores, minScore)
  if (verdict.outcome === 'leave') {
    restart(capture, capture.stepAt - 1)
    return { outcome: 'look', capture, hint: verdict.hint }
  }
  const index = visit.retaking ?? visit.nextIndex
  if (visit.retaking === undefined) visit.nextIndex += 1
  visit.retaking = undefined
  visit.samples.set(index, { index, pose: step.pose, embedding })
  return { ...proceed(capture, visit), sampleTaken: index }
}

function proceed(capture: Capture, visit: Visit): EnrolmentMove {
  if (capture.stepAt < capture.steps.length) return { outcome: 'look', capture }
  if (visit.samples.size >= enrolmentRules.leastSamples) {
    return { outcome: 'review', capture, samples: inOrder(visit) }
  }
  capture.steps = [...capture.steps, furtherFrontalStep]
  return { outcome: 'look', capture }
}

function inOrder(visit: Visit): Sample[] {
  return [...visit.samples.values()].sort((one, other) => one.index - other.index)
}

function restart(capture: Capture, stepAt: number): void {
  capture.stepAt = stepAt
  capture.progress = { goodFrames: 0, frontal: capture.progress.frontal }
  capture.looks = []
}
