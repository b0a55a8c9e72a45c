/** Where open captures lie between two frames: in the memory of this process here, or where every node finds them (`shared-shelf.ts`). */
import { Fault } from '../errors.ts'
import type { Capture } from './capture-state.ts'
import type { KeyFrame } from './take.ts'

export interface KeptFrame {
  readonly name: string
  readonly frame: KeyFrame
}

/**
 * One capture to each binding. Writing is compare-and-swap: of two who have changed what they found, on whichever
 * node, one is told that it came too late.
 */
export interface CaptureShelf {
  /** After so long, who measures a frame and says nothing more has died, in milliseconds. */
  readonly holdMs: number
  /** In place of any other of the binding. @throws {Fault} engine_busy where too many are open */
  add(capture: Capture): Promise<void>
  find(binding: string): Promise<Capture | undefined>
  /** @returns whether it was written; where not, another was first, and nothing is changed */
  save(capture: Capture, kept?: KeptFrame): Promise<boolean>
  /** Those that count, at least. */
  framesOf(capture: Capture): Promise<ReadonlyMap<string, KeyFrame>>
  /** Removes it, with its frames. @returns true to exactly one of all who have found it as it is now */
  spend(capture: Capture): Promise<boolean>
  /** Removes it, whoever else works on it. */
  drop(capture: Capture): Promise<void>
  /** Drops what is over, as far as the engine does not. @returns how many are open still, of those that this process has issued */
  purge(): number
}

/** Captures open at once in one process; beyond it new ones are refused rather than old ones dropped. */
export const mostOpenCaptures = 2000

export function tooManyOpen(): Fault {
  return new Fault('engine_busy', { detail: 'too many captures are open', retryAfterSeconds: 10 })
}

interface Entry {
  readonly capture: Capture
  readonly frames: Map<string, KeyFrame>
}

/** For one process alone: what lies here dies with it. */
export function createMemoryShelf(clock: () => Date): CaptureShelf {
  const open = new Map<string, Entry>()
  const entryOf = (capture: Capture): Entry | undefined => {
    const entry = open.get(capture.binding)
    return entry?.capture === capture ? entry : undefined
  }
  const remove = (capture: Capture): boolean => entryOf(capture) !== undefined && open.delete(capture.binding)
  const purge = (): number => {
    const now = clock()
    for (const [binding, { capture }] of open) if (now >= capture.expiresAt) open.delete(binding)
    return open.size
  }
  return {
    // Who measures here cannot die without the shelf.
    holdMs: Infinity,
    add: (capture) => {
      open.delete(capture.binding)
      if (open.size >= mostOpenCaptures && purge() >= mostOpenCaptures) return Promise.reject(tooManyOpen())
      open.set(capture.binding, { capture, frames: new Map() })
      return Promise.resolve()
    },
    find: (binding) => Promise.resolve(open.get(binding)?.capture),
    save: (capture, kept) => {
      const entry = entryOf(capture)
      if (entry === undefined) return Promise.resolve(false)
      if (kept !== undefined) entry.frames.set(kept.name, kept.frame)
      forget(entry)
      return Promise.resolve(true)
    },
    framesOf: (capture) => Promise.resolve(entryOf(capture)?.frames ?? new Map()),
    spend: (capture) => Promise.resolve(remove(capture)),
    drop: (capture) => {
      remove(capture)
      return Promise.resolve()
    },
    purge,
  }
}

/** Embeddings that no longer count are not kept. */
function forget({ capture, frames }: Entry): void {
  const named = new Set(namesIn(capture))
  for (const name of frames.keys()) if (!named.has(name)) frames.delete(name)
}

/** Of every frame that counts still. */
export function namesIn({ looks, course, enrolment }: Capture): readonly string[] {
  const steps = course.satisfied.flatMap(({ frames }) => frames)
  const samples = enrolment?.samples.flatMap(({ frames }) => frames) ?? []
  return [...looks, ...steps, ...samples]
}
