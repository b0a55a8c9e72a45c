/** What the server and a face worker say to each other; the server believes nothing that has another shape. */
import { z } from 'zod'
import { Embedding } from './embedding.ts'
import { defects, type Measurement } from './engine.ts'
import { stages, type StageTime } from './stages.ts'

export const toWorker = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    imageAdapter: z.enum(['auto', 'opencv', 'sharp']),
    modelFolders: z.array(z.string()),
    manifestPath: z.string(),
    /** Where the networks run, if not in the worker itself. */
    inference: z
      .object({
        url: z.string(),
        token: z.string().or(z.undefined()).optional(),
        ca: z.string().or(z.undefined()).optional(),
      })
      .optional(),
  }),
  z.object({
    kind: z.literal('measure'),
    frame: z.instanceof(Uint8Array),
    wish: z.object({
      challenge: z.boolean().exactOptional(),
      face: z.enum(['largest', 'central']),
      embedding: z.boolean(),
      presentationAttack: z.boolean().exactOptional(),
    }),
  }),
])
export type ToWorker = z.infer<typeof toWorker>

const point = z.object({ x: z.number(), y: z.number() })

const face = z.object({
  box: z.object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() }),
  landmarks: z.tuple([point, point, point, point, point]),
  score: z.number(),
  pose: z.object({ yaw: z.number(), pitch: z.number(), rollDegrees: z.number() }),
  sharpness: z.number(),
  brightness: z.number(),
})

const degrees = z.number().or(z.nan())

const mesh = z.object({
  yawDegrees: degrees,
  pitchDegrees: degrees,
  rigidPoints: z.array(z.object({ x: degrees, y: degrees })).max(468),
})

const channel = z.number().or(z.nan())
const tone = z.object({ red: channel, green: channel, blue: channel })

/** An embedding loses its class on the way, and gets it back through its own guard. */
const embedding = z
  .object({ vector: z.instanceof(Float32Array), model: z.string() })
  .transform(({ vector, model }) => Embedding.from(vector, model))

export const measurement = z.discriminatedUnion('outcome', [
  z.object({
    outcome: z.literal('measured'),
    widthPx: z.number(),
    heightPx: z.number(),
    defects: z.array(z.enum(defects)),
    face: face.exactOptional(),
    embedding: embedding.exactOptional(),
    livenessScore: z.number().or(z.nan()).exactOptional(),
    mesh: mesh.exactOptional(),
    backdrop: z.instanceof(Uint8Array).exactOptional(),
    tones: z.object({ face: tone, backdrop: tone }).exactOptional(),
  }),
  z.object({
    outcome: z.literal('unreadable'),
    fault: z.enum(['empty', 'too_many_bytes', 'too_many_pixels', 'not_an_image', 'truncated']),
  }),
  z.object({ outcome: z.literal('failed') }),
])

const stageTime = z.object({ stage: z.enum(stages), ms: z.number().min(0) })

export const fromWorker = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready'), imageAdapter: z.enum(['opencv', 'sharp']) }),
  /** It cannot start; the message is for the operator. */
  z.object({ kind: z.literal('refused'), message: z.string() }),
  z.object({ kind: z.literal('measured'), measurement, stages: z.array(stageTime).max(32) }),
])
export type FromWorker = z.infer<typeof fromWorker>

/** As it is sent: before the embedding is unwrapped. */
export type Sent =
  | Exclude<FromWorker, { kind: 'measured' }>
  | {
      readonly kind: 'measured'
      readonly measurement: Measurement
      readonly stages: readonly StageTime[]
    }
