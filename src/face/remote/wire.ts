/** What the server and a face worker on another machine say to each other: paths, headers, bounds, measurements as text. */
import { z } from 'zod'
import type { Measurement } from '../engine.ts'
import type { Wish } from '../measuring-engine.ts'
import { measurement } from '../worker-messages.ts'

export const protocolVersion = 1

export const paths = { identity: '/v1/face-worker', measurements: '/v1/measurements' } as const

/** How many frames wait there after this one: each answer tells it, so that servers learn of each other's load. */
export const waitingHeader = 'mien-waiting'

/** How long the frame waited there, and each stage of the work on it took: `timing.ts`. */
export const timingHeader = 'server-timing'

export const wireLimits = {
  /** A frame of a capture is a tenth of it. */
  mostFrameBytes: 1024 * 1024,
  /** An answer is 10 KB of text at most. */
  mostAnswerCharacters: 64 * 1024,
} as const

const tag = z.string().min(1).max(200)

/** Who answers there, and what it measures with. */
export const identityShape = z.object({
  protocol: z.literal(protocolVersion),
  version: z.string().max(50),
  /** The recogniser, as in `Embedding.model`. */
  model: tag,
  /** SHA-256 of every network in use, sorted. */
  networks: z.array(tag).max(50),
  imageAdapter: z.enum(['opencv', 'sharp']),
  workers: z.int().min(1).max(1024),
  /** Whether a worker has loaded its networks. */
  isReady: z.boolean(),
})
export type Identity = z.infer<typeof identityShape>

const wishShape = z
  .strictObject({
    face: z.enum(['largest', 'central']),
    embedding: z.enum(['yes', 'no']),
    challenge: z.enum(['yes', 'no']),
    attack: z.enum(['yes', 'no']),
  })
  .transform(({ face, embedding, challenge, attack }): Wish => ({
    face,
    embedding: embedding === 'yes',
    challenge: challenge === 'yes',
    presentationAttack: attack === 'yes',
  }))

export function pathOfWish({ face, embedding, challenge, presentationAttack }: Wish): string {
  const said = (wanted: boolean | undefined) => (wanted === true ? 'yes' : 'no')
  const query = {
    face,
    embedding: said(embedding),
    challenge: said(challenge),
    attack: said(presentationAttack),
  }
  return `${paths.measurements}?${new URLSearchParams(query).toString()}`
}

/** Undefined where the query asks for anything else. */
export function wishOfQuery(query: URLSearchParams): Wish | undefined {
  if (new Set(query.keys()).size !== query.size) return undefined
  return wishShape.safeParse(Object.fromEntries(query)).data
}

/**
 * JSON has neither NaN, which a measurement may well be, nor arrays of bytes: each is an object of one key.
 * An overloaded queue is no measurement; it is said by status 503.
 */
export function encodeMeasurement(given: Exclude<Measurement, { outcome: 'overloaded' }>): string {
  return JSON.stringify(given, (_, value: unknown) => {
    if (Number.isNaN(value)) return { nan: true }
    if (value instanceof Float32Array) return { floats: toBase64(value) }
    if (value instanceof Uint8Array) return { bytes: toBase64(value) }
    return value
  })
}

const special = z.union([
  z.strictObject({ nan: z.literal(true) }),
  z.strictObject({ floats: z.base64() }),
  z.strictObject({ bytes: z.base64() }),
])

/** Undefined where the text is no measurement: it passes the guard that a local worker's answer passes. */
export function decodeMeasurement(text: string): Measurement | undefined {
  if (text.length > wireLimits.mostAnswerCharacters) return undefined
  try {
    const value: unknown = JSON.parse(text, (_, each: unknown) => revive(each))
    return measurement.parse(value)
  } catch {
    return undefined
  }
}

function revive(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  const { data } = special.safeParse(value)
  if (data === undefined) return value
  if ('nan' in data) return NaN
  if ('bytes' in data) return new Uint8Array(Buffer.from(data.bytes, 'base64'))
  const bytes = Buffer.from(data.floats, 'base64')
  // Copied: a pooled buffer need not begin where a float may.
  return new Float32Array(Uint8Array.from(bytes).buffer, 0, Math.floor(bytes.length / 4))
}

function toBase64({ buffer, byteOffset, byteLength }: ArrayBufferView): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64')
}

/** For a refusal that a person reads in a log. */
export function differencesOf(
  wanted: Pick<Identity, 'model' | 'networks'>,
  found: Identity,
): string | undefined {
  if (found.model !== wanted.model) return 'it has another recogniser'
  const absent = wanted.networks.filter((each) => !found.networks.includes(each))
  if (absent.length > 0) return `it lacks ${absent.length} of the networks in use here`
  return undefined
}
