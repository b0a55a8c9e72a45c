/** What the codes and links of mails need of the store, and how a typed code is read. */

export interface ProofKey {
  readonly purpose: string
  readonly binding: string
}

export interface Proof {
  readonly binding: string
  readonly subjectId: string | undefined
  readonly emailDigest: string
}

export interface MailProofs {
  issue(
    proof: ProofKey & {
      readonly subjectId?: string | undefined
      readonly emailDigest: string
      readonly codeSeconds: number
      readonly tokenSeconds: number
    },
  ): Promise<{ readonly code: string; readonly token: string }>
  spendCode(key: ProofKey, code: string): Promise<Proof | undefined>
  findToken(purpose: string, token: string): Promise<Proof | undefined>
  spendToken(purpose: string, token: string): Promise<Proof | undefined>
}

/** How long a code may be typed in; NIST SP 800-63B-4 §3.1.3.1 allows ten minutes. */
export const codeSeconds = 600

/** As people type it: with spaces or hyphens. What is no code reads as one that nothing matches. */
export function readMailCode(given = ''): string {
  const digits = given.slice(0, 64).replaceAll(/[\s-]/g, '')
  return /^\d{1,16}$/.test(digits) ? digits : ''
}
