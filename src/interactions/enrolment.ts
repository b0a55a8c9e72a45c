/** Guided samples → templates: which of them are taken, retaken and kept. Samples belong to the capture until the person says so. */
import { compare } from '../face/comparison.ts'
import { Embedding } from '../face/embedding.ts'
import { Fault } from '../errors.ts'
import { enrolmentSteps, furtherFrontalStep } from '../policy/challenge.ts'
import { enrolmentRules, judgeSample } from '../policy/enrolment.ts'
import type { CaptureDesk, Received, ReceivedFrame } from './capture.ts'
import type { Capture, EnrolmentVisit, KeptSample, KeptStep } from './capture-state.ts'

/** Looking, reviewing and retaking together; the samples of a visit longer than this are dropped. */
const enrolmentWish = {
  steps: enrolmentSteps,
  ttlSeconds: 300,
  /** As many as five a second in that time. */
  mostFrames: 1500,
} as const

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
      readonly samples: readonly KeptSample[]
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
  start(binding: string, subjectId: string, browser?: string): Promise<Capture>
  /** @throws {Fault} as `CaptureDesk.receive` */
  receive(frame: ReceivedFrame): Promise<EnrolmentMove>
  /** @throws {Fault} capture_not_found | form_invalid where the step in hand cannot be skipped */
  skip(captureId: string, binding: string): Promise<EnrolmentMove>
  /** @throws {Fault} capture_not_found | form_invalid where there is no such sample */
  retake(captureId: string, binding: string, index: number): Promise<EnrolmentMove>
  /** Makes the samples the subject’s templates, in place of any before. @throws {Fault} enrolment_incomplete */
  confirm(captureId: string, binding: string): Promise<{ readonly subjectId: string }>
}

export function createEnrolmentDesk({ desk, minScore, templates }: EnrolmentDependencies): EnrolmentDesk {
  return {
    start: (binding, subjectId, browser) =>
      desk.issue({ binding, ...enrolmentWish, enrolment: newVisit(subjectId, browser) }),
    receive: (frame) =>
      desk.receive(frame, (received) => {
        const { capture, look } = received
        const visit = visitOf(capture)
        if (look.outcome === 'satisfied') return takeSample({ received, visit, minScore }, look)
        return { outcome: 'look', capture, ...(look.outcome === 'not_yet' ? { hint: look.hint } : {}) }
      }),
    skip: (captureId, binding) =>
      desk.change({ captureId, binding }, (capture) => {
        const visit = visitOf(capture)
        if (capture.steps[capture.stepAt]?.canSkip !== true) {
          throw new Fault('form_invalid', { detail: 'this step cannot be skipped' })
        }
        restart(capture, capture.stepAt + 1)
        visit.retaking = undefined
        return proceed(capture, visit)
      }),
    retake: (captureId, binding, index) =>
      desk.change({ captureId, binding }, (capture) => {
        const visit = visitOf(capture)
        const sample = visit.samples.find((each) => each.index === index)
        if (sample === undefined) throw new Fault('form_invalid', { detail: 'there is no such sample' })
        askAgain(capture, visit, sample)
        return { outcome: 'look', capture }
      }),
    confirm: async (captureId, binding) => {
      const capture = await desk.find(captureId, binding)
      const visit = visitOf(capture)
      if (visit.samples.length < enrolmentRules.leastSamples) throw new Fault('enrolment_incomplete')
      const embeddingOf = await embeddingsOf(visit.samples, (names) => desk.framesOf(capture, names))
      const samples = visit.samples.map((each) => ({ pose: each.pose, embedding: embeddingOf(each) }))
      // Ended before it is saved, so that a second confirmation finds nothing to save.
      await desk.spend(capture)
      await templates.replaceAll(visit.subjectId, samples, visit.browser)
      return { subjectId: visit.subjectId }
    },
  }
}

function newVisit(subjectId: string, browser: string | undefined): EnrolmentVisit {
  return { subjectId, browser, samples: [], retaking: undefined, nextIndex: 0 }
}

function visitOf({ enrolment }: Capture): EnrolmentVisit {
  if (enrolment === undefined) throw new Fault('capture_not_found', { detail: 'not an enrolment' })
  return enrolment
}

function askAgain(capture: Capture, visit: EnrolmentVisit, { index, pose }: KeptSample): void {
  visit.samples = visit.samples.filter((each) => each.index !== index)
  visit.retaking = index
  capture.steps = [...capture.steps, { pose, goodFrames: 1, canSkip: pose !== 'front', isMarked: false }]
  restart(capture, capture.steps.length - 1)
}

interface Table {
  readonly received: Received
  readonly visit: EnrolmentVisit
  readonly minScore: number
}

async function takeSample(
  { received: { capture, framesOf }, visit, minScore }: Table,
  { step, frames }: KeptStep,
): Promise<EnrolmentMove> {
  // Samples hold what is kept of a step; its place in a take proves nothing here.
  capture.course.satisfied.splice(0)
  const index = visit.retaking ?? visit.nextIndex
  const taken: KeptSample = { index, pose: step.pose, frames }
  const embeddingOf = await embeddingsOf([...visit.samples, taken], framesOf)
  const scores = visit.samples.map((sample) => compare(embeddingOf(taken), embeddingOf(sample)))
  const verdict = judgeSample(scores, minScore)
  if (verdict.outcome === 'leave') {
    restart(capture, capture.stepAt - 1)
    return { outcome: 'look', capture, hint: verdict.hint }
  }
  if (visit.retaking === undefined) visit.nextIndex += 1
  visit.retaking = undefined
  visit.samples = [...visit.samples, taken].sort((one, other) => one.index - other.index)
  return { ...proceed(capture, visit), sampleTaken: index }
}

/** Each sample is the mean of its frames, less noisy than any of them. */
async function embeddingsOf(
  samples: readonly KeptSample[],
  framesOf: Received['framesOf'],
): Promise<(sample: KeptSample) => Embedding> {
  const names = samples.flatMap(({ frames }) => frames)
  const frames = await framesOf(names)
  const known = new Map(names.map((name, at) => [name, frames[at]?.embedding]))
  return (sample) =>
    Embedding.mean(sample.frames.map((name) => known.get(name)).filter((each) => each !== undefined))
}

function proceed(capture: Capture, visit: EnrolmentVisit): EnrolmentMove {
  if (capture.stepAt < capture.steps.length) return { outcome: 'look', capture }
  if (visit.samples.length >= enrolmentRules.leastSamples) {
    return { outcome: 'review', capture, samples: visit.samples }
  }
  capture.steps = [...capture.steps, furtherFrontalStep]
  return { outcome: 'look', capture }
}

function restart(capture: Capture, stepAt: number): void {
  capture.stepAt = stepAt
  capture.progress = { goodFrames: 0, frontal: capture.progress.frontal }
  capture.looks = []
}
