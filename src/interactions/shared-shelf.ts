/** The shelf of captures that every node reaches: what is known of each is written down anew at each frame, and each frame that counts is added once. */
import { decodeCapture, encodeCapture } from './capture-codec.ts'
import { mostOpenCaptures, tooManyOpen, type CaptureShelf } from './capture-shelf.ts'
import type { Capture } from './capture-state.ts'
import { decodeKeptFrame, encodeKeptFrame } from './kept-frame-codec.ts'
import type { KeyFrame } from './take.ts'

interface Key {
  readonly kind: string
  readonly id: string
}

/** Sealed values for a while, the same for every node. */
export interface SharedValues {
  put(key: Key, value: Uint8Array, expiresAt: Date): Promise<void>
  get(key: Key): Promise<{ readonly value: Uint8Array; readonly version: string } | undefined>
  /** @returns the new version; undefined where another writer was first */
  replace(
    key: Key,
    change: { readonly value: Uint8Array; readonly version: string; readonly expiresAt: Date },
  ): Promise<string | undefined>
  append(key: Key, piece: Uint8Array, expiresAt: Date): Promise<void>
  list(key: Key): Promise<readonly Uint8Array[]>
  erase(key: Key): Promise<void>
}

/** A node that measures a frame for longer has died, or its answer comes too late to matter. */
const holdMs = 5000

/** What is over is known for so long still, so that the person is told that it is; embeddings go on time. */
const afterlifeMs = 60_000

/** Writers that may be first before an end is given up: a capture has one browser. */
const mostRaces = 20

export function createSharedShelf(values: SharedValues, clock: () => Date): CaptureShelf {
  const heads = createHeads(values)
  const issued = createCount(clock)
  const spend = async (capture: Capture): Promise<boolean> => {
    // An empty value holds the place until it is over, so that of many who have found the capture one alone spends it.
    if (!(await heads.write(capture, new Uint8Array()))) return false
    issued.remove(capture)
    await values.erase(framesKey(capture))
    return true
  }
  return {
    holdMs,
    add: async (capture) => {
      issued.add(capture)
      await values.put(headKey(capture.binding), encodeCapture(capture), afterlifeOf(capture))
    },
    find: heads.find,
    save: async (capture, kept) => {
      // Before its name is written down: what no capture names counts for nothing.
      if (kept !== undefined)
        await values.append(framesKey(capture), encodeKeptFrame(kept), capture.expiresAt)
      return heads.write(capture, encodeCapture(capture))
    },
    framesOf: async (capture) => {
      const pieces = await values.list(framesKey(capture))
      return new Map<string, KeyFrame>(pieces.map(decodeKeptFrame).map(({ name, frame }) => [name, frame]))
    },
    spend,
    drop: async (capture) => {
      for (let race = 0; race < mostRaces; race += 1) {
        const latest = await heads.find(capture.binding)
        if (latest?.id !== capture.id || (await spend(latest))) return
      }
      throw new Error('too many writers of one capture')
    },
    purge: issued.purge,
  }
}

interface Heads {
  readonly find: (binding: string) => Promise<Capture | undefined>
  /** @returns false where the capture is not as it was when it was found */
  readonly write: (capture: Capture, value: Uint8Array) => Promise<boolean>
}

function createHeads(values: SharedValues): Heads {
  const versions = new WeakMap<Capture, string>()
  return {
    find: async (binding) => {
      const found = await values.get(headKey(binding))
      if (found === undefined || found.value.length === 0) return undefined
      const capture = decodeCapture(found.value)
      // Sealed to its key, so no other can stand there; were it so all the same, it is nobody’s.
      if (capture.binding !== binding) return undefined
      versions.set(capture, found.version)
      return capture
    },
    write: async (capture, value) => {
      const version = versions.get(capture)
      if (version === undefined) return false
      versions.delete(capture)
      const change = { value, version, expiresAt: afterlifeOf(capture) }
      const next = await values.replace(headKey(capture.binding), change)
      if (next !== undefined) versions.set(capture, next)
      return next !== undefined
    },
  }
}

interface Count {
  /** @throws {Fault} engine_busy where too many are open */
  readonly add: (capture: Capture) => void
  readonly remove: (capture: Capture) => void
  readonly purge: () => number
}

/**
 * Of the captures that this process has issued: the bound is each node’s own, which holds whatever the others do and
 * asks the database nothing. One that ends on another node counts here until it would be over.
 */
function createCount(clock: () => Date): Count {
  const over = new Map<string, number>()
  const purge = (): number => {
    const now = clock().getTime()
    for (const [id, at] of over) if (now >= at) over.delete(id)
    return over.size
  }
  return {
    add: ({ id, expiresAt }) => {
      if (over.size >= mostOpenCaptures && purge() >= mostOpenCaptures) throw tooManyOpen()
      over.set(id, expiresAt.getTime())
    },
    remove: ({ id }) => {
      over.delete(id)
    },
    purge,
  }
}

function headKey(binding: string): Key {
  return { kind: 'capture', id: binding }
}

function framesKey({ id }: Capture): Key {
  return { kind: 'capture frames', id }
}

function afterlifeOf({ expiresAt }: Capture): Date {
  return new Date(expiresAt.getTime() + afterlifeMs)
}
