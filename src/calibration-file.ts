/** The calibration that an operator has made on other pictures, in place of the one that the recogniser ships with. */
import { readFileSync } from 'node:fs'
import { z } from 'zod'
import { type Calibration, calibrationSchema, type ModelEntry, modelTag } from './face/manifest.ts'

/**
 * The recogniser's own calibration where no file is named.
 * @throws {Error} where the file is none, or where its figures belong to another network or to other preprocessing:
 * the scores of one network say nothing about another's.
 */
export function requireCalibration(recogniser: ModelEntry, path: string | undefined): Calibration {
  const calibration = path === undefined ? recogniser.calibration : readCalibration(path)
  const origin = path === undefined ? 'models/manifest.json' : `MIEN_CALIBRATION_FILE (${path})`
  if (calibration === undefined) {
    throw new Error(
      `${recogniser.file} has no calibration, and so no threshold; make one with "npm run mien -- calibrate --images FOLDER --out FILE" and name it in MIEN_CALIBRATION_FILE`,
    )
  }
  const tag = modelTag(recogniser)
  if (calibration.model === tag) return calibration
  throw new Error(
    `the calibration of ${origin} belongs to another network: it was made with ${calibration.model}, ` +
      `and the server runs ${recogniser.file}, ${tag}. Make one for it with "npm run mien -- calibrate".`,
  )
}

function readCalibration(path: string): Calibration {
  const parsed = calibrationSchema.safeParse(parseJson(path))
  if (parsed.success) return parsed.data
  throw new Error(`MIEN_CALIBRATION_FILE (${path}) is not a calibration: ${z.prettifyError(parsed.error)}`)
}

function parseJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw new Error(`MIEN_CALIBRATION_FILE (${path}) cannot be read as JSON`, { cause })
  }
}
