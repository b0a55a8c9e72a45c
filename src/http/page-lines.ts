/** What several pages list: one line of each kind. */

export interface ScopeSentence {
  readonly name: string
  /** Follows “It will be able to”. */
  readonly text: string
}

export interface SignInLine {
  /** ISO 8601. */
  readonly at: string
  readonly how: string
  readonly app: string
  readonly outcome: string
}

export interface MethodLine {
  readonly name: string
  readonly state: string
  readonly isOn: boolean
  readonly url: string | undefined
}

export interface DeviceLine {
  readonly id: string
  readonly name: string
  /** ISO 8601: since when it is trusted. */
  readonly since: string
  readonly lastUsedAt: string | undefined
}

export interface FaceLines {
  /** ISO 8601. */
  readonly enrolledAt: string
  /** “Firefox on Linux”; undefined where that is not known. */
  readonly enrolledOn: string | undefined
  /** The network by which it is recognised. */
  readonly model: string
  readonly lastUsedAt: string | undefined
  /** How many templates are kept. */
  readonly count: number
}
