/** One face attempt from probe to verdict (ISO/IEC 19795-1: one-to-one verification after a claimed identity). */
import { bestScore } from '../face/comparison.ts'
import { Embedding } from '../face/embedding.ts'
import { decide, type Decision } from '../policy/decision.ts'
import { decideAdmission, faceLimits } from '../policy/lockout.ts'
import { weighLiveness } from '../policy/presentation-attack.ts'
import type { AttemptLedger, AttemptOutcome, SignInVerdict } from './attempts.ts'

export interface FaceSignInDependencies {
  readonly clock: () => Date
  readonly minScore: number
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
}

export interface FaceAttempt {
  readonly email: string
  /** Good frontal frames of one capture. */
  readonly looks: readonly Embedding[]
  /** Of the same frames; NaN for one that could not be scored. */
  readonly livenessScores: readonly number[]
  readonly clientId: string
  readonly address: string
}

export async function signInByFace(
  dependencies: FaceSignInDependencies,
  attempt: FaceAttempt,
): Promise<SignInVerdict> {
  const { attempts, clock, subjects } = dependencies
  const probe = Embedding.mean(attempt.looks)
  const identifierDigest = dependencies.digestIdentifier(attempt.email)
  const { attemptId, isAdmitted } = await attempts.begin(
    { identifierDigest, factor: 'face', clientId: attempt.clientId, address: attempt.address },
    (tally) => decideAdmission(tally, clock(), faceLimits),
  )
  const subject = await subjects.findByEmail(attempt.email)
  const score = await scoreOf(dependencies, probe, subject?.id)
  const liveness = weighLiveness(attempt.livenessScores, dependencies.minLiveness)
  const decision = decide({ score, liveness, isAdmitted }, { minScore: dependencies.minScore })
  await attempts.settle(attemptId, { outcome: outcomeOf(decision), subjectId: subject?.id, score })
  if (decision.outcome !== 'accept' || subject === undefined) return { outcome: 'refuse' }
  await dependencies.templates.touch(subject.id)
  return { outcome: 'accept', subjectId: subject.id }
}

/** Unknown and unenrolled people walk the same way: a gallery of decoys is opened and compared with, and its score dropped. */
async function scoreOf(
  { templates }: FaceSignInDependencies,
  probe: Embedding,
  subjectId: string | undefined,
): Promise<number | undefined> {
  const gallery = subjectId === undefined ? [] : await templates.openGallery(subjectId, probe.model)
  if (gallery.length > 0) return bestScore(probe, gallery)
  bestScore(probe, await templates.openDecoyGallery(probe.model))
  return undefined
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
