/** What administration can do with people: their accounts, sessions and the access that they gave. */
import type { Actor, Role } from './authority.ts'
import type { Page, PageWish } from './pages.ts'

export interface SubjectLine {
  readonly id: string
  readonly email: string
  readonly emailVerified: boolean
  readonly name: string | undefined
  readonly createdAt: Date
  readonly disabledAt: Date | undefined
}

/** Of a face: how many templates there are, since when, and when it was last used. Nothing else of it leaves the store. */
export interface SubjectFactors {
  readonly face:
    | { readonly templates: number; readonly enrolledAt: Date; readonly lastUsedAt: Date | undefined }
    | undefined
  readonly passkeys: readonly NamedFactor[]
  readonly authenticatorApp: { readonly since: Date; readonly lastUsedAt: Date | undefined } | undefined
  readonly recoveryCodes: { readonly madeAt: Date; readonly left: number } | undefined
  readonly trustedDevices: readonly NamedFactor[]
}

export interface NamedFactor {
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | undefined
}

export interface SubjectDetail extends SubjectLine {
  readonly factors: SubjectFactors
  readonly sessions: number
  readonly hasConsented: boolean
  /** Undefined where the subject is no administrator. */
  readonly role: Role | undefined
}

export const resettableFactors = [
  'face',
  'passkeys',
  'authenticator_app',
  'recovery_codes',
  'trusted_devices',
] as const
export type ResettableFactor = (typeof resettableFactors)[number]

export interface SubjectSearch extends PageWish {
  /** The beginning of an address or name, or a whole id; everybody where it is empty. */
  readonly query?: string | undefined
  readonly isDisabled?: boolean | undefined
}

export interface EraseReceipt {
  /** The id, which stays in the audit trail. */
  readonly subjectId: string
  readonly at: Date
  readonly templates: number
}

export interface SubjectService {
  search(actor: Actor, wish: SubjectSearch): Promise<Page<SubjectLine>>
  show(actor: Actor, id: string): Promise<SubjectDetail>
  /** Ends sessions and access too. Twice is as once. @returns whether that changed anything */
  disable(actor: Actor, id: string): Promise<boolean>
  enable(actor: Actor, id: string): Promise<boolean>
  /** Takes the factor away and writes to the subject; what comes in its place is the subject's own choice (ASVS 6.4.6). @returns whether there was one */
  resetFactor(actor: Actor, id: string, factor: ResettableFactor): Promise<boolean>
  /** Ends sessions and access, tells the apps, erases. Cannot be undone. */
  erase(actor: Actor, id: string): Promise<EraseReceipt>
}

export interface SessionLine {
  readonly id: string
  readonly subjectId: string
  /** Undefined where the subject is gone. */
  readonly email: string | undefined
  /** Such as “Firefox on Linux”. */
  readonly browser: string
  readonly acr: string | undefined
  readonly createdAt: Date
  readonly lastSeenAt: Date
}

export interface GrantLine {
  readonly subjectId: string
  /** Undefined where the subject is gone. */
  readonly email: string | undefined
  readonly clientId: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly since: Date
}

/** Whose: of everybody where nothing is said. */
export interface WhoseWish {
  readonly subjectId?: string | undefined
  /** The beginning of an address or name, or a whole id; of those who fit the first 200, by address. */
  readonly query?: string | undefined
}

export interface SessionService {
  /** Last seen first. */
  list(actor: Actor, wish: PageWish & WhoseWish): Promise<Page<SessionLine>>
  end(actor: Actor, sessionId: string): Promise<void>
  /** With all access, refresh tokens too. @returns how many sessions ended */
  endAllOf(actor: Actor, subjectId: string): Promise<number>
  /** By subject, then by the name of the app. */
  listGrants(
    actor: Actor,
    wish: PageWish & WhoseWish & { readonly clientId?: string | undefined },
  ): Promise<Page<GrantLine>>
  revokeGrant(actor: Actor, grant: { readonly subjectId: string; readonly clientId: string }): Promise<void>
}
