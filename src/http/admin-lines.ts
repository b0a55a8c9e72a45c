/** What several pages of the console show: the frame around each, and lines of tables. */

/** Written as a colour and, where it matters, as a word beside it. */
export type Tone = 'good' | 'warn' | 'bad' | 'plain'

export interface Badge {
  readonly text: string
  readonly tone: Tone
}

/** A moment is written in the reader’s own manner; `value` is then ISO 8601. */
export interface Fact {
  readonly name: string
  readonly value: string
  readonly isMoment?: boolean
  /** Something that is copied: an address, an identifier. */
  readonly isCode?: boolean
  readonly url?: string | undefined
}

export interface Choice {
  readonly value: string
  readonly text: string
  readonly isChosen: boolean
}

export interface Place {
  readonly name: string
  readonly url: string
  /** Path of the drawing beside it, in 24 × 24. */
  readonly icon: string
  readonly isCurrent: boolean
}

export interface ConsoleFrame {
  /** The administrator’s address. */
  readonly who: string
  readonly role: string
  /** What this role may not do is said once, above each page. */
  readonly note: string | undefined
  readonly places: readonly Place[]
  readonly csrf: string
  readonly signOutAction: string
  readonly accountUrl: string
  /** What was just done. */
  readonly done: string | undefined
}

/** Every page of the console. */
export interface Framed {
  readonly frame: ConsoleFrame
}

export interface Paged {
  readonly nextUrl: string | undefined
  readonly firstUrl: string | undefined
}

/** A button that is there only where its act is allowed. */
export interface Act {
  readonly action: string
  readonly text: string
  /** Hidden fields. */
  readonly fields: readonly { readonly name: string; readonly value: string }[]
  /** Said before, below a fold, with a button that says it again. */
  readonly warning?: string | undefined
  /** The button below the fold; `text` where it is left out. */
  readonly confirm?: string | undefined
  readonly isDanger?: boolean
  /** What the button is about, for those who hear it. */
  readonly about?: string | undefined
}

export interface EventLine {
  /** ISO 8601. */
  readonly at: string
  readonly what: string
  readonly tone: Tone
  /** Who did it, where it was not the subject. */
  readonly by: string
  readonly subject: { readonly text: string; readonly url: string } | undefined
  readonly app: string
  /** How, from where, why: whatever is known, in one line. */
  readonly more: string
}

export interface SessionRow {
  readonly id: string
  readonly browser: string
  readonly how: string
  /** ISO 8601. */
  readonly since: string
  readonly lastSeenAt: string
  readonly subject: { readonly text: string; readonly url: string } | undefined
  readonly end: Act | undefined
}

export interface GrantRow {
  readonly subject: { readonly text: string; readonly url: string }
  readonly app: string
  readonly appUrl: string | undefined
  readonly scopes: string
  /** ISO 8601. */
  readonly since: string
  readonly revoke: Act | undefined
}
