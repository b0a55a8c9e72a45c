/** Makes an account from an address and a password; consent to face processing is asked apart, and freely given. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Fault } from '../errors.ts'
import { hashNewPassword, type IsCommonPassword } from './new-password.ts'

/** Raised whenever the text changes; kept with each consent (GDPR Art. 7; NIST SP 800-63A-4 §3.11). */
export const consentVersion = '2026-11'

export const consentText =
  'Mien turns pictures of my face into a list of numbers (a template) that only serves to recognise me when I sign in here. ' +
  'The pictures are discarded at once. The templates are kept encrypted until I delete my face or my account, which I can do at any time. ' +
  'I can always sign in with my password instead.'

export interface RegistrationDependencies {
  readonly isCommonPassword: IsCommonPassword
  readonly subjects: {
    /** @throws {Fault} email_taken */
    create(subject: {
      readonly email: string
      readonly passwordHash: string
    }): Promise<{ readonly id: string }>
  }
  readonly consents: {
    record(consent: { subjectId: string; version: string; textDigest: string }): Promise<unknown>
  }
}

const emailShape = z.email().max(254)

export type RegistrationForm = Readonly<Record<string, string | undefined>>

export interface NewAccount {
  readonly subjectId: string
  readonly email: string
  /** Without consent there is an account all the same, with a password alone. */
  readonly mayEnrol: boolean
}

/** @throws {Fault} form_invalid | password_too_short | password_too_common | email_taken */
export async function register(
  dependencies: RegistrationDependencies,
  form: RegistrationForm,
): Promise<NewAccount> {
  const email = parseEmail(form['email'])
  const password = form['password'] ?? ''
  const passwordHash = await hashNewPassword(dependencies.isCommonPassword, { password, email })
  const subject = await dependencies.subjects.create({ email, passwordHash })
  const mayEnrol = form['agree'] === 'yes'
  if (mayEnrol) await recordConsent(dependencies, subject.id)
  return { subjectId: subject.id, email, mayEnrol }
}

/** @throws {Fault} form_invalid */
export function parseEmail(given: string | undefined): string {
  const parsed = emailShape.safeParse(given?.trim())
  if (!parsed.success) throw new Fault('form_invalid', { detail: 'not an e-mail address' })
  return parsed.data
}

export async function recordConsent(
  { consents }: Pick<RegistrationDependencies, 'consents'>,
  subjectId: string,
): Promise<void> {
  const textDigest = createHash('sha256').update(consentText).digest('hex')
  await consents.record({ subjectId, version: consentVersion, textDigest })
}
