/** Past failures and now → may this attempt go on (NIST SP 800-63B-4 §3.2.3). Pure. */

export interface LockoutLimits {
  /** Consecutive failures that are free of delay. */
  readonly freeFailures: number
  /** Delay before each further attempt. */
  readonly delaySeconds: number
  /** Consecutive failures after which the factor is off until the subject turns it on again by another one; Infinity means never. */
  readonly maxFailures: number
}

/** NIST SP 800-63B-4 §3.2.3: five, then at least 30 s before each further one; fifty in all, then another factor. */
export const faceLimits: LockoutLimits = { freeFailures: 5, delaySeconds: 30, maxFailures: 50 }

/** A stranger must not be able to lock a person out of the only other way in, so a password slows down but is never switched off. */
export const passwordLimits: LockoutLimits = { freeFailures: 5, delaySeconds: 30, maxFailures: Infinity }

/**
 * A code has six digits: at most a hundred wrong ones in a row, whatever time they take (NIST SP 800-63B-4 §3.2.2). Then the
 * app counts no more until a recovery code or another factor has signed the person in.
 */
export const otpLimits: LockoutLimits = { freeFailures: 5, delaySeconds: 30, maxFailures: 100 }

/** Nobody guesses 80 bits, and they are the way back: slowed down, never switched off. */
export const recoveryCodeLimits: LockoutLimits = { freeFailures: 5, delaySeconds: 30, maxFailures: Infinity }

/**
 * Guessing at many accounts from one network: slower, never shut. More than a household mistypes, less than a list of
 * stolen passwords needs.
 */
const networkLimits: LockoutLimits = { freeFailures: 20, delaySeconds: 30, maxFailures: Infinity }

export interface FailureTally {
  /** Failures since the last accepted attempt or reset. */
  readonly consecutiveFailures: number
  readonly lastFailureAt?: Date | undefined
}

export interface AttemptTallies extends FailureTally {
  /** Of the factor, as far as it slows this attempt down. Left out: the factor's own. */
  readonly pace?: FailureTally | undefined
  /** Over all factors of the account, or of one browser that the account knows. Left out: the factor's own. */
  readonly shared?: FailureTally | undefined
  /** Of the network that the attempt comes from; a browser that the account knows is not held up by it. */
  readonly network?: FailureTally | undefined
}

/** Whether one failure more switches the factor off. */
export function isLastBeforeOff({ consecutiveFailures }: FailureTally, limits: LockoutLimits): boolean {
  return consecutiveFailures + 1 === limits.maxFailures
}

export type Admission =
  | { readonly outcome: 'proceed' }
  | { readonly outcome: 'wait'; readonly until: Date }
  | { readonly outcome: 'disabled' }

/**
 * The factor's own run switches it off; the run over all factors, and that of the network, slow it down.
 * Fails closed: a tally that is not a number is treated as the worst one.
 */
export function decideAdmission(tallies: AttemptTallies, now: Date, limits: LockoutLimits): Admission {
  if (!(tallies.consecutiveFailures < limits.maxFailures)) return { outcome: 'disabled' }
  const paces = [tallies.pace ?? tallies, tallies.shared ?? tallies]
  const delays = paces.map((each) => decideDelay(each, now, limits))
  if (tallies.network !== undefined) delays.push(decideDelay(tallies.network, now, networkLimits))
  return delays.find(({ outcome }) => outcome !== 'proceed') ?? { outcome: 'proceed' }
}

function decideDelay(tally: FailureTally, now: Date, limits: LockoutLimits): Admission {
  if (tally.consecutiveFailures < limits.freeFailures) return { outcome: 'proceed' }
  if (!(tally.consecutiveFailures < Infinity) || tally.lastFailureAt === undefined)
    return { outcome: 'disabled' }
  const until = new Date(tally.lastFailureAt.getTime() + limits.delaySeconds * 1000)
  if (now.getTime() >= until.getTime()) return { outcome: 'proceed' }
  return { outcome: 'wait', until }
}
