/** A change of address: asked by a fresh sign-in, confirmed at the new mailbox and at the old one, or by the old one’s silence. */
import type { AccountEvents } from '../interactions/events.ts'
import type { MailProofs } from '../interactions/mail-proof.ts'

/**
 * How long the old mailbox may object. People change an address because they are losing it, so a mailbox that no longer
 * answers must not hold them for ever; a week is long enough for an owner who still reads it to stop a thief.
 */
export const objectionSeconds = 7 * 86_400

/** Links outlive the week a little, so that the last one to confirm is not turned away at the door. */
const linkSeconds = objectionSeconds + 86_400

export interface EmailChangeView {
  readonly email: string
  readonly askedAt: Date
  readonly isOldConfirmed: boolean
  readonly isNewConfirmed: boolean
}

export interface EmailChangeDependencies {
  readonly clock: () => Date
  readonly digestIdentifier: (email: string) => string
  readonly subjects: {
    findByEmail(email: string): Promise<{ readonly id: string } | undefined>
  }
  readonly changes: {
    ask(change: {
      readonly subjectId: string
      readonly email: string
      readonly isOldConfirmed: boolean
    }): Promise<void>
    find(subjectId: string): Promise<EmailChangeView | undefined>
    confirm(subjectId: string, side: 'old' | 'new'): Promise<void>
    cancel(subjectId: string): Promise<void>
    apply(
      subjectId: string,
      askedBefore: Date,
    ): Promise<{ readonly from: string; readonly to: string } | undefined>
    listDue(askedBefore: Date, limit: number): Promise<readonly string[]>
    forgetStale(askedBefore: Date): Promise<void>
  }
  readonly proofs: MailProofs
  readonly mails: {
    confirmNewAddress(mail: { readonly to: string; readonly token: string }): void
    addressInUse(mail: { readonly to: string }): void
    confirmOldAddress(mail: {
      readonly to: string
      readonly newEmail: string
      readonly confirmToken: string
      readonly cancelToken: string
    }): void
    /** To the mailbox that was the account’s: the usual notice goes to the new one. */
    addressChanged(mail: { readonly to: string }): void
  }
  readonly events: AccountEvents
}

export interface EmailChangeWish {
  readonly subject: { readonly id: string; readonly email: string; readonly emailVerified: boolean }
  readonly email: string
}

/** An address that is another’s is taken like any other, and its owner told; only the change never comes to be. */
export async function askEmailChange(
  dependencies: EmailChangeDependencies,
  { subject, email }: EmailChangeWish,
): Promise<void> {
  const { changes, subjects, mails, events } = dependencies
  const subjectId = subject.id
  // Nobody has shown that the old mailbox is theirs, so nobody is asked there.
  await changes.ask({ subjectId, email, isOldConfirmed: !subject.emailVerified })
  const token = await issueLink(dependencies, { subjectId, email, purpose: 'change_new' })
  const holder = await subjects.findByEmail(email)
  if (holder === undefined || holder.id === subjectId) mails.confirmNewAddress({ to: email, token })
  else mails.addressInUse({ to: email })
  if (subject.emailVerified) {
    mails.confirmOldAddress({
      to: subject.email,
      newEmail: email,
      confirmToken: await issueLink(dependencies, { subjectId, email: subject.email, purpose: 'change_old' }),
      cancelToken: await issueLink(dependencies, { subjectId, email: subject.email, purpose: 'change_stop' }),
    })
  }
  await events.happened({ type: 'email_change_asked', subjectId })
}

type ChangePurpose = 'change_new' | 'change_old' | 'change_stop'

async function issueLink(
  { proofs, digestIdentifier }: EmailChangeDependencies,
  {
    subjectId,
    email,
    purpose,
  }: { readonly subjectId: string; readonly email: string; readonly purpose: ChangePurpose },
): Promise<string> {
  const { token } = await proofs.issue({
    purpose,
    binding: subjectId,
    subjectId,
    emailDigest: digestIdentifier(email),
    codeSeconds: 0,
    tokenSeconds: linkSeconds,
  })
  return token
}

/** @returns what came of it; undefined where the link is spent, or the change was called off or replaced */
export async function answerEmailChange(
  dependencies: EmailChangeDependencies,
  purpose: ChangePurpose,
  token: string,
): Promise<'stopped' | 'waiting' | 'changed' | undefined> {
  const { proofs, changes, digestIdentifier } = dependencies
  const proof = await proofs.spendToken(purpose, token)
  if (proof?.subjectId === undefined) return undefined
  const { subjectId } = proof
  const change = await changes.find(subjectId)
  if (change === undefined) return undefined
  if (purpose === 'change_stop') {
    await changes.cancel(subjectId)
    return 'stopped'
  }
  if (purpose === 'change_new' && digestIdentifier(change.email) !== proof.emailDigest) return undefined
  await changes.confirm(subjectId, purpose === 'change_new' ? 'new' : 'old')
  return (await carryOut(dependencies, subjectId)) ? 'changed' : 'waiting'
}

async function carryOut(dependencies: EmailChangeDependencies, subjectId: string): Promise<boolean> {
  const { changes, clock, events, mails } = dependencies
  const done = await changes.apply(subjectId, weekBefore(clock()))
  if (done === undefined) return false
  mails.addressChanged({ to: done.from })
  await events.happened({ type: 'email_changed', subjectId })
  return true
}

const mostAtOnce = 50

/** Now and then: carries out what the old mailbox has not objected to, and forgets what the new one never confirmed. */
export async function settleEmailChanges(dependencies: EmailChangeDependencies): Promise<void> {
  const { changes, clock } = dependencies
  const before = weekBefore(clock())
  for (const subjectId of await changes.listDue(before, mostAtOnce)) await carryOut(dependencies, subjectId)
  await changes.forgetStale(new Date(before.getTime() - 86_400_000))
}

function weekBefore(now: Date): Date {
  return new Date(now.getTime() - objectionSeconds * 1000)
}
