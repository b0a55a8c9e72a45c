/** What administration can do with the house itself: keys, audit trail, calibration, health, outbox, administrators. */
import type { Actor, Role } from './authority.ts'
import type { Page, PageWish } from './pages.ts'

export interface KeyLine {
  readonly kid: string
  readonly algorithm: string
  readonly state: 'signs' | 'will_sign' | 'verifies'
  readonly signsFrom: Date | undefined
  readonly publishedUntil: Date | undefined
}

export interface KeyService {
  list(actor: Actor): Promise<readonly KeyLine[]>
  /** The next keys, shown for two hours before they sign. */
  rotate(actor: Actor): Promise<readonly KeyLine[]>
  /** The old ones go at once, and what they signed is worth nothing. */
  leaked(actor: Actor): Promise<readonly KeyLine[]>
}

export interface AuditQuery {
  readonly subjectId?: string | undefined
  readonly clientId?: string | undefined
  readonly types?: readonly string[] | undefined
  readonly outcome?: string | undefined
  readonly since?: Date | undefined
  readonly until?: Date | undefined
}

export interface AuditLine {
  readonly id: string
  /** Its place in the chain. */
  readonly seq: number
  readonly at: Date
  readonly type: string
  readonly subjectId: string | undefined
  readonly clientId: string | undefined
  readonly address: string | undefined
  readonly acr: string | undefined
  readonly outcome: string | undefined
  readonly reason: string | undefined
  readonly detail: Readonly<Record<string, string | number | boolean>>
}

/** What reading the whole chain came to. */
export interface ChainReport {
  readonly at: Date
  /** How many events verify. */
  readonly events: number
  /** Where and why it does not hold; undefined where it does. */
  readonly fault: { readonly kind: string; readonly seq: number } | undefined
}

export interface AuditService {
  /** Newest first. */
  list(actor: Actor, wish: PageWish & AuditQuery): Promise<Page<AuditLine>>
  /** RFC 4180, newest first, a part at a time, at most 100,000 lines; no cell begins a formula. */
  csv(actor: Actor, query: AuditQuery): Promise<AsyncIterable<string>>
  /** Reads the chain from its base to its head: the longer the trail, the longer it takes. */
  verify(actor: Actor): Promise<ChainReport>
  /** What this node last found; undefined where nobody has asked since its start. */
  lastVerified(actor: Actor): Promise<ChainReport | undefined>
}

/** What faces are judged by; figures of a calibration, never of a person. */
export interface CalibrationInForce {
  readonly operatingPoint: {
    /** Least comparison score that matches. */
    readonly minScore: number
    /** Wanted of one attempt, all templates together (ISO/IEC 19795-1). */
    readonly targetFmr: number
    readonly fmrPerComparison: number
    /** As measured at this threshold, with the upper end of the 95 % interval. */
    readonly measuredFmr: number
    readonly measuredFmrUpper: number
    readonly measuredFnmr: number
  }
  /** Every threshold that was measured, strictest first: the detection error trade-off. */
  readonly points: readonly {
    readonly threshold: number
    readonly fmr: number
    /** The upper end of the 95 % interval, in the worst group. */
    readonly fmrUpper: number
    readonly fnmr: number
  }[]
  readonly dataset: {
    readonly name: string
    readonly subjects: number
    readonly images: number
    readonly impostorPairs: number
    readonly worstGroup: string | undefined
    readonly imageAdapter: string
  }
  readonly networks: readonly {
    readonly name: string
    readonly purpose: string
    readonly file: string
    readonly sha256: string
    readonly licence: string
  }[]
  /** Undefined where the networks for it are absent: presentation attacks are not judged then. */
  readonly presentationAttacks:
    | {
        readonly minLiveness: number
        readonly bonaFide: {
          readonly dataset: string
          readonly subjects: number
          readonly bpcer: number
          readonly bpcerUpper: number
        }
        readonly attacks: readonly {
          readonly species: string
          readonly isSimulated: boolean
          readonly captures: number
          readonly apcer: number
          readonly apcerUpper: number
        }[]
      }
    | undefined
}

export interface CalibrationService {
  inForce(actor: Actor): Promise<CalibrationInForce>
}

export interface HealthReport {
  readonly version: string
  readonly issuer: string
  readonly at: Date
  readonly database: { readonly kind: 'sqlite' | 'postgres'; readonly isReachable: boolean }
  readonly faceWorkers: {
    readonly wanted: number
    readonly areReady: boolean
    readonly places: readonly string[]
  }
  readonly queues: readonly QueueReport[]
}

export interface QueueReport {
  readonly name: 'mails' | 'logout_deliveries' | 'webhook'
  readonly waiting: number
  /** Undefined where nothing waits. */
  readonly oldestAt: Date | undefined
  /** Tried at least once without success. */
  readonly failing: number
}

/** Sign-ins and refusals of one kind in one hour. */
export interface SignInCount {
  /** 0 for the first of the last 24 hours, 23 for the one that runs. */
  readonly hour: number
  /** `signed_in`, `sign_in_refused` or `sign_in_locked`. */
  readonly type: string
  readonly acr: string | undefined
  readonly count: number
}

export interface HealthService {
  report(actor: Actor): Promise<HealthReport>
  /** Of the last 24 hours; counted at most once a minute. */
  signIns(actor: Actor): Promise<readonly SignInCount[]>
}

/** A mail that waits, or could not be sent; never its words, which may hold a code. */
export interface OutboxLine {
  readonly id: string
  /** The kind of mail, such as `email_code`. */
  readonly letter: string
  /** As much of the address as tells two apart: `a…@example.com`; undefined where the letter is over. */
  readonly to: string | undefined
  readonly createdAt: Date
  readonly tries: number
  /** Undefined where it is over. */
  readonly nextAt: Date | undefined
  readonly outcome: 'waiting' | 'refused' | 'given_up'
  /** Why the last try failed, as a code. */
  readonly fault: string | undefined
}

export interface OutboxService {
  /** Oldest first. */
  list(actor: Actor, wish: PageWish): Promise<Page<OutboxLine>>
  retry(actor: Actor, id: string): Promise<void>
  drop(actor: Actor, id: string): Promise<void>
}

export interface AdministratorLine {
  readonly subjectId: string
  readonly email: string
  readonly name: string | undefined
  readonly role: Role
  readonly since: Date
  readonly lastActedAt: Date | undefined
}

export interface Invitation {
  readonly id: string
  readonly role: Role
  readonly createdAt: Date
  readonly expiresAt: Date
}

export interface AdministratorService {
  list(actor: Actor): Promise<{
    readonly administrators: readonly AdministratorLine[]
    readonly invitations: readonly Invitation[]
  }>
  /** The address is shown this once, and good once, for whoever opens it and signs in with two factors. */
  invite(actor: Actor, role: Role): Promise<{ readonly invitation: Invitation; readonly url: string }>
  withdraw(actor: Actor, invitationId: string): Promise<void>
  /** `admin_last_owner` where nobody would be an owner any more. */
  changeRole(actor: Actor, subjectId: string, role: Role): Promise<AdministratorLine>
  remove(actor: Actor, subjectId: string): Promise<void>
}
