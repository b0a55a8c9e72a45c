/** `mien evaluate pad`: error rates of presentation attack detection on captures of live people and of attacks (ISO/IEC 30107-3). */
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { modelTag, readManifest } from '../face/manifest.ts'
import { modelFolders } from '../face/model-store.ts'
import { findMinLiveness } from '../face/pad-calibration.ts'
import { startWorkerPool, type WorkerPool } from '../face/worker-pool.ts'
import { toImageAdapter } from './embed-images.ts'
import { listCaptures, listSpecies, measureCaptures } from './measure-liveness.ts'
import { lowestMedian, type PadRates, type Rate, ratePad, toldThresholds } from './pad-report.ts'
import { processTerminal, readArguments, type Terminal, UsageError } from './terminal.ts'

interface PadReport {
  readonly standard: 'ISO/IEC 30107-3'
  readonly networks: readonly { readonly name: string; readonly file: string; readonly sha256: string }[]
  readonly imageAdapter: 'opencv' | 'sharp'
  /** Which frames count: those without a defect, as at a sign-in, or all that show a face. */
  readonly frames: 'without_defects' | 'any_quality'
  /** The lowest median of a bona fide capture; `null` where none acquired a face. */
  readonly lowestBonaFide: number | null
  readonly inUse: PadRates
  readonly atOtherThresholds: readonly PadRates[]
}

/** @returns the exit code. */
export async function evaluatePad(
  args: readonly string[],
  terminal: Terminal = processTerminal,
): Promise<number> {
  const { values } = readArguments(() =>
    parseArgs({
      args: [...args],
      options: {
        'bona-fide': { type: 'string' },
        attacks: { type: 'string' },
        'any-quality': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        'image-adapter': { type: 'string' },
        'model-dir': { type: 'string' },
      },
    }),
  )
  const { 'bona-fide': bonaFide, attacks } = values
  if (bonaFide === undefined || attacks === undefined)
    throw new UsageError('--bona-fide and --attacks are needed')
  const imageAdapter = toImageAdapter(values['image-adapter'])
  const files = { bonaFide: await listCaptures(bonaFide), attacks: await listSpecies(attacks) }
  if (files.bonaFide.length === 0) throw new UsageError(`${bonaFide} holds no picture`)
  if (files.attacks.size === 0)
    throw new UsageError(`${attacks} holds no folder with pictures: one for each species is needed`)
  const workers = availableParallelism()
  const pool = await startWorkerPool({
    workers,
    imageAdapter,
    modelFolders: modelFolders(values['model-dir'] ?? readConfig().modelsDir),
    maxQueue: workers * 2,
    frameTimeoutMs: 60_000,
  })
  try {
    await pool.ready
    const report = await evaluate(files, { pool, anyQuality: values['any-quality'] })
    terminal.print(values.json ? JSON.stringify(report) : describe(report))
    return 0
  } finally {
    await pool.close()
  }
}

interface PadFiles {
  readonly bonaFide: Awaited<ReturnType<typeof listCaptures>>
  readonly attacks: Awaited<ReturnType<typeof listSpecies>>
}

interface PadEngine {
  readonly pool: WorkerPool
  readonly anyQuality: boolean
}

async function evaluate(files: PadFiles, { pool, anyQuality }: PadEngine): Promise<PadReport> {
  const manifest = readManifest()
  const threshold = findMinLiveness(pool.padModels, manifest.padCalibration)
  if (threshold === undefined) {
    throw new UsageError(
      'the networks that detect presentation attacks are not here; fetch them with `mien models pull minifasnet-v2 minifasnet-v1se`',
    )
  }
  const attacks = new Map<string, Awaited<ReturnType<typeof measureCaptures>>>()
  for (const [species, captures] of files.attacks) {
    attacks.set(species, await measureCaptures(captures, { pool, anyQuality }))
  }
  const evaluated = { bonaFide: await measureCaptures(files.bonaFide, { pool, anyQuality }), attacks }
  return {
    standard: 'ISO/IEC 30107-3',
    networks: manifest.models
      .filter((entry) => pool.padModels.includes(modelTag(entry)))
      .map(({ name, file, sha256 }) => ({ name, file, sha256 })),
    imageAdapter: pool.imageAdapter,
    frames: anyQuality ? 'any_quality' : 'without_defects',
    lowestBonaFide: lowestMedian(evaluated.bonaFide),
    inUse: ratePad(evaluated, threshold),
    atOtherThresholds: toldThresholds.map((each) => ratePad(evaluated, each)),
  }
}

function describe(report: PadReport): string {
  const { networks, imageAdapter, frames, lowestBonaFide, inUse, atOtherThresholds } = report
  const { threshold, bpcer, apcer, worst } = inUse
  const counted = frames === 'any_quality' ? 'frames that show a face' : 'frames without a defect'
  return [
    'Presentation attack detection, in the words of ISO/IEC 30107-3',
    ...networks.map(({ name, sha256 }) => `  ${name}  ${sha256}`),
    `  median over the ${counted} of a capture; image adapter ${imageAdapter}`,
    '',
    `Threshold in use: ${threshold}`,
    `  BPCER  ${tell(bpcer)}`,
    ...apcer.map((each) => `  APCER  ${tell(each)}  ${each.species}`),
    `  lowest bona fide capture: ${lowestBonaFide?.toFixed(3) ?? '–'}`,
    `  APCER of the worst species: ${worst === null ? 'no attack was measured' : `${tell(worst)}  ${worst.species}`}`,
    '',
    'Threshold   BPCER    worst APCER',
    ...atOtherThresholds.map(
      (each) =>
        `  ${each.threshold.toFixed(2)}    ${percent(each.bpcer.rate)}   ${percent(each.worst?.rate ?? null)}   ${each.worst?.species ?? ''}`,
    ),
  ].join('\n')
}

function tell({ rate, interval, errors, captures, failuresToAcquire }: Rate): string {
  const [low, high] = interval
  return `${percent(rate)}  (${errors} of ${captures}; 95 %: ${percent(low)} to ${percent(high)}; ${failuresToAcquire} failures to acquire)`
}

function percent(rate: number | null): string {
  return rate === null ? '     –' : `${(rate * 100).toFixed(1).padStart(5)} %`
}
