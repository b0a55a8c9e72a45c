/** Settings of the face: networks, threshold, challenge; `config.ts` reads them with the rest. */
import { availableParallelism } from 'node:os'
import { resolve } from 'node:path'
import { z } from 'zod'

const flag = z.enum(['on', 'off']).transform((value) => value === 'on')
const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most)

const faceAcr = 'urn:mien:acr:face(-device|-passkey)?'
const flashPolicy = new RegExp(`^(on|off|${faceAcr}([ ,]+${faceAcr})*)$`)

export const settings = {
  MIEN_IMAGE_ADAPTER: z
    .enum(['auto', 'opencv', 'sharp'])
    .default('auto')
    .describe(
      'What decodes and cuts pictures; every network runs on onnxruntime. `auto` takes OpenCV where its binding is built (`npm run setup:opencv`), else sharp.',
    ),
  MIEN_FACE_WORKERS: whole(0, 256)
    .default(0)
    .describe('Processes that look at frames; 0 means one per core.'),
  MIEN_TARGET_FMR: z.coerce
    .number()
    .min(1e-6)
    .max(1e-2)
    .default(1e-4)
    .describe(
      'The false match rate wanted per attempt. The threshold is the one measured for it; a rate the calibration cannot support is refused at start.',
    ),
  MIEN_CALIBRATION_FILE: z
    .string()
    .min(1)
    .optional()
    .describe(
      'A calibration on your own pictures, written by `mien calibrate --out`. One that was made with another network is refused at start. Default: the one that ships with the recogniser (`docs/error-rates.md`).',
    ),
  MIEN_CAPTURE_SECONDS: whole(60, 90)
    .default(75)
    .describe('How long one capture challenge lives, by the server’s clock.'),
  MIEN_FACE_ALONE: flag
    .optional()
    .describe(
      'Whether a face alone signs in (`on` or `off`). With `off`, a device without a trusted key asks for the password once. Default: `off`, but `on` where the issuer is at localhost, for trying out.',
    ),
  MIEN_CHALLENGE: z
    .enum(['turns', 'look'])
    .default('turns')
    .describe(
      'What a face sign-in asks for: `turns` random turns of the head, which take about eight seconds, or one steady `look`, which any photograph can give.',
    ),
  MIEN_COLOUR_FLASH: z
    .string()
    .regex(flashPolicy, 'is neither `on`, `off` nor a list of `acr` values of a face')
    .default('off')
    .describe(
      'Whether a face sign-in shows soft changing colours on the screen, and wants the face to answer them: `off`, `on`, or the `acr` values that are reached with them alone, with spaces or commas between (`urn:mien:acr:face-device`). People may refuse them, and then prove themselves by something else as well. Patents exist on some ways of doing this: weigh them before you switch it on.',
    ),
}

export interface FaceConfig {
  readonly imageAdapter: 'auto' | 'opencv' | 'sharp'
  readonly faceWorkers: number
  readonly targetFmr: number
  /** Absolute. */
  readonly calibrationFile: string | undefined
  readonly captureSeconds: number
  readonly faceAlone: boolean
  readonly challenge: 'turns' | 'look'
  readonly colourFlash: 'off' | 'on' | readonly string[]
}

type Settings = z.infer<z.ZodObject<typeof settings>>

/** @param isTrial at localhost, where nobody else can reach it */
export function toConfig(settings: Settings, isTrial: boolean): FaceConfig {
  return {
    imageAdapter: settings.MIEN_IMAGE_ADAPTER,
    faceWorkers: settings.MIEN_FACE_WORKERS === 0 ? availableParallelism() : settings.MIEN_FACE_WORKERS,
    targetFmr: settings.MIEN_TARGET_FMR,
    calibrationFile:
      settings.MIEN_CALIBRATION_FILE === undefined ? undefined : resolve(settings.MIEN_CALIBRATION_FILE),
    captureSeconds: settings.MIEN_CAPTURE_SECONDS,
    faceAlone: settings.MIEN_FACE_ALONE ?? isTrial,
    challenge: settings.MIEN_CHALLENGE,
    colourFlash: toFlashPolicy(settings.MIEN_COLOUR_FLASH),
  }
}

function toFlashPolicy(value: string): FaceConfig['colourFlash'] {
  return value === 'on' || value === 'off' ? value : value.split(/[ ,]+/)
}
