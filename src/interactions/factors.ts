/** What a visit asks of a subject’s account: which factors it could be asked for. */
import type { EnrolledFactors } from '../policy/next-factor.ts'

export interface FactorRecords {
  enrolledOf(subjectId: string): Promise<EnrolledFactors>
}
