/** One try to send one letter, and what becomes of it: sent, refused for good, put off, or given up. */
import { readLetter } from './letter-shape.ts'
import type { Letter } from './letter.ts'
import { queueLimits } from './queue-limits.ts'

export interface TakenLetter {
  readonly id: string
  readonly kind: string
  readonly letter: unknown
  /** Those before this one. */
  readonly tries: number
}

export interface LetterFate {
  finish(id: string, outcome: 'sent' | 'refused' | 'given_up', fault?: string): Promise<void>
  /** Without a fault it was not tried. */
  postpone(id: string, next: { readonly at: Date; readonly fault: string | undefined }): Promise<void>
}

export interface SendingDependencies {
  readonly box: LetterFate
  readonly clock: () => Date
  /** @throws where another try may do */
  readonly deliver: (letter: Letter, signal: AbortSignal) => Promise<'sent' | 'refused'>
  readonly log: (entry: QueueEntry) => void
}

export interface QueueEntry {
  readonly level: 'info' | 'warn' | 'error'
  readonly text: string
  /** The kind of mail; never whose it is. */
  readonly mail?: string
  readonly error?: unknown
}

/** Never rejects. */
export async function sendLetter(
  dependencies: SendingDependencies,
  taken: TakenLetter,
  cutting: AbortSignal,
): Promise<void> {
  const { log } = dependencies
  try {
    await sendOnce(dependencies, taken, cutting)
  } catch (error) {
    // The letter is there still, and falls due again when the hold is over.
    log({
      level: 'error',
      text: 'what came of a mail could not be kept',
      mail: taken.kind,
      error: reasonOf(error),
    })
  }
}

async function sendOnce(
  { box, clock, deliver, log }: SendingDependencies,
  { id, kind: mail, letter, tries }: TakenLetter,
  cutting: AbortSignal,
): Promise<void> {
  const inSeconds = (seconds: number): Date => new Date(clock().getTime() + seconds * 1000)
  try {
    const outcome = await deliver(readLetter(letter), cutting)
    await box.finish(id, outcome)
    if (outcome === 'sent') log({ level: 'info', text: 'a mail was sent', mail })
    else log({ level: 'warn', text: 'the mail server refused a mail for good', mail })
  } catch (error) {
    if (cutting.aborted) return box.postpone(id, { at: inSeconds(0), fault: undefined })
    const fault = reasonOf(error)
    log({ level: 'warn', text: 'a mail could not be sent yet', mail, error: fault })
    const wait = queueLimits.retrySeconds[tries]
    if (wait !== undefined) return box.postpone(id, { at: inSeconds(wait), fault })
    await box.finish(id, 'given_up', fault)
    log({ level: 'error', text: 'a mail was given up', mail })
  }
}

/** The server’s own words may repeat the address, so the log gets the code alone. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}
