/** What was proved, what the app asked for and what the subject has → the factor to ask for next. Pure. */
import {
  acrs,
  meets,
  type AssurancePolicy,
  type AssuranceRequest,
  type Factor,
  type FactorsUsed,
} from './assurance.ts'

/**
 * What each level is made of, in the order in which it is asked for. A device key comes with the face. A map, for apps
 * choose the names that are looked up: `constructor` is no level.
 */
const made: ReadonlyMap<string, readonly Factor[]> = new Map([
  [acrs.face, ['face']],
  [acrs.faceDevice, ['face']],
  [acrs.facePasskey, ['face', 'passkey']],
  [acrs.password, ['password']],
  [acrs.passwordOtp, ['password', 'otp']],
  [acrs.passkey, ['passkey']],
  [acrs.email, ['email']],
])

/** Proof of a person by something other than the face; each may come to trust the device that it was given on. */
const nonFace = ['password', 'passkey', 'otp'] as const

export function hasNonFace(used: FactorsUsed): boolean {
  return nonFace.some((each) => isUsed(used, each))
}

/**
 * Whether a factor that is still to come in this visit could make this device a trusted one. Where codes are asked for, a
 * password does not bring that about: on a trusted device no code is asked for, so a code or a passkey has to.
 */
export function mayTrustDevice(visit: FactorsUsed, enrolled: EnrolledFactors): boolean {
  return !trusting(enrolled).some((each) => isUsed(visit, each))
}

function trusting(enrolled: EnrolledFactors): readonly Factor[] {
  return enrolled.otp ? ['passkey', 'otp'] : nonFace
}

export type FirstFactor =
  | { readonly outcome: 'use'; readonly factor: Factor }
  /** Nothing that the app insists on exists here. */
  | { readonly outcome: 'unmet' }

/** Before anybody is known, and so the same for everybody: the first level that exists here says how to begin. */
export function firstFactor(request: AssuranceRequest, policy: AssurancePolicy): FirstFactor {
  const wanted = [...request.acrValues, ...leastOf(request), ...(request.acceptedAcrs ?? [])]
  const factors = wanted.flatMap((acr) => made.get(acr)?.[0] ?? [])
  const [factor] = factors.filter((each) => each !== 'email' || policy.isEmailAllowed)
  if (factor !== undefined) return { outcome: 'use', factor }
  return request.isEssential ? { outcome: 'unmet' } : { outcome: 'use', factor: 'face' }
}

function leastOf({ minimumAcr }: AssuranceRequest): readonly string[] {
  return minimumAcr === undefined ? [] : [minimumAcr]
}

/** What the subject could be asked for. */
export type EnrolledFactors = Readonly<Record<Factor, boolean>>

export interface Standing {
  readonly used: FactorsUsed
  readonly enrolled: EnrolledFactors
  /** Whether a non-face factor that is still to come could make this device a trusted one. */
  readonly mayTrustDevice: boolean
  /** A session that is there already is to be raised: the app asked for more than it has. */
  readonly isStepUp: boolean
  /** This visit has proved nothing yet: a session that was good is not held to rules for signing in. */
  readonly isUntouched?: boolean
}

export type NextFactor =
  | { readonly outcome: 'finish' }
  /** Any one of these. */
  | { readonly outcome: 'ask'; readonly factors: readonly Factor[] }
  | { readonly outcome: 'unmet' }

export function nextFactor(
  standing: Standing,
  request: AssuranceRequest,
  policy: AssurancePolicy,
): NextFactor {
  const wishes = [
    { acrs: leastOf(request), isEssential: true },
    { acrs: request.acceptedAcrs ?? [], isEssential: true },
    { acrs: request.acrValues, isEssential: request.isEssential },
  ]
  for (const wish of wishes.filter((each) => each.acrs.length > 0)) {
    const next = towards(standing, wish)
    if (next.outcome !== 'finish') return next
  }
  return standing.isUntouched === true ? { outcome: 'finish' } : byHouseRules(standing, policy)
}

interface Wish {
  readonly acrs: readonly string[]
  readonly isEssential: boolean
}

/** The first level that is met or can be reached wins. */
function towards(standing: Standing, wish: Wish): NextFactor {
  for (const acr of wish.acrs) {
    if (meets(standing.used, acr)) return { outcome: 'finish' }
    const factors = missing(standing, acr)
    // Whoever took another way in is not pressed to take this one as well, unless the app insists.
    const isOnItsWay = wish.isEssential || standing.isStepUp || isBegun(standing.used, acr)
    if (factors !== undefined && isOnItsWay) return { outcome: 'ask', factors }
  }
  return wish.isEssential ? { outcome: 'unmet' } : { outcome: 'finish' }
}

/** What to ask for towards a level that is not met; undefined where this subject cannot reach it. */
function missing(
  { used, enrolled, mayTrustDevice: mayTrust }: Standing,
  acr: string,
): readonly Factor[] | undefined {
  const parts = made.get(acr)
  if (parts?.every((each) => isUsed(used, each) || enrolled[each]) !== true) return undefined
  const first = parts.find((each) => !isUsed(used, each))
  if (first !== undefined) return [first]
  // Only a trusted device is missing: a non-face factor given now makes this one trusted, and a passkey is one.
  if (mayTrust) return trusting(enrolled).filter((each) => enrolled[each])
  return enrolled.passkey ? ['passkey'] : undefined
}

function byHouseRules({ used, enrolled }: Standing, policy: AssurancePolicy): NextFactor {
  const hasAuthenticator =
    used.otp === true || used.passkey !== undefined || (used.face === true && used.deviceKey === true)
  if (enrolled.otp && !hasAuthenticator) {
    return { outcome: 'ask', factors: enrolled.passkey ? ['otp', 'passkey'] : ['otp'] }
  }
  const isFaceOnly = used.face === true && !hasNonFace(used)
  const isRefused = used.isUnlit === true || (used.deviceKey !== true && !policy.isFaceAloneAllowed)
  if (!isFaceOnly || !isRefused) return { outcome: 'finish' }
  const factors = nonFace.filter((each) => enrolled[each])
  return factors.length === 0 ? { outcome: 'unmet' } : { outcome: 'ask', factors }
}

function isUsed(used: FactorsUsed, factor: Factor): boolean {
  return used[factor] !== undefined && used[factor] !== false
}

function isBegun(used: FactorsUsed, acr: string): boolean {
  const [first] = made.get(acr) ?? []
  return first !== undefined && isUsed(used, first)
}
