/** Joins what goes by mail to the pages that need it: codes, confirmations, changes of address, recovery, notices. */
import type { Logger } from 'pino'
import { createAccountEvents } from './account-events.ts'
import type { EmailChangeDependencies } from './account/email-change.ts'
import type { GuardDependencies } from './account/guards.ts'
import type { PasswordSectionDependencies } from './account/password.ts'
import { receiptText } from './account/receipt-text.ts'
import type { RecoveryDependencies } from './account/recovery.ts'
import type { AccountDependencies } from './account/routes.ts'
import { accountClientId } from './account/sign-in.ts'
import { askToVerify, type VerificationDependencies } from './account/verification.ts'
import type { Config } from './config.ts'
import { Fault } from './errors.ts'
import type { Render } from './http/render.ts'
import type { AddressLimits, InteractionDependencies } from './interactions/dependencies.ts'
import type { AccountEvents } from './interactions/events.ts'
import { createCommonPasswords, type IsCommonPassword } from './interactions/new-password.ts'
import type { MailParts } from './mail-parts.ts'
import { createNotices } from './mail/notices.ts'
import { createPostOffice, type PostOffice } from './mail/post-office.ts'
import type { SessionControl } from './session-parts.ts'
import type { Store } from './store/open-store.ts'

export interface LetterDependencies {
  readonly config: Pick<Config, 'issuer' | 'emailCode'>
  readonly clock: () => Date
  readonly store: Store
  readonly mail: MailParts
  readonly log: Logger
}

export interface MailJoins {
  readonly config: Pick<Config, 'issuer' | 'emailCode'>
  readonly store: Store
  readonly mails: PostOffice
  /** Into the audit trail, and to the mailbox. */
  readonly events: AccountEvents
  readonly isCommonPassword: IsCommonPassword
  readonly mailCodes: InteractionDependencies['mailCodes']
  readonly registration: InteractionDependencies['registration']
  readonly verification: VerificationDependencies
  readonly emailChange: EmailChangeDependencies
}

export function openLetters(dependencies: LetterDependencies): MailJoins {
  const { config, clock, store, mail } = dependencies
  const { subjects, consents, attempts, digestIdentifier, mailProofs: proofs, emailChanges: changes } = store
  const mails = createPostOffice({ issuer: config.issuer, post: (letter) => mail.post(letter) })
  const events = openEvents(dependencies)
  const isCommonPassword = createCommonPasswords()
  const shared = { digestIdentifier, proofs, mails, events }
  const verification = { ...shared, subjects }
  return {
    ...{ config, store, mails, events, isCommonPassword, verification },
    mailCodes: { ...shared, clock, attempts, subjects, isAllowed: config.emailCode },
    registration: {
      ...shared,
      subjects,
      consents,
      isCommonPassword,
      isConfirmedFirst: mail.isDelivered,
      askToVerify: (subject) => askToVerify(verification, subject),
    },
    emailChange: { ...shared, clock, subjects, changes },
  }
}

function openEvents({ config, clock, store, mail, log }: LetterDependencies): AccountEvents {
  const notices = createNotices({
    issuer: config.issuer,
    clock,
    findSubject: (id) => store.subjects.findById(id),
    readReceipt: async (subjectId, id) => {
      const receipt = await store.receipts.find(subjectId, id)
      return receipt && receiptText(config.issuer, subjectId, receipt)
    },
    post: (letter) => mail.post(letter),
    onFailure: (error) => log.error({ error }, 'a notice could not be written'),
  })
  return createAccountEvents({ audit: store.audit, notices })
}

/** What the account pages bring along for it. */
export interface AccountShared {
  readonly guards: GuardDependencies
  readonly render: Render
  readonly limits: AddressLimits
  readonly password: PasswordSectionDependencies['password']
  readonly secondFactor: RecoveryDependencies['secondFactor']
  readonly endSessionsOf: SessionControl['endSessionsOf']
  readonly inBackground: RecoveryDependencies['inBackground']
}

export function joinAccountMail(
  { config, store, events, isCommonPassword, mails, verification, emailChange }: MailJoins,
  { guards, password, secondFactor, inBackground, endSessionsOf, ...pages }: AccountShared,
): Pick<AccountDependencies, 'profile' | 'password' | 'links' | 'recovery'> {
  const { subjects, digestIdentifier, mailProofs: proofs } = store
  const { forgery } = guards
  const profiles = {
    get: async (subjectId: string) => {
      const subject = await subjects.findById(subjectId)
      if (subject === undefined) throw new Fault('not_signed_in', { detail: 'the subject is gone' })
      return subject
    },
    setName: (id: string, name: string | undefined) => subjects.setName(id, name),
    setEmailCodes: (id: string, isOn: boolean) => subjects.setEmailCodes(id, isOn),
  }
  const section = { ...guards, ...pages, issuer: config.issuer, profiles, events }
  return {
    profile: { ...section, verification, emailChange, isEmailCodeAllowed: config.emailCode },
    password: {
      ...section,
      isCommonPassword,
      password,
      endOtherSessions: (id, except) => endSessionsOf(id, { except }),
    },
    links: { ...pages, forgery, verification, emailChange },
    recovery: {
      ...pages,
      forgery,
      subjects,
      digestIdentifier,
      proofs,
      mails,
      events,
      isCommonPassword,
      secondFactor,
      inBackground,
      endSessionsOf: (id) => endSessionsOf(id),
      endTrustIn: {
        devicesOf: (id) => store.deviceKeys.revokeAll(id),
        addressChangeOf: (id) => store.emailChanges.cancel(id),
      },
      clientId: accountClientId,
    },
  }
}
