/** The list of networks that this version knows: `models/manifest.json`, parsed once. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { padCalibrationSchema } from './pad-calibration.ts'

const shape = z.array(z.union([z.int().positive(), z.string()]))

const rate = z.number().min(0).max(1)

/** A measured relation of threshold to FMR for one recogniser (ISO/IEC 19795-1); `null` is never written: what is not measured is absent. */
export const calibrationSchema = z
  .object({
    /** Embedding tag `<sha256>/<preprocessing version>` that the figures belong to. */
    model: z.string(),
    dataset: z.string(),
    imageAdapter: z.enum(['opencv', 'sharp']),
    subjects: z.int().positive(),
    images: z.int().positive(),
    /** Pairs of people, and of their pictures. */
    subjectPairs: z.int().positive(),
    impostorPairs: z.int().positive(),
    smallestSupportedFmr: rate.positive(),
    /** Whose bounds are the highest, where groups were told apart. */
    worstGroup: z.string().exactOptional(),
    /** Ascending by FMR. `fmrUpper` is the 95 % upper bound at that threshold, in the worst group. */
    points: z
      .array(z.object({ fmr: rate, fmrUpper: rate, threshold: z.number().min(-1).max(1), fnmr: rate }))
      .min(1),
  })
  .refine(
    ({ points, smallestSupportedFmr }) => points.every(({ fmrUpper }) => fmrUpper >= smallestSupportedFmr),
    'a point claims less than `smallestSupportedFmr`',
  )
export type Calibration = z.infer<typeof calibrationSchema>

const entry = z.object({
  /** Short name, as in `mien models list`. */
  name: z.string().min(1),
  purpose: z.enum(['detector-fine', 'detector-coarse', 'detector', 'recogniser', 'pad', 'pose', 'mesh']),
  file: z.string().regex(/^[\w.-]+\.onnx$/),
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Where these very bytes are published; absent where they are not. */
  source: z.url({ protocol: /^https$/ }).optional(),
  licence: z.string().min(1),
  licenceNote: z.string().optional(),
  /** Whether the server starts without it. */
  required: z.boolean(),
  input: z.object({ name: z.string(), shape }),
  outputs: z.array(z.object({ name: z.string(), shape: shape.optional() })).min(1),
  preprocessing: z.object({
    /** Raised whenever the pixels that reach the network change; part of every template's model tag. */
    version: z.string().min(1),
    channels: z.enum(['rgb', 'bgr']),
    /** Value fed = (x / scale − mean) / std, per channel in the order of `channels`. */
    scale: z.number().positive(),
    mean: z.tuple([z.number(), z.number(), z.number()]),
    std: z.tuple([z.number(), z.number(), z.number()]),
    description: z.string(),
  }),
  /** What a network of the purpose `pad` is shown, the face box scaled about its centre, and which of its classes is a live face. */
  pad: z.object({ boxScale: z.number().positive(), liveClass: z.int().nonnegative() }).optional(),
  calibration: calibrationSchema.optional(),
})
export type ModelEntry = z.infer<typeof entry>

const manifest = z.object({ models: z.array(entry), padCalibration: padCalibrationSchema.optional() })
export type Manifest = z.infer<typeof manifest>

export const manifestPath = fileURLToPath(new URL('../../models/manifest.json', import.meta.url))

/** @throws {Error} naming the file, where it is not JSON of the expected shape. */
export function readManifest(path: string = manifestPath): Manifest {
  const parsed = manifest.safeParse(JSON.parse(readFileSync(path, 'utf8')))
  if (!parsed.success) throw new Error(`${path} is not a model manifest: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** The tag that a recogniser's embeddings and templates carry. */
export function modelTag(recogniser: ModelEntry): string {
  return `${recogniser.sha256}/${recogniser.preprocessing.version}`
}
