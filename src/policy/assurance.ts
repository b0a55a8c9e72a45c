/** Factors used → `acr` and `amr` (OpenID Connect Core §2, RFC 8176). Pure. */

export type Factor = 'face' | 'password'

export interface Assurance {
  readonly acr: string
  readonly amr: readonly string[]
}

const assurances: Readonly<Record<Factor, Assurance>> = {
  // Face alone calls itself no more than it is: no device key or passkey stood beside it.
  face: { acr: 'urn:mien:acr:face', amr: ['face'] },
  password: { acr: 'urn:mien:acr:password', amr: ['pwd'] },
}

/** Every `acr` that this provider can produce, as discovery advertises them. */
export const supportedAcrs: readonly string[] = Object.values(assurances).map((each) => each.acr)

export function assuranceOf(factor: Factor): Assurance {
  return assurances[factor]
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
  if (acr === assurances.face.acr) return 'face'
  if (acr === assurances.password.acr) return 'password'
  return undefined
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
