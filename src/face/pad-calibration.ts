/** What was measured of the PAD networks together, and the threshold that follows from it (words of ISO/IEC 30107-3). */
import { z } from 'zod'

const share = z.number().min(0).max(1)

/** Measured on few captures: the upper ends of the 95 % intervals say how little is known. */
export const padCalibrationSchema = z.object({
  /** Tags `<sha256>/<preprocessing version>` of the networks whose mean is the liveness score, in the manifest's order. */
  models: z.array(z.string()).min(1),
  /** A capture whose median is lower is refused. */
  minLiveness: share,
  bonaFide: z.object({
    dataset: z.string(),
    subjects: z.int().positive(),
    captures: z.int().positive(),
    /** The lowest median of a capture. */
    lowest: share,
    bpcer: share,
    bpcerUpper: share,
  }),
  attacks: z.array(
    z.object({
      species: z.string(),
      /** Rendered by a program, and so no presentation attack instrument. */
      isSimulated: z.boolean(),
      captures: z.int().positive(),
      apcer: share,
      apcerUpper: share,
    }),
  ),
})
export type PadCalibration = z.infer<typeof padCalibrationSchema>

/**
 * The threshold for the networks that are here; `undefined` where there are none, and presentation attacks are not judged.
 * @throws {Error} where it was measured with others: their scores say nothing about these.
 */
export function findMinLiveness(
  padModels: readonly string[],
  calibration: PadCalibration | undefined,
): number | undefined {
  if (padModels.length === 0) return undefined
  if (calibration?.models.join() === padModels.join()) return calibration.minLiveness
  throw new Error(
    'the networks that detect presentation attacks have no threshold: `padCalibration` in models/manifest.json was measured with others; ' +
      'measure them with "npm run mien -- evaluate pad --help"',
  )
}
