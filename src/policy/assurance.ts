/** Factors used → `acr` and `amr` (OpenID Connect Core §2, RFC 8176), and whether that is what an app asked for. Pure. */

/** `otp` is a code of an authenticator app or a recovery code; `email` a code by mail, which proves an address and no more. */
export type Factor = 'face' | 'password' | 'passkey' | 'otp' | 'email'

export interface Assurance {
  readonly acr: string
  readonly amr: readonly string[]
}

/** What one sign-in has proved. */
export interface FactorsUsed {
  readonly face?: boolean | undefined
  readonly password?: boolean | undefined
  /** `hwk` where the passkey never leaves its device, `swk` where it is synced. */
  readonly passkey?: 'hwk' | 'swk' | undefined
  readonly otp?: boolean | undefined
  readonly email?: boolean | undefined
  /** A key that this subject trusts, or came to trust after a non-face factor in this very visit, has signed in it. */
  readonly deviceKey?: boolean | undefined
  /** Coloured light was asked for with the face and not shown: something else must stand beside it. */
  readonly isUnlit?: boolean | undefined
}

export const acrs = {
  face: 'urn:mien:acr:face',
  faceDevice: 'urn:mien:acr:face-device',
  facePasskey: 'urn:mien:acr:face-passkey',
  password: 'urn:mien:acr:password',
  passwordOtp: 'urn:mien:acr:password-otp',
  passkey: 'urn:mien:acr:passkey',
  email: 'urn:mien:acr:email',
} as const

/** The strongest name first: the first that is met is the one that a sign-in has by itself. */
const levels: readonly { readonly acr: string; readonly isMet: (used: FactorsUsed) => boolean }[] = [
  { acr: acrs.facePasskey, isMet: ({ face, passkey }) => face === true && passkey !== undefined },
  {
    // A passkey is a key of a device and more, so it is enough for this level too.
    acr: acrs.faceDevice,
    isMet: ({ face, deviceKey, passkey }) => face === true && (deviceKey === true || passkey !== undefined),
  },
  { acr: acrs.passkey, isMet: ({ passkey }) => passkey !== undefined },
  { acr: acrs.passwordOtp, isMet: ({ password, otp }) => password === true && otp === true },
  { acr: acrs.password, isMet: ({ password }) => password === true },
  { acr: acrs.face, isMet: ({ face }) => face === true },
  { acr: acrs.email, isMet: ({ email }) => email === true },
]

/** Whether a sign-in is at least what `acr` names. Names that are not ours are met by nothing. */
export function meets(used: FactorsUsed, acr: string): boolean {
  return levels.find((level) => level.acr === acr)?.isMet(used) ?? false
}

/**
 * Never more than was used. A face beside a password is no `mfa`: it counts as a factor only with an authenticator
 * that one has (NIST SP 800-63B-4 §3.2.3), so without one the password gives the name. A code by mail is told only
 * where nothing else was used: mail is no authenticator (§3.1.3.1).
 * @throws {TypeError} where nothing was used
 */
export function assuranceOf(used: FactorsUsed): Assurance {
  const level = levels.find(({ isMet }) => isMet(used))
  if (level === undefined) throw new TypeError('a sign-in without a factor')
  return { acr: level.acr, amr: methodsOf(used, level.acr) }
}

function methodsOf({ face, password, otp, passkey, deviceKey }: FactorsUsed, acr: string): string[] {
  const key = passkey ?? (face === true && deviceKey === true ? 'swk' : undefined)
  const isHeld = key !== undefined || otp === true
  const isSeveral = isHeld && (face === true || password === true || (passkey !== undefined && otp === true))
  return [
    ...(face === true ? ['face'] : []),
    ...(password === true ? ['pwd'] : []),
    ...(otp === true || acr === acrs.email ? ['otp'] : []),
    ...(key === undefined ? [] : [key]),
    ...(isSeveral ? ['mfa'] : []),
  ]
}

/** The other way round: what a session has proved, from what it is called. Never more than was used. */
export function factorsOf({
  acr,
  amr,
}: {
  readonly acr: string | undefined
  readonly amr: readonly string[]
}): FactorsUsed {
  const isMail = acr === acrs.email
  const isPasskey = acr === acrs.facePasskey || acr === acrs.passkey
  const kind = amr.includes('hwk') ? 'hwk' : amr.includes('swk') && isPasskey ? 'swk' : undefined
  return {
    face: amr.includes('face'),
    password: amr.includes('pwd'),
    otp: amr.includes('otp') && !isMail,
    passkey: kind,
    email: isMail,
    deviceKey: acr === acrs.faceDevice && amr.includes('swk'),
  }
}

/**
 * Levels behind which two different factors stand, or one authenticator that holds two (NIST SP 800-63B-4 §2.2.1): a face
 * counts beside a key, and a passkey verifies its user at every use. The order in which they are asked for.
 */
export const twoFactorAcrs = [acrs.facePasskey, acrs.faceDevice, acrs.passkey, acrs.passwordOtp] as const

/** Administrators need as much. A face beside a password is not among them, and neither is a code by mail. */
export function isTwoFactor(used: FactorsUsed): boolean {
  return twoFactorAcrs.some((acr) => meets(used, acr))
}

/** What the operator allows. */
export interface AssurancePolicy {
  /** Whether a face on a device without a trusted key signs in by itself. */
  readonly isFaceAloneAllowed: boolean
  /** Whether a code by mail signs in. */
  readonly isEmailAllowed: boolean
}

/** Every `acr` that this provider produces unasked, as discovery advertises them. */
export function supportedAcrs({ isFaceAloneAllowed, isEmailAllowed }: AssurancePolicy): readonly string[] {
  return Object.values(acrs).filter(
    (acr) => (acr !== acrs.face || isFaceAloneAllowed) && (acr !== acrs.email || isEmailAllowed),
  )
}

/** What the authorization request asked of the authentication. */
export interface AssuranceRequest {
  /** `acr_values`, or the `acr` values of the `claims` parameter, most wanted first. */
  readonly acrValues: readonly string[]
  readonly isEssential: boolean
  /** The least that this app was registered with, whatever it asks for. */
  readonly minimumAcr?: string | undefined
  /** Of these one at least must be met, whatever the app asks for; any will do where none are named. */
  readonly acceptedAcrs?: readonly string[] | undefined
}

/**
 * What the app is told: the first value it asked for that was met, so that it can compare by name; else the name that
 * the sign-in has by itself. An essential request is answered by a value that it names or not at all (OpenID Connect
 * Core §5.5.1.1), and an app with a minimum or a list of what it accepts gets nothing else.
 */
export function answerWith(used: FactorsUsed, request: AssuranceRequest): Assurance | undefined {
  const { acrValues, isEssential, minimumAcr, acceptedAcrs } = request
  if (minimumAcr !== undefined && !meets(used, minimumAcr)) return undefined
  if (acceptedAcrs !== undefined && !acceptedAcrs.some((each) => meets(used, each))) return undefined
  const reached = assuranceOf(used)
  const acr = acrValues.find((each) => meets(used, each))
  if (acr !== undefined) return { ...reached, acr }
  return isEssential ? undefined : reached
}

/** Changing a factor wants a non-face authentication this recent (NIST SP 800-63B-4 §3.2.3; ASVS 7.5.1). */
export const freshSeconds = 600

export interface Authentication {
  readonly acr: string | undefined
  readonly amr: readonly string[]
  readonly at: Date
}

/** A code by mail alone is too little: whoever reads the mail would change everything else. */
export function isFreshNonFace(authentication: Authentication, now: Date): boolean {
  const { password, passkey, otp } = factorsOf(authentication)
  if (password !== true && passkey === undefined && otp !== true) return false
  const ageSeconds = (now.getTime() - authentication.at.getTime()) / 1000
  // A second of tolerance below zero: the provider keeps the login time in whole seconds.
  return ageSeconds >= -1 && ageSeconds <= freshSeconds
}
