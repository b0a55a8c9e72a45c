/** A code sent to the verified address, as a way to sign in: the lowest there is, and never a second factor. */
import { decideAdmission, passwordLimits } from '../policy/lockout.ts'
import type { AttemptLedger, SignInVerdict } from './attempts.ts'
import { codeSeconds, readMailCode, type MailProofs } from './mail-proof.ts'

interface CodeSubject {
  readonly id: string
  readonly email: string
  readonly emailVerified: boolean
  /** The owner’s choice. */
  readonly takesEmailCodes: boolean
}

export interface MailCodeDependencies {
  /** The operator’s choice. */
  readonly isAllowed: boolean
  readonly clock: () => Date
  readonly digestIdentifier: (email: string) => string
  readonly attempts: AttemptLedger
  readonly subjects: {
    findByEmail(email: string): Promise<CodeSubject | undefined>
  }
  readonly proofs: Pick<MailProofs, 'issue' | 'spendCode'>
  readonly mails: {
    signInCode(mail: { readonly to: string; readonly code: string; readonly app: string }): void
  }
}

const purpose = 'sign_in'

export interface CodeWish {
  readonly email: string
  /** The visit: in another one the code is worth nothing. */
  readonly visit: string
  readonly app: string
}

/** A code is made for every address, and only the mail goes to those alone whose owners take one: time and traces are the same. */
export async function sendSignInCode(
  { subjects, proofs, mails, digestIdentifier }: MailCodeDependencies,
  { email, visit, app }: CodeWish,
): Promise<void> {
  const found = await subjects.findByEmail(email)
  const subject = found?.emailVerified === true && found.takesEmailCodes ? found : undefined
  const { code } = await proofs.issue({
    purpose,
    binding: visit,
    subjectId: subject?.id,
    emailDigest: digestIdentifier(email),
    codeSeconds,
    tokenSeconds: codeSeconds,
  })
  if (subject !== undefined) mails.signInCode({ to: subject.email, code, app })
}

export interface CodeAttempt {
  readonly email: string
  readonly code: string | undefined
  readonly visit: string
  readonly clientId: string
  readonly address: string
  readonly browserDigest?: string | undefined
}

export async function signInByMailCode(
  { attempts, clock, proofs, subjects, digestIdentifier }: MailCodeDependencies,
  { email, code, visit, clientId, address, browserDigest }: CodeAttempt,
): Promise<SignInVerdict> {
  const identifierDigest = digestIdentifier(email)
  const { attemptId, isAdmitted } = await attempts.begin(
    { identifierDigest, factor: 'email', clientId, address, browserDigest },
    (tally) => decideAdmission(tally, clock(), passwordLimits),
  )
  const proof = await proofs.spendCode({ purpose, binding: visit }, readMailCode(code))
  // The address of the visit may have been changed since the code was sent, and codes been switched off.
  const owner = await subjects.findByEmail(email)
  const isForThis = proof?.emailDigest === identifierDigest && owner?.takesEmailCodes === true
  if (proof?.subjectId === undefined || !isAdmitted || !isForThis) {
    await attempts.settle(attemptId, { outcome: isAdmitted ? 'no_match' : 'locked', subjectId: undefined })
    return { outcome: 'refuse' }
  }
  await attempts.settle(attemptId, { outcome: 'accept', subjectId: proof.subjectId })
  return { outcome: 'accept', subjectId: proof.subjectId }
}
