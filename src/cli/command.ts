/** What a command is, to the table of commands and to the help that is written from it. */

export interface Command {
  readonly summary: string
  readonly usage: string
  readonly details?: readonly string[]
  readonly examples: readonly string[]
  /** Loads its module only when asked for, so that help needs neither networks nor a database. */
  readonly run: (args: readonly string[]) => Promise<unknown>
}
