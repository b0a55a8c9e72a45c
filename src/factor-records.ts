/** Which factors a subject has, and which of them the operator allows. */
import type { Config } from './config.ts'
import type { FactorRecords } from './interactions/factors.ts'
import type { SecondFactor } from './interactions/second-factor.ts'
import type { AssurancePolicy } from './policy/assurance.ts'
import type { Store } from './store/open-store.ts'

export function assurancePolicyOf(config: Pick<Config, 'faceAlone' | 'emailCode'>): AssurancePolicy {
  return { isFaceAloneAllowed: config.faceAlone, isEmailAllowed: config.emailCode }
}

export function createFactorRecords(
  store: Pick<Store, 'subjects' | 'templates' | 'passkeys'>,
  otp: Pick<SecondFactor, 'isEnrolled'>,
): FactorRecords {
  return {
    enrolledOf: async (subjectId) => ({
      email: takesCodes(await store.subjects.findById(subjectId)),
      face: (await store.templates.summarise(subjectId)) !== undefined,
      password: true,
      otp: await otp.isEnrolled(subjectId),
      passkey: (await store.passkeys.list(subjectId)).length > 0,
    }),
  }
}

function takesCodes(subject: Awaited<ReturnType<Store['subjects']['findById']>>): boolean {
  return subject?.emailVerified === true && subject.takesEmailCodes
}
