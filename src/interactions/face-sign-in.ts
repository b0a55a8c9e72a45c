/** One face attempt from probe to verdict (ISO/IEC 19795-1: one-to-one verification after a claimed identity). */
import { bestScore } from '../face/comparison.ts'
import type { Embedding } from '../face/embedding.ts'
import { findCameraSignals } from '../policy/camera-signals.ts'
import { judgeFlash, type FlashVerdict } from '../policy/colour-flash.ts'
import { decide, type Decision } from '../policy/decision.ts'
import { judgeLiveness, provesLiveness, type LivenessVerdict } from '../policy/liveness.ts'
import { decideAdmission, faceLimits, isLastBeforeOff } from '../policy/lockout.ts'
import { weighLiveness } from '../policy/presentation-attack.ts'
import { flashEvidenceOf, livenessScoresOf, probeOf, summariseTake, type Take } from './take.ts'
import type { AttemptLedger, AttemptOrigin, AttemptOutcome, SignInVerdict } from './attempts.ts'

export interface FaceSignInDependencies {
  readonly clock: () => Date
  readonly minScore: number
  /** Whether the house wants a challenge that can prove liveness; without it one steady look is enough. */
  readonly asksForTurns: boolean
  /** Captures that score lower are refused; absent where the networks that score them are. */
  readonly minLiveness?: number | undefined
  readonly digestIdentifier: (email: string) => string
  readonly attempts: AttemptLedger
  readonly subjects: { findByEmail(email: string): Promise<{ readonly id: string } | undefined> }
  readonly templates: {
    openGallery(subjectId: string, model: string): Promise<readonly Embedding[]>
    /** As many sealed templates that belong to nobody, opened at the same cost. */
    openDecoyGallery(model: string): Promise<readonly Embedding[]>
    touch(subjectId: string): Promise<void>
  }
  /** Does a piece of the work and looks at the clock; absent where nobody asks. */
  readonly watch?: (<T>(part: 'compare' | 'whole', work: () => Promise<T>) => Promise<T>) | undefined
}

/** What a capture has shown; who claims it, and from where, is known apart. */
export type FaceEvidence = Pick<FaceAttempt, 'take'>

export interface FaceAttempt {
  readonly email: string
  /** The whole challenge, every step of it satisfied. */
  readonly take: Take
  readonly clientId: string
  readonly address: string
  readonly browserDigest?: string | undefined
}

export function signInByFace(
  dependencies: FaceSignInDependencies,
  attempt: FaceAttempt,
): Promise<SignInVerdict> {
  return watched(dependencies, 'whole', () => judge(dependencies, attempt))
}

function watched<T>(
  { watch }: FaceSignInDependencies,
  part: 'compare' | 'whole',
  work: () => Promise<T>,
): Promise<T> {
  return watch === undefined ? work() : watch(part, work)
}

async function judge(dependencies: FaceSignInDependencies, attempt: FaceAttempt): Promise<SignInVerdict> {
  const { attempts, clock, subjects } = dependencies
  const probe = probeOf(attempt.take)
  const identifierDigest = dependencies.digestIdentifier(attempt.email)
  const run = { isLast: false }
  const { attemptId, isAdmitted } = await attempts.begin(
    { ...originOf(attempt), identifierDigest, factor: 'face' },
    (tally) => {
      run.isLast = isLastBeforeOff(tally, faceLimits)
      return decideAdmission(tally, clock(), faceLimits)
    },
  )
  const subject = await subjects.findByEmail(attempt.email)
  // The same work for everybody; what came of a comparison with decoys is dropped.
  const { gallery, isOwn, measured } = await watched(dependencies, 'compare', async () => {
    const opened = await openGalleryOf(dependencies, probe, subject?.id)
    return { ...opened, measured: bestScore(probe, opened.gallery) }
  })
  const challenge = judgeTake(dependencies, attempt.take, gallery)
  const liveness = weighLiveness(livenessScoresOf(attempt.take), dependencies.minLiveness)
  const flash = judgeFlash(flashEvidenceOf(attempt.take))
  const score = isOwn ? measured : undefined
  const evidence = { score, isAdmitted, challenge, liveness, flash }
  const decision = decide(evidence, { minScore: dependencies.minScore })
  await attempts.settle(attemptId, {
    outcome: outcomeOf(decision),
    subjectId: subject?.id,
    score,
    padScore: liveness.outcome === 'judged' ? liveness.score : undefined,
    signals: [
      ...findCameraSignals(attempt.take.camera, attempt.take.arrivals),
      ...flashSignals(attempt.take, flash),
    ],
  })
  if (decision.outcome !== 'accept' || subject === undefined) {
    const isOff = run.isLast && isAdmitted && subject !== undefined
    return { outcome: 'refuse', ...(isOff ? { switchedOff: subject.id } : {}) }
  }
  await dependencies.templates.touch(subject.id)
  return { outcome: 'accept', subjectId: subject.id }
}

function originOf({
  clientId,
  address,
  browserDigest,
}: FaceAttempt): Omit<AttemptOrigin, 'identifierDigest' | 'factor'> {
  return { clientId, address, browserDigest }
}

/** Unknown and unenrolled people walk the same way: a gallery of decoys is opened for them. */
async function openGalleryOf(
  { templates }: FaceSignInDependencies,
  probe: Embedding,
  subjectId: string | undefined,
): Promise<{ readonly gallery: readonly Embedding[]; readonly isOwn: boolean }> {
  const own = subjectId === undefined ? [] : await templates.openGallery(subjectId, probe.model)
  if (own.length > 0) return { gallery: own, isOwn: true }
  return { gallery: await templates.openDecoyGallery(probe.model), isOwn: false }
}

function judgeTake(
  { minScore, asksForTurns }: Pick<FaceSignInDependencies, 'minScore' | 'asksForTurns'>,
  take: Take,
  gallery: readonly Embedding[],
): LivenessVerdict {
  const asked = take.satisfied.map(({ step }) => step)
  const verdict = judgeLiveness(summariseTake(take, gallery), minScore)
  if (provesLiveness(asked)) return verdict
  // Where the house asks for a look alone, nothing could prove liveness; elsewhere such a take is of another capture.
  return asksForTurns ? { outcome: 'not_live', reason: 'not_asked' } : { outcome: 'live' }
}

function flashSignals({ hasDeclinedFlash }: Take, { outcome }: FlashVerdict): readonly string[] {
  if (outcome === 'unanswered') return ['colour_flash_unanswered']
  return hasDeclinedFlash ? ['colour_flash_declined'] : []
}

function outcomeOf(decision: Decision): AttemptOutcome['outcome'] {
  switch (decision.outcome) {
    case 'accept':
      return 'accept'
    case 'lock':
      return 'locked'
    case 'retry':
      return decision.reason
  }
}
