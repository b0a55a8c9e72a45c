/** The second factor by code: of an authenticator app, or a recovery code in its place; counted before it is looked at, like every try. */
import { decideAdmission, otpLimits, recoveryCodeLimits } from '../policy/lockout.ts'
import type { AttemptLedger, AttemptOrigin } from './attempts.ts'
import type { AccountEvents } from './events.ts'
import { readRecoveryCode } from './recovery-codes.ts'
import { findStep, makeSeed, readCode } from './totp.ts'

interface ActiveSeed {
  readonly id: string
  readonly subjectId: string
  readonly seed: Uint8Array
}

export interface SecondFactorDependencies {
  readonly clock: () => Date
  readonly attempts: AttemptLedger
  readonly digestIdentifier: (email: string) => string
  readonly findEmail: (subjectId: string) => Promise<string | undefined>
  readonly totpSeeds: {
    findActive(subjectId: string): Promise<ActiveSeed | undefined>
    /** False where this step was spent before: two at once cannot both have it. */
    spend(active: Pick<ActiveSeed, 'id' | 'subjectId'>, step: number): Promise<boolean>
  }
  readonly recoveryCodes: {
    find(subjectId: string, code: string): Promise<string | undefined>
    spend(subjectId: string, id: string): Promise<boolean>
    summarise(subjectId: string): Promise<{ readonly left: number } | undefined>
  }
  readonly events: AccountEvents
}

/** Where a code was given. */
export type CodeOrigin = Pick<AttemptOrigin, 'clientId' | 'address' | 'browserDigest'>

export interface CodeAttempt extends CodeOrigin {
  readonly subjectId: string
  readonly code: string
}

export interface SecondFactor {
  /** Whether the subject has an app, or a recovery code left. */
  isEnrolled(subjectId: string): Promise<boolean>
  /**
   * Whether this is a code of the subject’s app, or one of its recovery codes; it is spent by that.
   * A refused try takes as long and says as little for a subject with codes as for one without.
   */
  verify(subjectId: string, code: string, origin?: CodeOrigin): Promise<boolean>
}

export function createSecondFactor(dependencies: SecondFactorDependencies): SecondFactor {
  const { totpSeeds, recoveryCodes } = dependencies
  const decoy = makeSeed()
  return {
    isEnrolled: async (subjectId) => {
      if ((await totpSeeds.findActive(subjectId)) !== undefined) return true
      return ((await recoveryCodes.summarise(subjectId))?.left ?? 0) > 0
    },
    verify: (subjectId, code, origin = { clientId: '', address: '' }) => {
      const attempt = { ...origin, subjectId, code: code.slice(0, mostCharacters) }
      const isOfApp = readCode(attempt.code) !== undefined
      return isOfApp ? verifyTotp(dependencies, attempt, decoy) : verifyRecoveryCode(dependencies, attempt)
    },
  }
}

/** Room for every spacing of a code, and for no more. */
const mostCharacters = 64

async function verifyTotp(
  dependencies: SecondFactorDependencies,
  attempt: CodeAttempt,
  decoy: Uint8Array,
): Promise<boolean> {
  const { totpSeeds, clock } = dependencies
  return weigh(dependencies, attempt, {
    limits: otpLimits,
    look: async () => {
      const active = await totpSeeds.findActive(attempt.subjectId)
      const step = findStep(active?.seed ?? decoy, attempt.code, clock())
      if (active === undefined || step === undefined) return undefined
      return () => totpSeeds.spend(active, step)
    },
  })
}

async function verifyRecoveryCode(
  dependencies: SecondFactorDependencies,
  attempt: CodeAttempt,
): Promise<boolean> {
  const { recoveryCodes, events } = dependencies
  const { subjectId, clientId, address } = attempt
  const isAccepted = await weigh(dependencies, attempt, {
    limits: recoveryCodeLimits,
    look: async () => {
      // What is no code at all is looked for like one, so that it costs the same.
      const id = await recoveryCodes.find(subjectId, readRecoveryCode(attempt.code) ?? '')
      return id === undefined ? undefined : () => recoveryCodes.spend(subjectId, id)
    },
  })
  if (!isAccepted) return false
  const left = (await recoveryCodes.summarise(subjectId))?.left ?? 0
  await events.happened({ type: 'recovery_code_used', subjectId, clientId, address, detail: { left } })
  return true
}

interface Check {
  readonly limits: Parameters<typeof decideAdmission>[2]
  /** Looks without spending; undefined where the code is wrong. */
  readonly look: () => Promise<(() => Promise<boolean>) | undefined>
}

/** A try that the lock-out refuses is looked at all the same, and spends nothing. */
async function weigh(
  dependencies: SecondFactorDependencies,
  { subjectId, clientId, address, browserDigest }: CodeAttempt,
  { limits, look }: Check,
): Promise<boolean> {
  const { attempts, clock } = dependencies
  const email = (await dependencies.findEmail(subjectId)) ?? ''
  const identifierDigest = dependencies.digestIdentifier(email)
  const { attemptId, isAdmitted } = await attempts.begin(
    { identifierDigest, factor: 'otp', clientId, address, browserDigest },
    (tally) => decideAdmission(tally, clock(), limits),
  )
  const spend = await look()
  const isAccepted = isAdmitted && spend !== undefined && (await spend())
  const refusal = isAdmitted ? 'no_match' : 'locked'
  await attempts.settle(attemptId, { outcome: isAccepted ? 'accept' : refusal, subjectId })
  return isAccepted
}
