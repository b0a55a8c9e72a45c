/** The locals of the console’s pages about people: subjects, their sessions and access, administrators. */
import type {
  Act,
  Badge,
  Choice,
  EventLine,
  Fact,
  Framed,
  GrantRow,
  Paged,
  SessionRow,
} from './admin-lines.ts'

export interface AdminPeopleLocals {
  readonly 'admin-subjects': Framed &
    Paged & {
      readonly query: string
      readonly isFiltered: boolean
      readonly states: readonly Choice[]
      readonly subjects: readonly {
        readonly id: string
        readonly email: string
        readonly name: string
        readonly url: string
        readonly state: Badge
        /** ISO 8601. */
        readonly since: string
      }[]
    }
  readonly 'admin-subject': Framed & {
    readonly email: string
    /** Why some of it cannot be changed. */
    readonly note: string | undefined
    readonly state: Badge
    readonly facts: readonly Fact[]
    readonly factors: readonly {
      readonly name: string
      readonly state: string
      readonly isOn: boolean
      readonly reset: Act | undefined
    }[]
    readonly sessions: readonly SessionRow[]
    readonly endAll: Act | undefined
    readonly grants: readonly GrantRow[]
    readonly events: readonly EventLine[]
    readonly eventsUrl: string | undefined
    readonly switch: Act | undefined
    readonly eraseUrl: string | undefined
  }
  readonly 'admin-sessions': Framed &
    Paged & { readonly query: string; readonly sessions: readonly SessionRow[] }
  readonly 'admin-grants': Framed &
    Paged & { readonly query: string; readonly app: string; readonly grants: readonly GrantRow[] }
  readonly 'admin-administrators': Framed & {
    /** Where to sign in anew first; undefined where that is done, or of no use. */
    readonly freshUrl: string | undefined
    readonly administrators: readonly {
      readonly id: string
      readonly email: string
      readonly name: string
      readonly isSelf: boolean
      readonly role: Badge
      /** ISO 8601. */
      readonly since: string
      readonly lastActedAt: string | undefined
      readonly url: string | undefined
      /** Roles to choose from; empty where this one may not be changed. */
      readonly roles: readonly Choice[]
      readonly changeAction: string
      readonly remove: Act | undefined
    }[]
    readonly invitations: readonly {
      readonly role: string
      /** ISO 8601. */
      readonly since: string
      readonly until: string
      readonly withdraw: Act | undefined
    }[]
    readonly roles: readonly { readonly name: string; readonly text: string }[]
    readonly invite: { readonly action: string; readonly choices: readonly Choice[] } | undefined
  }
}

const wide = { layout: 'admin', width: 'wide', scripts: ['local-times.js'] } as const

export const adminPeoplePages = {
  'admin-subjects': { ...wide, title: 'People' },
  'admin-subject': { ...wide, title: 'A person' },
  'admin-sessions': { ...wide, title: 'Sessions' },
  'admin-grants': { ...wide, title: 'Access of apps' },
  'admin-administrators': { ...wide, title: 'Administrators' },
} as const
