/** Factors used → `acr` and `amr` (OpenID Connect Core §2, RFC 8176). Pure. */

export type Factor = 'face' | 'password'

export interface Assurance {
  readonly acr: string
  readonly amr: readonly string[]
}

/** What one sign-in has proved. */
export interface FactorsUsed {
  readonly face?: boolean
  readonly password?: boolean
  /** A key that this subject trusts, or came to trust after a password in this very visit, has signed in it. */
  readonly deviceKey?: boolean
}

export const acrs = {
  face: 'urn:mien:acr:face',
  faceDevice: 'urn:mien:acr:face-device',
  password: 'urn:mien:acr:password',
} as const

/**
 * Never more than was used. A face beside a password is no `mfa`: it counts as a factor only with an authenticator
 * that one has (NIST SP 800-63B-4 §3.2.3), so without a device key the password gives the name.
 * @throws {TypeError} where nothing was used
 */
export function assuranceOf({ face, password, deviceKey }: FactorsUsed): Assurance {
  if (face === true && deviceKey === true) {
    const amr = password === true ? ['face', 'pwd', 'swk', 'mfa'] : ['face', 'swk', 'mfa']
    return { acr: acrs.faceDevice, amr }
  }
  if (password === true) return { acr: acrs.password, amr: face === true ? ['face', 'pwd'] : ['pwd'] }
  if (face === true) return { acr: acrs.face, amr: ['face'] }
  throw new TypeError('a sign-in without a factor')
}

/** Whether a face on a device without a trusted key signs in by itself; the operator's choice. */
export interface AssurancePolicy {
  readonly isFaceAloneAllowed: boolean
}

/** Every `acr` that this provider produces unasked, as discovery advertises them. */
export function supportedAcrs({ isFaceAloneAllowed }: AssurancePolicy): readonly string[] {
  const { face, faceDevice, password } = acrs
  return isFaceAloneAllowed ? [faceDevice, face, password] : [faceDevice, password]
}

/** What the authorization request asked of the authentication. */
export interface AssuranceRequest {
  /** `acr_values`, or the `acr` values of the `claims` parameter, most wanted first. */
  readonly acrValues: readonly string[]
  readonly isEssential: boolean
}

export type FactorChoice =
  /** The factor to begin with; `isFixed` where no other one would satisfy the request. */
  | { readonly outcome: 'use'; readonly factor: Factor; readonly isFixed: boolean }
  | { readonly outcome: 'unmet' }

/** The first satisfiable value wins; an essential request without one cannot be met (OpenID Connect Core §5.5.1.1). */
export function chooseFactor(request: AssuranceRequest): FactorChoice {
  const wanted = request.acrValues.flatMap((acr) => factorOf(acr) ?? [])
  const [first] = wanted
  if (first === undefined) {
    return request.isEssential ? { outcome: 'unmet' } : { outcome: 'use', factor: 'face', isFixed: false }
  }
  return { outcome: 'use', factor: first, isFixed: request.isEssential && new Set(wanted).size === 1 }
}

function factorOf(acr: string): Factor | undefined {
  if (acr === acrs.face || acr === acrs.faceDevice) return 'face'
  if (acr === acrs.password) return 'password'
  return undefined
}

/** What follows an accepted face: a device without a trusted key brings a password once. */
export function followFace(
  used: { readonly deviceKey: boolean },
  request: AssuranceRequest,
  { isFaceAloneAllowed }: AssurancePolicy,
): 'sign_in' | 'ask_password' {
  if (used.deviceKey) return 'sign_in'
  if (!isFaceAloneAllowed) return 'ask_password'
  const first = request.acrValues.find((acr) => factorOf(acr) !== undefined)
  return first === acrs.faceDevice ? 'ask_password' : 'sign_in'
}

/**
 * What the app is told. An essential request is answered by a value that it names or not at all (OpenID Connect
 * Core §5.5.1.1), and a face with a device is a face as well: `face` is a floor.
 */
export function answerWith(
  used: FactorsUsed,
  { acrValues, isEssential }: AssuranceRequest,
): Assurance | undefined {
  const reached = assuranceOf(used)
  if (!isEssential || acrValues.includes(reached.acr)) return reached
  const isFloor = reached.acr === acrs.faceDevice && acrValues.includes(acrs.face)
  return isFloor ? { ...reached, acr: acrs.face } : undefined
}

/** Enrolling or deleting a face wants a non-face authentication this recent (NIST SP 800-63B-4 §3.2.3; ASVS 7.5.1). */
export const freshSeconds = 600

export interface Authentication {
  readonly amr: readonly string[]
  readonly at: Date
}

export function isFreshNonFace(authentication: Authentication, now: Date): boolean {
  if (!authentication.amr.includes('pwd')) return false
  const ageSeconds = (now.getTime() - authentication.at.getTime()) / 1000
  // A second of tolerance below zero: the provider keeps the login time in whole seconds.
  return ageSeconds >= -1 && ageSeconds <= freshSeconds
}
