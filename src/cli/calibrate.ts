/** `mien calibrate`: the relation of threshold to error rates, measured on a folder of pictures per person. */
import { readdir, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Embedding } from '../face/embedding.ts'
import type { Calibration } from '../face/manifest.ts'
import { embedImages, toImageAdapter } from './embed-images.ts'
import { upperBound95 } from './error-rates.ts'
import { createScoreTally, type ScoreTally } from './score-tally.ts'
import { processTerminal, readArguments, UsageError } from './terminal.ts'

/** FMRs for which a threshold is sought, where the data can support one. */
const wantedFmrs = [
  1e-2,
  ...[1, 2, 5].flatMap((step) => [1e-6, 1e-5, 1e-4, 1e-3].map((decade) => step * decade)),
]

/** @returns the exit code. */
export async function calibrate(args: readonly string[]): Promise<number> {
  const { values } = readArguments(() =>
    parseArgs({
      args: [...args],
      options: {
        images: { type: 'string' },
        json: { type: 'boolean', default: false },
        out: { type: 'string' },
        'image-adapter': { type: 'string' },
        'model-dir': { type: 'string' },
      },
    }),
  )
  if (values.images === undefined)
    throw new UsageError('--images is needed: a folder with one folder per person')
  const imageAdapter = toImageAdapter(values['image-adapter'])
  const subjects = await listSubjects(values.images)
  const embedded = await embedImages([...subjects.values()].flat(), {
    imageAdapter,
    modelDir: values['model-dir'],
  })
  const galleries = [...subjects.values()]
    .map((paths) => paths.flatMap((path) => embedded.embeddings.get(path) ?? []))
    .filter((gallery) => gallery.length > 0)
  if (galleries.length < 2) throw new UsageError(`${values.images} does not show the faces of two people`)
  const report = {
    ...summarise(galleries, { model: embedded.model, dataset: datasetName(values.images) }),
    failureToAcquire: [...embedded.embeddings.values()].filter((each) => each === undefined).length,
    imageAdapter: embedded.imageAdapter,
  }
  const text = JSON.stringify(report, undefined, values.json ? undefined : 2)
  if (values.out === undefined) processTerminal.print(text)
  else await writeFile(values.out, `${text}\n`)
  return 0
}

async function listSubjects(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const subjects = new Map<string, readonly string[]>()
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue
    const files = await readdir(join(folder, entry.name))
    const pictures = files.filter((file) => /\.(jpe?g|png|webp)$/i.test(file)).sort()
    subjects.set(
      entry.name,
      pictures.map((file) => join(folder, entry.name, file)),
    )
  }
  return subjects
}

/** `lfw-dev/images` is `lfw-dev`. */
function datasetName(folder: string): string {
  const path = resolve(folder)
  return basename(path) === 'images' ? basename(resolve(path, '..')) : basename(path)
}

export interface Tallies {
  readonly genuine: ScoreTally
  readonly impostor: ScoreTally
}

/**
 * Every picture against every other. Each pair of people weighs the same in the impostor scores, and each person
 * in the genuine ones, or the few with hundreds of pictures would speak for all.
 */
export function tallyScores(galleries: readonly (readonly Embedding[])[]): Tallies {
  const genuine = createScoreTally()
  const impostor = createScoreTally()
  for (const [at, gallery] of galleries.entries()) {
    const ownPairs = (gallery.length * (gallery.length - 1)) / 2
    for (const [which, probe] of gallery.entries()) {
      for (const reference of gallery.slice(which + 1)) genuine.add(probe, reference, 1 / ownPairs)
    }
    for (const others of galleries.slice(at + 1)) addImpostors(impostor, gallery, others)
  }
  return { genuine, impostor }
}

function addImpostors(
  tally: ScoreTally,
  probes: readonly Embedding[],
  references: readonly Embedding[],
): void {
  const weight = 1 / (probes.length * references.length)
  for (const probe of probes) {
    for (const reference of references) tally.add(probe, reference, weight)
  }
}

/**
 * A threshold is claimed for a FMR only where the 95 % upper bound lies below it. The pictures of the same two people
 * are no independent trials, so that the bound counts pairs of people, as if each were one trial.
 */
export function summarise(
  galleries: readonly (readonly Embedding[])[],
  { model, dataset }: Pick<Calibration, 'model' | 'dataset'>,
): Calibration & { readonly genuinePairs: number; readonly highestImpostor: number } {
  const { genuine, impostor } = tallyScores(galleries)
  const subjectPairs = (galleries.length * (galleries.length - 1)) / 2
  const upperAt = (threshold: number) =>
    upperBound95(impostor.shareFrom(threshold) * subjectPairs, subjectPairs)
  const smallestSupportedFmr = upToThreeDigits(upperBound95(0, subjectPairs))
  const points = wantedFmrs
    .filter((wanted) => wanted >= smallestSupportedFmr)
    .map((wanted) => impostor.lowestThreshold((threshold) => upperAt(threshold) <= wanted))
    .map((threshold) => ({
      fmr: toThreeDigits(impostor.shareFrom(threshold)),
      fmrUpper: upToThreeDigits(upperAt(threshold)),
      threshold,
      fnmr: toThreeDigits(1 - genuine.shareFrom(threshold)),
    }))
    .sort((one, other) => one.fmrUpper - other.fmrUpper)
  return {
    model,
    dataset,
    subjects: galleries.length,
    images: galleries.reduce((sum, gallery) => sum + gallery.length, 0),
    impostorPairs: impostor.count(),
    genuinePairs: genuine.count(),
    highestImpostor: impostor.highest(),
    points,
    smallestSupportedFmr,
  }
}

function toThreeDigits(rate: number): number {
  return Number(rate.toPrecision(3))
}

/** A bound is never rounded down. */
function upToThreeDigits(bound: number): number {
  const rounded = toThreeDigits(bound)
  return rounded >= bound
    ? rounded
    : Number((rounded + 10 ** (Math.floor(Math.log10(bound)) - 2)).toPrecision(3))
}
