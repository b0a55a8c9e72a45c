/** Confirming the address of an account: a code and a link in one mail. */
import type { AccountEvents } from '../interactions/events.ts'
import { codeSeconds, readMailCode, type MailProofs, type Proof } from '../interactions/mail-proof.ts'

/** A link may be opened on another device, in the evening. */
const linkSeconds = 86_400
const purpose = 'verify'

export interface VerificationDependencies {
  readonly digestIdentifier: (email: string) => string
  readonly subjects: {
    findById(
      id: string,
    ): Promise<{ readonly id: string; readonly email: string; readonly emailVerified: boolean } | undefined>
    /** False where the subject has another address by now. */
    verifyEmail(id: string, email: string): Promise<boolean>
  }
  readonly proofs: MailProofs
  readonly mails: {
    verifyAddress(mail: { readonly to: string; readonly code: string; readonly token: string }): void
  }
  readonly events: AccountEvents
}

export async function askToVerify(
  {
    proofs,
    mails,
    digestIdentifier,
  }: Pick<VerificationDependencies, 'proofs' | 'mails' | 'digestIdentifier'>,
  { id, email }: { readonly id: string; readonly email: string },
): Promise<void> {
  const emailDigest = digestIdentifier(email)
  const wish = { purpose, binding: id, subjectId: id, emailDigest, codeSeconds, tokenSeconds: linkSeconds }
  mails.verifyAddress({ to: email, ...(await proofs.issue(wish)) })
}

/** @returns whether the address is confirmed now */
export async function verifyByCode(
  dependencies: VerificationDependencies,
  subjectId: string,
  code: string | undefined,
): Promise<boolean> {
  const proof = await dependencies.proofs.spendCode({ purpose, binding: subjectId }, readMailCode(code))
  return confirm(dependencies, proof)
}

export async function verifyByLink(dependencies: VerificationDependencies, token: string): Promise<boolean> {
  return confirm(dependencies, await dependencies.proofs.spendToken(purpose, token))
}

/** The proof is one of the address that it was sent to, not of one that came after. */
async function confirm(
  { subjects, digestIdentifier, events }: VerificationDependencies,
  proof: Proof | undefined,
): Promise<boolean> {
  const subject = proof?.subjectId === undefined ? undefined : await subjects.findById(proof.subjectId)
  if (subject === undefined || digestIdentifier(subject.email) !== proof?.emailDigest) return false
  if (await subjects.verifyEmail(subject.id, subject.email)) {
    await events.happened({ type: 'email_verified', subjectId: subject.id })
  }
  return true
}
