/** Takes letters and returns at once; sends them in the background, again after a while where the server would not take them. */
import type { Letter } from './letter.ts'

export const queueLimits = {
  /** Waiting or under way; beyond it letters are dropped, and the log says so. */
  mostLetters: 1000,
  atOnce: 3,
  /** Before the second try and those after; then it is given up. Codes live ten minutes, links half an hour. */
  retrySeconds: [5, 30, 120, 300],
  /** What a stop waits for letters under way. */
  drainSeconds: 5,
} as const

export interface MailQueue {
  /** Never waits, and never throws for what becomes of the letter: neither the time nor the answer of a page may tell. */
  post(letter: Letter): void
  /** Gives what is waiting a last try, for a few seconds. */
  close(): Promise<void>
}

export interface QueueDependencies {
  /** @throws where another try may do */
  readonly deliver: (letter: Letter, signal: AbortSignal) => Promise<'sent' | 'refused'>
  /** Ends early, without an error, where the signal is aborted. */
  readonly wait: (seconds: number, signal: AbortSignal) => Promise<void>
  readonly log: (entry: QueueEntry) => void
}

export interface QueueEntry {
  readonly level: 'info' | 'warn' | 'error'
  readonly text: string
  /** The kind of mail; never whose it is. */
  readonly mail: string
  readonly error?: unknown
}

export function createMailQueue(dependencies: QueueDependencies): MailQueue {
  const underWay = new Set<Promise<void>>()
  const stopping = new AbortController()
  const cutting = new AbortController()
  const slot = createSlots(queueLimits.atOnce)
  const signals = { stopping: stopping.signal, cutting: cutting.signal }
  return {
    post: (letter) => {
      if (stopping.signal.aborted || underWay.size >= queueLimits.mostLetters) {
        dependencies.log({
          level: 'error',
          text: 'a mail was dropped: too many are waiting',
          mail: letter.name,
        })
        return
      }
      const work = send({ ...dependencies, slot, signals }, letter).finally(() => underWay.delete(work))
      underWay.add(work)
    },
    close: async () => {
      stopping.abort()
      const isOver = new AbortController()
      const all = Promise.all(underWay).then(() => isOver.abort())
      await Promise.race([all, dependencies.wait(queueLimits.drainSeconds, isOver.signal)])
      cutting.abort()
      await all
    },
  }
}

interface Sending extends QueueDependencies {
  readonly slot: <T>(work: () => Promise<T>) => Promise<T>
  readonly signals: { readonly stopping: AbortSignal; readonly cutting: AbortSignal }
}

async function send(sending: Sending, letter: Letter): Promise<void> {
  const { log, wait, slot, signals } = sending
  // Even the writing of the letter is left to the next turn of the loop.
  await new Promise((resolve) => setImmediate(resolve))
  for (const seconds of [...queueLimits.retrySeconds, undefined]) {
    const outcome = await slot(() => tryOnce(sending, letter))
    if (outcome !== 'again') return
    if (seconds === undefined || signals.stopping.aborted) break
    await wait(seconds, signals.stopping)
    if (signals.cutting.aborted) break
  }
  log({ level: 'error', text: 'a mail was given up', mail: letter.name })
}

async function tryOnce({ deliver, log, signals }: Sending, letter: Letter): Promise<'done' | 'again'> {
  const mail = letter.name
  try {
    const outcome = await deliver(letter, signals.cutting)
    if (outcome === 'sent') log({ level: 'info', text: 'a mail was sent', mail })
    else log({ level: 'warn', text: 'the mail server refused a mail for good', mail })
    return 'done'
  } catch (error) {
    log({ level: 'warn', text: 'a mail could not be sent yet', mail, error: reasonOf(error) })
    return 'again'
  }
}

/** The server’s own words may repeat the address, so the log gets the code alone. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name
}

function createSlots(most: number): Sending['slot'] {
  let free = most
  const waiting: (() => void)[] = []
  return async (work) => {
    if (free > 0) free -= 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await work()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free += 1
      else next()
    }
  }
}
