/** The locals of the console’s pages about apps: the list, one of them, its form, and what is shown once. */
import type { Act, Badge, Choice, Fact, Framed, Paged } from './admin-lines.ts'

/** A field of text; `lines` above 1 takes one value per line. */
export interface TextField {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly value: string
  readonly lines: number
  readonly isRequired: boolean
  readonly isCode: boolean
}

export interface ChoiceField {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly choices: readonly Choice[]
}

export interface BoxField {
  readonly name: string
  readonly label: string
  readonly hint: string
  readonly isTicked: boolean
}

export interface ClientFieldGroup {
  readonly title: string
  /** Seldom changed: below a fold. */
  readonly isFolded: boolean
  readonly texts: readonly TextField[]
  readonly choices: readonly ChoiceField[]
  readonly boxesLabel: string
  readonly boxes: readonly BoxField[]
}

export interface AdminClientLocals {
  readonly 'admin-clients': Framed &
    Paged & {
      readonly query: string
      readonly isFiltered: boolean
      readonly sources: readonly Choice[]
      readonly newUrl: string | undefined
      readonly clients: readonly {
        readonly id: string
        readonly name: string
        readonly url: string
        readonly source: Badge
        /** Something in its settings keeps it from being used. */
        readonly isFaulty: boolean
        readonly kind: string
        /** ISO 8601. */
        readonly since: string | undefined
      }[]
    }
  readonly 'admin-client': Framed & {
    readonly id: string
    readonly name: string
    readonly source: Badge
    /** Why it cannot be changed here. */
    readonly sourceNote: string | undefined
    readonly warnings: readonly string[]
    readonly groups: readonly { readonly title: string; readonly facts: readonly Fact[] }[]
    readonly lists: readonly { readonly title: string; readonly values: readonly string[] }[]
    readonly snippet: string
    readonly editUrl: string | undefined
    readonly rotate: Act | undefined
    readonly retire: Act | undefined
    readonly removeUrl: string | undefined
    readonly secretState: Badge
    /** Who gave it access. */
    readonly grantsUrl: string | undefined
  }
  readonly 'admin-client-form': Framed & {
    readonly heading: string
    readonly action: string
    readonly backUrl: string
    readonly saveText: string
    /** Of what is edited, so that nobody’s edit is lost. */
    readonly version: string
    readonly problems: readonly string[]
    readonly groups: readonly ClientFieldGroup[]
  }
  readonly 'admin-resources': Framed &
    Paged & {
      readonly query: string
      readonly sources: readonly Choice[]
      readonly newUrl: string | undefined
      readonly resources: readonly {
        readonly identifier: string
        /** Empty where it has none. */
        readonly name: string
        readonly url: string
        readonly source: Badge
        /** Why it does not count; empty where it does. */
        readonly warning: string
        readonly scopes: number
        /** ISO 8601. */
        readonly since: string | undefined
      }[]
    }
  readonly 'admin-resource': Framed & {
    readonly name: string
    readonly identifier: string
    readonly source: Badge
    readonly sourceNote: string | undefined
    readonly warnings: readonly string[]
    readonly facts: readonly Fact[]
    readonly scopes: readonly { readonly name: string; readonly text: string }[]
    /** Apps that may ask for tokens for it. */
    readonly users: readonly { readonly text: string; readonly url: string }[]
    readonly editUrl: string | undefined
    readonly remove: Act | undefined
  }
  /** The fields of an app’s form, for an API. */
  readonly 'admin-resource-form': AdminClientLocals['admin-client-form']
  /** A secret, or the link of an invitation: shown this once, and kept nowhere. */
  readonly 'admin-once': Framed & {
    readonly heading: string
    readonly text: string
    readonly label: string
    readonly value: string
    readonly points: readonly string[]
    readonly snippet: string | undefined
    readonly doneUrl: string
  }
}

const wide = { layout: 'admin', width: 'wide', scripts: ['local-times.js', 'admin-copy.js'] } as const

export const adminClientPages = {
  'admin-clients': { ...wide, title: 'Apps' },
  'admin-client': { ...wide, title: 'An app' },
  'admin-client-form': { ...wide, title: 'Settings of an app' },
  'admin-resources': { ...wide, title: 'APIs' },
  'admin-resource': { ...wide, title: 'An API' },
  'admin-resource-form': { ...wide, title: 'Settings of an API' },
  'admin-once': { ...wide, title: 'Shown once' },
} as const
