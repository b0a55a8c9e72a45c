/** A scripted engine and a clock that the tests move by hand; seeded embeddings of chosen angle. */
import { Embedding } from '../../src/face/embedding.ts'
import type { FaceEngine, Measurement } from '../../src/face/engine.ts'
import { createMemoryShelf, type CaptureShelf } from '../../src/interactions/capture-shelf.ts'
import { createSharedShelf, type SharedValues } from '../../src/interactions/shared-shelf.ts'

export const model = 'test-model/1'

/** A unit vector at `degrees` from the first axis, in the plane of the first and the `towards`-th. */
export function embeddingAt(degrees: number, towards = 1): Embedding {
  const vector = new Float32Array(128)
  vector[0] = Math.cos((degrees * Math.PI) / 180)
  vector[towards] = Math.sin((degrees * Math.PI) / 180)
  return Embedding.from(vector, model)
}

type Measured = Extract<Measurement, { outcome: 'measured' }>

/** A face that looks straight ahead, in pixels of a 640×480 frame. */
export const landmarks = [
  { x: 270, y: 200 },
  { x: 370, y: 200 },
  { x: 320, y: 260 },
  { x: 285, y: 310 },
  { x: 355, y: 310 },
] as const

const box = { x: 200, y: 120, width: 240, height: 240 }

const grey = { red: 120, green: 120, blue: 120 } as const

export function goodFrame(embedding: Embedding, pose: { yaw?: number; pitch?: number } = {}): Measured {
  const { yaw = 0, pitch = 0 } = pose
  return {
    outcome: 'measured',
    widthPx: 640,
    heightPx: 480,
    defects: [],
    face: {
      box,
      landmarks,
      score: 0.9,
      pose: { yaw, pitch: 0, rollDegrees: 0 },
      sharpness: 500,
      brightness: 120,
    },
    embedding,
    mesh: { yawDegrees: 80 * yaw, pitchDegrees: pitch, rigidPoints: landmarks },
    backdrop: new Uint8Array(8),
    tones: { face: grey, backdrop: grey },
  }
}

export interface ScriptedEngine extends Pick<FaceEngine, 'measure'> {
  next: Measurement
  /** Where set, measuring waits for it. */
  until: Promise<void> | undefined
}

export function scriptedEngine(first: Measurement): ScriptedEngine {
  const engine: ScriptedEngine = {
    next: first,
    until: undefined,
    measure: async () => {
      await engine.until
      return engine.next
    },
  }
  return engine
}

export interface HandClock {
  now: Date
  readonly clock: () => Date
  pass(seconds: number): void
}

export function handClock(): HandClock {
  const hand: HandClock = {
    now: new Date('2026-01-01T12:00:00Z'),
    clock: () => hand.now,
    pass: (seconds) => {
      hand.now = new Date(hand.now.getTime() + seconds * 1000)
    },
  }
  return hand
}

/** Frames that are all different, as a camera’s are. */
export function frameBytes(index: number): Uint8Array {
  return new TextEncoder().encode(`frame ${index}`)
}

/** The code of the fault that the action ends in; anything else fails the test. */
export async function faultOf(action: () => unknown): Promise<string> {
  try {
    await action()
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code
    throw error
  }
  return 'none'
}

/** Both kinds of shelf, each as the nodes have it that take turns in a test. */
export const shelves: readonly {
  readonly where: string
  readonly open: (clock: () => Date) => readonly [CaptureShelf, ...CaptureShelf[]]
}[] = [
  { where: 'in one process', open: (clock) => [createMemoryShelf(clock)] },
  {
    where: 'on two nodes by turns',
    open: (clock) => {
      const values = sharedValues(clock)
      return [createSharedShelf(values, clock), createSharedShelf(values, clock)]
    },
  },
]

/** What the store keeps for a while, without a store: bytes are copied on the way in, and each write has a version of its own. */
export function sharedValues(clock: () => Date): SharedValues & { readonly held: () => readonly string[] } {
  const values = new Map<string, { value: Uint8Array; version: string; expiresAt: Date }>()
  const lists = new Map<string, { piece: Uint8Array; expiresAt: Date }[]>()
  let written = 0
  const nameOf = ({ kind, id }: { readonly kind: string; readonly id: string }): string => `${kind}/${id}`
  const write = (name: string, value: Uint8Array, expiresAt: Date): string => {
    written += 1
    values.set(name, { value: Uint8Array.from(value), version: String(written), expiresAt })
    return String(written)
  }
  const live = (name: string) => {
    const found = values.get(name)
    return found !== undefined && clock() < found.expiresAt ? found : undefined
  }
  return {
    put: (key, value, expiresAt) => {
      write(nameOf(key), value, expiresAt)
      return Promise.resolve()
    },
    get: (key) => Promise.resolve(live(nameOf(key))),
    replace: (key, { value, version, expiresAt }) =>
      Promise.resolve(
        live(nameOf(key))?.version === version ? write(nameOf(key), value, expiresAt) : undefined,
      ),
    append: (key, piece, expiresAt) => {
      const list = lists.get(nameOf(key)) ?? []
      lists.set(nameOf(key), [...list, { piece: Uint8Array.from(piece), expiresAt }])
      return Promise.resolve()
    },
    list: (key) =>
      Promise.resolve(
        (lists.get(nameOf(key)) ?? [])
          .filter(({ expiresAt }) => clock() < expiresAt)
          .map(({ piece }) => piece),
      ),
    erase: (key) => {
      values.delete(nameOf(key))
      lists.delete(nameOf(key))
      return Promise.resolve()
    },
    held: () => [...values.keys(), ...lists.keys()],
  }
}
