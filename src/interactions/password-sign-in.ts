/** One password attempt, and the hashing that a new password gets. */
import argon2 from 'argon2'
import { decideAdmission, passwordLimits } from '../policy/lockout.ts'
import type { AttemptLedger, SignInVerdict } from './attempts.ts'

/** OWASP's first choice for argon2id: 19 MiB, two passes, one lane. */
const hashing = { type: argon2.argon2id, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const

export interface PasswordSignInDependencies {
  readonly clock: () => Date
  readonly digestIdentifier: (email: string) => string
  readonly attempts: AttemptLedger
  readonly subjects: {
    findByEmail(email: string): Promise<{ readonly id: string; readonly passwordHash: string } | undefined>
    setPasswordHash(subjectId: string, passwordHash: string): Promise<void>
  }
  /** A hash of nobody’s password, so that an unknown address costs the same time as a known one. */
  readonly decoyHash: string
}

export interface PasswordAttempt {
  readonly email: string
  readonly password: string
  readonly clientId: string
  readonly address: string
  readonly browserDigest?: string | undefined
}

export function hashPassword(password: string): Promise<string> {
  return argon2.hash(password, hashing)
}

export async function signInByPassword(
  dependencies: PasswordSignInDependencies,
  attempt: PasswordAttempt,
): Promise<SignInVerdict> {
  const { attempts, clock, subjects } = dependencies
  const { attemptId, isAdmitted } = await attempts.begin(
    {
      identifierDigest: dependencies.digestIdentifier(attempt.email),
      factor: 'password',
      clientId: attempt.clientId,
      address: attempt.address,
      browserDigest: attempt.browserDigest,
    },
    (tally) => decideAdmission(tally, clock(), passwordLimits),
  )
  const subject = await subjects.findByEmail(attempt.email)
  const matches = await argon2.verify(subject?.passwordHash ?? dependencies.decoyHash, attempt.password)
  if (subject === undefined || !isAdmitted || !matches) {
    const outcome = isAdmitted ? 'no_match' : 'locked'
    await attempts.settle(attemptId, { outcome, subjectId: subject?.id })
    return { outcome: 'refuse' }
  }
  await attempts.settle(attemptId, { outcome: 'accept', subjectId: subject.id })
  if (argon2.needsRehash(subject.passwordHash, hashing)) {
    await subjects.setPasswordHash(subject.id, await hashPassword(attempt.password))
  }
  return { outcome: 'accept', subjectId: subject.id }
}
