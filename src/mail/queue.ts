/** Takes letters and returns at once; they wait where a dead process does not take them along, and are sent in the background, again after a while where the server would not take them. */
import type { Letter } from './letter.ts'
import { queueLimits } from './queue-limits.ts'
import {
  reasonOf,
  sendLetter,
  type LetterFate,
  type SendingDependencies,
  type TakenLetter,
} from './send-letter.ts'

/** Where letters wait; every node may look there, and one at a time has a letter. */
export interface LetterBox extends LetterFate {
  /** @returns false where so many wait already that this one is not taken */
  add(mail: { readonly kind: string; readonly letter: Letter }, most: number): Promise<boolean>
  takeDue(limit: number, holdSeconds: number): Promise<readonly TakenLetter[]>
  nextDue(): Promise<Date | undefined>
}

export interface MailQueue {
  /** Never waits, and never throws for what becomes of the letter: neither the time nor the answer of a page may tell. */
  post(letter: Letter): void
  /** Looks for letters that are due now; done by itself after each `post`, at each retry, and from time to time. */
  wake(): void
  /** Waits for letters under way, for a few seconds; what waits still is sent by another node, or the next start. */
  close(): Promise<void>
}

export interface QueueDependencies extends SendingDependencies {
  readonly box: LetterBox
  /** Calls back once after so long, until told not to. */
  readonly after: (milliseconds: number, call: () => void) => () => void
}

export function createMailQueue(dependencies: QueueDependencies): MailQueue {
  const { log, after } = dependencies
  const cutting = new AbortController()
  const underWay = new Set<Promise<unknown>>()
  let isOver = false
  const track = (work: Promise<unknown>): void => {
    const tracked = work.finally(() => underWay.delete(tracked))
    underWay.add(tracked)
  }
  const watch = watchBox({ ...dependencies, track, cutting: cutting.signal })
  watch.wake()
  return {
    post: (letter) => {
      if (isOver) log({ level: 'error', text: 'a mail was dropped: stopping', mail: letter.name })
      else
        track(
          put(dependencies, letter).then(() => {
            watch.wake()
          }),
        )
    },
    wake: watch.wake,
    close: async () => {
      isOver = true
      watch.stop()
      const late = Promise.withResolvers<undefined>()
      const stop = after(queueLimits.drainSeconds * 1000, () => {
        late.resolve(undefined)
      })
      await Promise.race([settled(underWay), late.promise])
      stop()
      cutting.abort()
      await settled(underWay)
    },
  }
}

interface Watching extends QueueDependencies {
  readonly track: (work: Promise<unknown>) => void
  readonly cutting: AbortSignal
}

/** Looks when it is told to, when a letter falls due, and from time to time; one look at a time. */
function watchBox(watching: Watching): { readonly wake: () => void; readonly stop: () => void } {
  const { box, log, after, track, cutting } = watching
  const state = { free: queueLimits.atOnce as number, isLooking: false, isAsked: false, isOver: false }
  let stopWaiting = (): void => undefined

  const wake = (): void => {
    if (state.isOver) return
    state.isAsked = true
    if (state.isLooking || state.free === 0) return
    state.isLooking = true
    stopWaiting()
    track(look())
  }
  const look = async (): Promise<void> => {
    let delayMs = queueLimits.pollSeconds * 1000
    try {
      while (state.isAsked && state.free > 0 && !isStopping()) {
        state.isAsked = false
        await takeDue()
      }
      delayMs = Math.min(delayMs, await untilNext(watching))
    } catch (error) {
      log({ level: 'error', text: 'the mails that wait could not be read', error: reasonOf(error) })
    }
    state.isLooking = false
    if (isStopping()) return
    stopWaiting = after(delayMs, wake)
    // Asked for while the next time was looked up.
    if (state.isAsked) wake()
  }
  const isStopping = (): boolean => state.isOver
  const takeDue = async (): Promise<void> => {
    for (const each of await box.takeDue(state.free, queueLimits.holdSeconds)) {
      state.free -= 1
      // Where one was due, others may be.
      state.isAsked = true
      track(
        sendLetter(watching, each, cutting).finally(() => {
          state.free += 1
          wake()
        }),
      )
    }
  }
  return {
    wake,
    stop: () => {
      state.isOver = true
      stopWaiting()
    },
  }
}

/** Also what came up meanwhile. */
async function settled(underWay: ReadonlySet<Promise<unknown>>): Promise<void> {
  while (underWay.size > 0) await Promise.allSettled(underWay)
}

/** No sooner than a moment: of a letter that another node has in hand, the time is not yet. */
async function untilNext({ box, clock }: QueueDependencies): Promise<number> {
  const next = await box.nextDue()
  return next === undefined ? Infinity : Math.max(50, next.getTime() - clock().getTime())
}

async function put({ box, log }: QueueDependencies, letter: Letter): Promise<void> {
  // Even the writing of the letter is left to the next turn of the loop.
  await new Promise((resolve) => setImmediate(resolve))
  const mail = letter.name
  try {
    if (await box.add({ kind: mail, letter }, queueLimits.mostLetters)) return
    log({ level: 'error', text: 'a mail was dropped: too many are waiting', mail })
  } catch (error) {
    log({ level: 'error', text: 'a mail could not be kept', mail, error: reasonOf(error) })
  }
}
