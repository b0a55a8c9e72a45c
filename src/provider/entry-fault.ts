/** Why an administrator's wish for a client or an API cannot be done. */
import type { Problem } from './managed-entries.ts'

export type EntryFaultCode =
  | 'entry_not_found'
  /** The name is taken, here or in clients.yaml. */
  | 'entry_exists'
  /** `problems` says which settings. */
  | 'entry_invalid'
  /** It stands in clients.yaml, belongs to the house, or is the app’s own. */
  | 'entry_read_only'
  /** Somebody else changed it meanwhile: read it again. */
  | 'entry_changed'
  /** `problems` says by which clients. */
  | 'entry_in_use'

export class EntryFault extends Error {
  readonly code: EntryFaultCode
  readonly problems: readonly Problem[]

  constructor(code: EntryFaultCode, message: string, problems: readonly Problem[] = []) {
    super(message)
    this.name = 'EntryFault'
    this.code = code
    this.problems = problems
  }
}
