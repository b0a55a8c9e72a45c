/** What the doctor says of one thing, and what it is given to look at. */
import type { Config } from '../../config.ts'

export type State = 'ok' | 'warn' | 'fail' | 'left out'

export interface Finding {
  readonly check: string
  readonly state: State
  /** One sentence, without a secret. */
  readonly says: string
  /** What to do about it. */
  readonly advice?: string
}

export interface Patient {
  readonly config: Config
  readonly now: () => Date
  /** As long as an answer may take. */
  readonly patienceMs: number
}

export type Check = (patient: Patient) => Promise<readonly Finding[]>

export function ok(check: string, says: string): Finding {
  return { check, state: 'ok', says }
}

export function warn(check: string, says: string, advice: string): Finding {
  return { check, state: 'warn', says, advice }
}

export function fail(check: string, says: string, advice: string): Finding {
  return { check, state: 'fail', says, advice }
}

export function leftOut(check: string, says: string): Finding {
  return { check, state: 'left out', says }
}

/** What a failed call says of itself, the reason below it included. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error ? `${error.message} (${cause.message})` : error.message
}
