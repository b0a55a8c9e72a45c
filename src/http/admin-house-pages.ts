/** The locals of the console’s pages about the house itself: overview, keys, audit, calibration, workers, outbox. */
import type { Act, Badge, Choice, EventLine, Fact, Framed, Paged, Tone } from './admin-lines.ts'

export interface Tile {
  readonly name: string
  readonly state: string
  readonly tone: Tone
  readonly text: string
  readonly url: string
}

/** A bar of a drawing, in per cent of its height. */
export interface HourBar {
  readonly x: number
  readonly acceptedY: number
  readonly acceptedHeight: number
  readonly refusedY: number
  readonly refusedHeight: number
  /** ISO 8601. */
  readonly from: string
  readonly accepted: number
  readonly refused: number
}

/** A line in a plot of two rates, in the units of the drawing. */
export interface Curve {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
  /** Of a polyline. */
  readonly line: string
  /** The same with the upper ends of the false match rates. */
  readonly bounds: string
  readonly dots: readonly { readonly x: number; readonly y: number }[]
  readonly inForce: { readonly x: number; readonly y: number }
  readonly across: readonly { readonly at: number; readonly text: string }[]
  readonly up: readonly { readonly at: number; readonly text: string }[]
  /** For those who do not see it. */
  readonly says: string
  readonly rows: readonly {
    readonly threshold: string
    readonly fmr: string
    readonly fmrUpper: string
    readonly fnmr: string
    readonly isInForce: boolean
  }[]
}

export interface ShareLine {
  readonly name: string
  readonly count: number
  /** Of the longest bar, in per cent. */
  readonly percent: number
  readonly tone: Tone
}

export interface AdminHouseLocals {
  readonly 'admin-overview': Framed & {
    readonly tiles: readonly Tile[]
    readonly total: number
    readonly accepted: number
    readonly refused: number
    readonly hours: readonly HourBar[]
    readonly outcomes: readonly ShareLine[]
    readonly acrs: readonly ShareLine[]
    readonly versions: readonly Fact[]
  }
  readonly 'admin-keys': Framed & {
    readonly keys: readonly {
      readonly id: string
      readonly algorithm: string
      readonly state: Badge
      /** ISO 8601. */
      readonly since: string | undefined
      readonly until: string | undefined
    }[]
    readonly rotateUrl: string | undefined
    readonly leakedUrl: string | undefined
  }
  readonly 'admin-audit': Framed &
    Paged & {
      readonly filter: {
        readonly types: readonly Choice[]
        readonly subject: string
        readonly client: string
        /** As the browser’s own field has it: `2026-11-23`. */
        readonly since: string
        readonly until: string
      }
      readonly isFiltered: boolean
      readonly error: string | undefined
      readonly clearUrl: string
      readonly csvUrl: string
      readonly events: readonly EventLine[]
      readonly chain: { readonly state: Badge; readonly text: string }
      readonly verify: Act | undefined
    }
  readonly 'admin-calibration': Framed & {
    /** Undefined where the calibration holds no more than its one point. */
    readonly curve: Curve | undefined
    readonly facts: readonly Fact[]
    readonly rates: readonly {
      readonly name: string
      readonly value: string
      readonly bound: string
      readonly basis: string
    }[]
    readonly attacks:
      | {
          readonly facts: readonly Fact[]
          readonly kinds: readonly {
            readonly name: string
            readonly captures: number
            readonly value: string
            readonly bound: string
          }[]
        }
      | undefined
    readonly networks: readonly {
      readonly name: string
      readonly job: string
      readonly licence: string
      readonly file: string
      readonly digest: string
    }[]
  }
  readonly 'admin-workers': Framed & {
    readonly tiles: readonly Tile[]
    readonly places: readonly string[]
    readonly queues: readonly {
      readonly name: string
      readonly waiting: number
      readonly state: Badge
      /** ISO 8601. */
      readonly oldestAt: string | undefined
      readonly more: string
    }[]
    readonly facts: readonly Fact[]
  }
  readonly 'admin-outbox': Framed &
    Paged & {
      readonly mails: readonly {
        readonly id: string
        readonly to: string
        readonly kind: string
        readonly state: Badge
        /** ISO 8601. */
        readonly since: string
        readonly nextAt: string | undefined
        /** Empty where nothing went wrong. */
        readonly problem: string
        readonly drop: Act | undefined
        readonly retry: Act | undefined
      }[]
    }
  /** “Are you sure?”, with something to type where it cannot be undone. */
  readonly 'admin-confirm': Framed & {
    readonly heading: string
    readonly text: string
    readonly points: readonly string[]
    readonly act: Act
    readonly typed: { readonly label: string; readonly expected: string } | undefined
    readonly box: string | undefined
    readonly backUrl: string
    readonly backText: string
    readonly error: string | undefined
  }
  /** Behind the link that the first start prints, and behind an invitation. */
  readonly 'admin-join': {
    readonly heading: string
    readonly text: string
    readonly steps: readonly { readonly text: string; readonly isDone: boolean }[]
    /** The first is the one to take. */
    readonly links: readonly { readonly url: string; readonly text: string }[]
    readonly form:
      | { readonly action: string; readonly csrf: string; readonly token: string; readonly text: string }
      | undefined
  }
}

const wide = { layout: 'admin', width: 'wide', scripts: ['local-times.js'] } as const

export const adminHousePages = {
  'admin-overview': { ...wide, title: 'Console' },
  'admin-keys': { ...wide, title: 'Keys' },
  'admin-audit': { ...wide, title: 'Audit trail' },
  'admin-calibration': { ...wide, title: 'Face matching' },
  'admin-workers': { ...wide, title: 'Workers and queues' },
  'admin-outbox': { ...wide, title: 'Mail waiting' },
  'admin-confirm': { ...wide, title: 'Are you sure?' },
  'admin-join': { width: 'narrow', scripts: [], title: 'Become an administrator' },
} as const
