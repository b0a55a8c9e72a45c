/** Tells the owner of an account by mail what happened to it: what, when, from where, and what to do if it was somebody else. */
import { oneLine, type Letter } from './letter.ts'

/** What happened, as the house reports it. Nothing measured, no secret and no code is ever among the details. */
export interface Happening {
  readonly type: string
  readonly subjectId?: string | undefined
  readonly detail?: Readonly<Record<string, string | number | boolean>> | undefined
  /** The ids of those to enclose. */
  readonly receipts?: readonly (string | undefined)[] | undefined
}

export interface Notices {
  /** Never throws: that a notice could not be written is in the log, and undoes nothing. */
  happened(happening: Happening): Promise<void>
}

export interface NoticeDependencies {
  readonly issuer: string
  readonly clock: () => Date
  readonly findSubject: (
    id: string,
  ) => Promise<
    { readonly email: string; readonly emailVerified: boolean; readonly createdAt: Date } | undefined
  >
  /** The text of a receipt, as the subject can download it. */
  readonly readReceipt: (subjectId: string, id: string) => Promise<string | undefined>
  readonly post: (letter: Letter) => void
  readonly onFailure: (error: unknown) => void
}

/** What a notice says of each type; a type that is not here is none of a mailbox’s business. */
const sentences: Readonly<Record<string, string>> = {
  passkey_added: 'A passkey was added to your account.',
  passkey_removed: 'A passkey was removed from your account.',
  passkey_counter_refused:
    'A sign-in with one of your passkeys was refused: its counter did not go up, so there may be a copy of it.',
  totp_enabled: 'An authenticator app was added to your account.',
  totp_removed: 'The authenticator app was removed from your account.',
  recovery_codes_made: 'New recovery codes were made for your account. The old ones no longer work.',
  recovery_code_used: 'A recovery code was used to sign in to your account.',
  password_changed: 'The password of your account was changed.',
  account_recovered: 'A new password was chosen for your account by “Forgot your password?”.',
  email_codes_switched_off: 'Signing in with a code by e-mail was switched off for your account.',
  email_codes_switched_on: 'Signing in with a code by e-mail was switched on for your account.',
  email_changed: 'The e-mail address of your account was changed.',
  face_enrolled: 'A face was enrolled for your account.',
  consent_given: 'You agreed that your face is used to sign you in. This is your receipt.',
  consent_withdrawn:
    'You took back your consent that your face is used to sign you in, and your face was deleted.',
  face_removed: 'The face of your account was deleted.',
  face_erased_unused:
    'You have not signed in with your face for long, so it was deleted. Your account stays, and you can enrol again whenever you like.',
  face_switched_off: 'Face sign-in was switched off after too many failed tries.',
  sign_in_disowned:
    'Somebody said that a sign-in to your account was not yours, and everything it opened was closed.',
  device_trusted: 'A device was trusted: on it your face is enough to sign in.',
  sign_in_new_browser: 'Your account was signed in to from a browser that is new to it.',
  face_revived: 'Face sign-in was switched on again.',
  factor_reset:
    'An administrator took a way to sign in off your account, so that you can set it up anew. Sign in and choose it again.',
  data_exported: 'A copy of everything kept about you was made.',
  account_closed: 'Your account was deleted.',
}

/** `hasOwn`, so that no type finds what every object has. */
const isNoticed = (type: string): boolean => Object.hasOwn(sentences, type)

export function createNotices(dependencies: NoticeDependencies): Notices {
  return {
    happened: async (happening) => {
      if (!isNoticed(happening.type)) return
      try {
        await notify(dependencies, happening)
      } catch (error) {
        dependencies.onFailure(error)
      }
    },
  }
}

async function notify(dependencies: NoticeDependencies, happening: Happening): Promise<void> {
  const { findSubject, readReceipt, post } = dependencies
  if (happening.subjectId === undefined) return
  const subject = await findSubject(happening.subjectId)
  // A mailbox that nobody has confirmed may be a stranger’s, and is told nothing (NIST SP 800-63B-4 §4.6).
  if (subject?.emailVerified !== true) return
  if (isPartOfJoining(happening.type, subject.createdAt, dependencies.clock())) return
  const texts: string[] = []
  for (const id of happening.receipts ?? []) {
    const text = id === undefined ? undefined : await readReceipt(happening.subjectId, id)
    if (text !== undefined) texts.push(text)
  }
  post(writeNotice(dependencies, { ...happening, to: subject.email, enclosed: texts }))
}

const joiningSeconds = 900
const joining: ReadonlySet<string> = new Set(['device_trusted', 'face_enrolled'])

/** Whoever is just making the account sees it happen. */
function isPartOfJoining(type: string, createdAt: Date, now: Date): boolean {
  return joining.has(type) && now.getTime() - createdAt.getTime() < joiningSeconds * 1000
}

export interface AddressedHappening extends Happening {
  readonly to: string
  readonly enclosed?: readonly string[]
}

function writeNotice(
  { issuer, clock }: Pick<NoticeDependencies, 'issuer' | 'clock'>,
  { type, detail, to, enclosed = [] }: AddressedHappening,
): Letter {
  const what = sentences[type] ?? 'Something changed in your account.'
  const browser = textOf(detail?.['browser'])
  const name = textOf(detail?.['name'])
  const left = detail?.['left']
  return {
    name: `notice_${type}`,
    to,
    subject: subjectOf(type),
    paragraphs: [what],
    facts: [
      ...(name === undefined ? [] : [{ name: 'Name', value: name }]),
      { name: 'When', value: `${whenText(clock())} UTC` },
      ...(browser === undefined ? [] : [{ name: 'Browser', value: browser }]),
      ...(typeof left === 'number' ? [{ name: 'Recovery codes left', value: String(left) }] : []),
    ],
    ...(enclosed.length === 0 ? {} : { enclosed: enclosed.map((text) => text.trimEnd()) }),
    footnotes: footnotesOf(type, issuer),
  }
}

function footnotesOf(type: string, issuer: string): readonly string[] {
  if (type === 'passkey_counter_refused') {
    return [
      `If it was you, try once more; where it is refused again, remove this passkey and add it anew: ${issuer}/account/passkeys`,
      'If it was not you, remove this passkey at once.',
    ]
  }
  if (type === 'face_erased_unused') return ['There is nothing to do.']
  if (type === 'factor_reset') {
    return [
      `Set it up again here: ${issuer}/account`,
      'If you did not ask for this, tell whoever runs the service that you sign in to.',
    ]
  }
  const ifNot =
    type === 'account_closed'
      ? 'If it was not you, tell whoever runs the service that you sign in to.'
      : `If it was not you, choose a new password at once: ${issuer}/account/recover`
  return ['If it was you, there is nothing to do.', ifNot]
}

function subjectOf(type: string): string {
  if (type === 'passkey_counter_refused') return 'A passkey was refused'
  if (type === 'consent_given') return 'Your consent to face sign-in'
  if (type === 'sign_in_new_browser') return 'A sign-in from a new browser'
  if (type === 'account_closed') return 'Your account was deleted'
  return 'Your account was changed'
}

function whenText(at: Date): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'short', timeZone: 'UTC' }).format(
    at,
  )
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? oneLine(value, 60) : undefined
}
