/** What every factor needs of the attempt ledger: a try is written down as failed before it is looked at, and settled after. */
import type { Factor } from '../policy/assurance.ts'
import type { Admission, AttemptTallies } from '../policy/lockout.ts'

/** Who tries, and from where; `identifierDigest` stands for addresses that belong to nobody too. */
export interface AttemptOrigin {
  readonly identifierDigest: string
  readonly factor: Factor
  readonly clientId: string
  readonly address: string
  /** Of a browser that this account knows; its tries are counted apart from those of strangers. */
  readonly browserDigest?: string | undefined
}

export interface AttemptOutcome {
  readonly outcome: 'accept' | 'no_match' | 'no_template' | 'presentation_attack' | 'locked'
  readonly subjectId?: string | undefined
  /** For the record of the operator; no page and no log shows it. */
  readonly score?: number | undefined
  /** How live the networks thought the face; likewise. */
  readonly padScore?: number | undefined
  /** What was odd about the attempt, by name; it bars nobody. */
  readonly signals?: readonly string[]
}

export interface AttemptLedger {
  /** Reads the tally and writes a pending failure in one transaction, so that tries side by side cannot outrun the limit. */
  begin(
    origin: AttemptOrigin,
    admit: (tallies: AttemptTallies) => Admission,
  ): Promise<{ readonly attemptId: string; readonly isAdmitted: boolean }>
  settle(attemptId: string, outcome: AttemptOutcome): Promise<void>
}

/** The one answer to a try; why it failed is in the ledger alone. */
export type SignInVerdict =
  | { readonly outcome: 'accept'; readonly subjectId: string }
  | {
      readonly outcome: 'refuse'
      /** This failure was the one too many: the factor of this subject is off from now on. Not for the visitor. */
      readonly switchedOff?: string | undefined
    }
