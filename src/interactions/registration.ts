/** Makes an account from an address and a password; consent to face processing is asked apart, and freely given. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Fault } from '../errors.ts'
import type { AccountEvents } from './events.ts'
import { codeSeconds, readMailCode, type MailProofs } from './mail-proof.ts'
import { hashNewPassword, type IsCommonPassword } from './new-password.ts'

/** Raised whenever the text changes; kept with each consent (GDPR Art. 7; NIST SP 800-63A-4 §3.11). */
export const consentVersion = '2026-11b'

export const consentText =
  'Mien turns pictures of my face into a list of numbers (a template) that only serves to recognise me when I sign in here. ' +
  'The pictures are discarded at once. The templates are kept encrypted until I delete my face or my account, which I can do at any time, ' +
  'or until they have not been used for the time after which this server erases unused faces. ' +
  'I can always sign in with my password instead.'

export interface RegistrationDependencies {
  readonly isCommonPassword: IsCommonPassword
  /** Whether an address is confirmed before there is an account: where mails arrive, and then no page tells that it is taken. */
  readonly isConfirmedFirst: boolean
  readonly digestIdentifier: (email: string) => string
  readonly subjects: {
    /** @throws {Fault} email_taken */
    create(subject: {
      readonly email: string
      readonly passwordHash: string
      readonly emailVerified?: boolean
    }): Promise<{ readonly id: string }>
    findByEmail(email: string): Promise<{ readonly id: string; readonly email: string } | undefined>
  }
  readonly consents: {
    /** @returns the id of the receipt */
    record(consent: { subjectId: string; version: string; textDigest: string }): Promise<string>
  }
  readonly proofs: Pick<MailProofs, 'issue' | 'spendCode'>
  readonly mails: {
    registrationCode(mail: { readonly to: string; readonly code: string }): void
    accountExists(mail: { readonly to: string }): void
  }
  /** Asks the owner of a new account to confirm its address, where that was not done before. */
  readonly askToVerify: (subject: { readonly id: string; readonly email: string }) => Promise<unknown>
  readonly events: AccountEvents
}

const emailShape = z.email().max(254)

export type RegistrationForm = Readonly<Record<string, string | undefined>>

/** What the form said, kept by the visit until the address is confirmed. */
export const pendingShape = z.object({ email: z.string(), passwordHash: z.string(), mayEnrol: z.boolean() })
export type PendingAccount = Readonly<z.infer<typeof pendingShape>>

export interface NewAccount {
  readonly subjectId: string
  readonly email: string
  /** Without consent there is an account all the same, with a password alone. */
  readonly mayEnrol: boolean
}

/** Looks at the form alone, and hashes whatever becomes of it. @throws {Fault} form_invalid | password_too_short | password_too_common */
export async function readRegistration(
  { isCommonPassword }: Pick<RegistrationDependencies, 'isCommonPassword'>,
  form: RegistrationForm,
): Promise<PendingAccount> {
  const email = parseEmail(form['email'])
  const passwordHash = await hashNewPassword(isCommonPassword, { password: form['password'] ?? '', email })
  return { email, passwordHash, mayEnrol: form['agree'] === 'yes' }
}

/** @throws {Fault} email_taken */
export async function createAccount(
  dependencies: RegistrationDependencies,
  pending: PendingAccount,
): Promise<NewAccount> {
  const account = await makeAccount(dependencies, pending, false)
  await dependencies.askToVerify({ id: account.subjectId, email: account.email })
  return account
}

const purpose = 'register'

/** A code is made in any case; an address with an account gets a mail that says so, and no code goes anywhere. */
export async function mailRegistration(
  { subjects, proofs, mails, digestIdentifier }: RegistrationDependencies,
  { email, visit }: { readonly email: string; readonly visit: string },
): Promise<void> {
  const holder = await subjects.findByEmail(email)
  const emailDigest = digestIdentifier(email)
  const proof = { purpose, binding: visit, emailDigest, codeSeconds, tokenSeconds: codeSeconds }
  const { code } = await proofs.issue(proof)
  if (holder === undefined) mails.registrationCode({ to: email, code })
  else mails.accountExists({ to: holder.email })
}

export interface Confirmation {
  readonly pending: PendingAccount
  readonly visit: string
  readonly code: string | undefined
}

/** @returns undefined where the code is wrong, spent or over */
export async function confirmRegistration(
  dependencies: RegistrationDependencies,
  { pending, visit, code }: Confirmation,
): Promise<NewAccount | undefined> {
  const { proofs, digestIdentifier } = dependencies
  const proof = await proofs.spendCode({ purpose, binding: visit }, readMailCode(code))
  if (proof?.emailDigest !== digestIdentifier(pending.email)) return undefined
  return makeAccount(dependencies, pending, true)
}

async function makeAccount(
  dependencies: RegistrationDependencies,
  { email, passwordHash, mayEnrol }: PendingAccount,
  emailVerified: boolean,
): Promise<NewAccount> {
  const { id: subjectId } = await dependencies.subjects.create({ email, passwordHash, emailVerified })
  await dependencies.events.happened({ type: 'account_created', subjectId })
  if (emailVerified) await dependencies.events.happened({ type: 'email_verified', subjectId })
  if (mayEnrol) await recordConsent(dependencies, subjectId)
  return { subjectId, email, mayEnrol }
}

/** @throws {Fault} form_invalid */
export function parseEmail(given: string | undefined): string {
  const parsed = emailShape.safeParse(given?.trim())
  if (!parsed.success) throw new Fault('form_invalid', { detail: 'not an e-mail address' })
  return parsed.data
}

export async function recordConsent(
  { consents, events }: Pick<RegistrationDependencies, 'consents' | 'events'>,
  subjectId: string,
): Promise<void> {
  const textDigest = createHash('sha256').update(consentText).digest('hex')
  const receipt = await consents.record({ subjectId, version: consentVersion, textDigest })
  await events.happened({ type: 'consent_given', subjectId, receipts: [receipt] })
}
