/** `mien calibrate`: the relation of threshold to error rates, measured on a folder of pictures per person. */
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { Embedding } from '../face/embedding.ts'
import { calibratePopulation, type CalibrationRefusal, type CalibrationResult } from './calibration.ts'
import { type CalibrationReport, describeCalibration, toCalibrationFile } from './calibration-report.ts'
import { type EmbeddedImages, embedImages, type EmbeddingOptions, toImageAdapter } from './embed-images.ts'
import type { Gallery } from './false-matches.ts'
import { createSeededRandom, type Resampling } from './resampling.ts'
import { readGroups } from './subject-groups.ts'
import { processTerminal, readArguments, type Terminal, UsageError } from './terminal.ts'

/** What the command takes from the world; tests bring embeddings of their own. */
export interface CalibrateDependencies {
  readonly terminal: Terminal
  readonly embed: (paths: readonly string[], options: EmbeddingOptions) => Promise<EmbeddedImages>
  readonly resampling: () => Resampling
  readonly today: () => Date
}

/** One seed for all, so that the same pictures give the same report to the last digit. */
const seed = 1
const resamples = 1000

const realDependencies: CalibrateDependencies = {
  terminal: processTerminal,
  embed: (paths, options) =>
    embedImages(paths, options, { terminal: processTerminal, now: () => performance.now() }),
  resampling: () => ({ random: createSeededRandom(seed), resamples }),
  today: () => new Date(),
}

/** @returns the exit code: 1 where the wanted rate is refused. */
export async function calibrate(
  args: readonly string[],
  dependencies: CalibrateDependencies = realDependencies,
): Promise<number> {
  const options = readOptions(args)
  const subjects = await listSubjects(options.images)
  const groupFolders = await readGroupFile(options.groups, new Set(subjects.keys()))
  const embedded = await dependencies.embed([...subjects.values()].flat(), options)
  const galleries = new Map(
    [...subjects].map(([folder, paths]) => [folder, toGallery(paths, embedded.embeddings)] as const),
  )
  const shown = toGalleries([...galleries.keys()], galleries)
  if (shown.length < 2) throw new UsageError(`${options.images} does not show the faces of two people`)
  const groups = new Map(
    [...groupFolders].map(([group, folders]) => [group, toGalleries(folders, galleries)] as const),
  )
  const resampling = dependencies.resampling()
  const result = calibratePopulation({ galleries: shown, groups }, options.targetFmr, resampling)
  const report = {
    ...result,
    model: embedded.model,
    dataset: datasetName(options.images),
    imageAdapter: embedded.imageAdapter,
    failureToAcquire: [...embedded.embeddings.values()].filter((each) => each === undefined).length,
    resamples: resampling.resamples,
    date: dependencies.today().toISOString().slice(0, 10),
  }
  return await tell(report, options, dependencies.terminal)
}

async function tell(
  report: CalibrationReport<CalibrationResult | CalibrationRefusal>,
  { json, out, report: page }: Options,
  terminal: Terminal,
): Promise<number> {
  if (json) terminal.print(JSON.stringify(report))
  if (report.outcome === 'refused') {
    terminal.warn(`mien: refused: ${report.reason}.`)
    return 1
  }
  const text = describeCalibration(report)
  if (!json) terminal.print(text)
  if (out !== undefined) await writeFile(out, `${JSON.stringify(toCalibrationFile(report), undefined, 2)}\n`)
  if (page !== undefined) await writeFile(page, `${text}\n`)
  return 0
}

interface Options extends EmbeddingOptions {
  readonly images: string
  readonly groups: string | undefined
  readonly targetFmr: number
  readonly out: string | undefined
  readonly report: string | undefined
  readonly json: boolean
}

function readOptions(args: readonly string[]): Options {
  const { values } = readArguments(() =>
    parseArgs({
      args: [...args],
      options: {
        images: { type: 'string' },
        groups: { type: 'string' },
        'target-fmr': { type: 'string', default: '1e-4' },
        json: { type: 'boolean', default: false },
        out: { type: 'string' },
        report: { type: 'string' },
        cache: { type: 'string' },
        'image-adapter': { type: 'string' },
        'model-dir': { type: 'string' },
      },
    }),
  )
  const { images, groups, json, out, report } = values
  if (images === undefined) throw new UsageError('--images is needed: a folder with one folder per person')
  const targetFmr = Number(values['target-fmr'])
  if (!(targetFmr > 0 && targetFmr <= 0.1)) {
    throw new UsageError(`--target-fmr is a rate above 0 and up to 0.1, not ${values['target-fmr']}`)
  }
  const imageAdapter = toImageAdapter(values['image-adapter'])
  const embedding = { imageAdapter, modelDir: values['model-dir'], cacheDir: values.cache }
  return { images, groups, targetFmr, json, out, report, ...embedding }
}

async function listSubjects(folder: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const subjects = new Map<string, readonly string[]>()
  const entries = await readdir(folder, { withFileTypes: true })
  // In the order of their names: the bootstrap draws by place.
  for (const name of entries
    .filter((each) => each.isDirectory())
    .map((each) => each.name)
    .sort()) {
    const files = await readdir(join(folder, name))
    const pictures = files.filter((file) => /\.(jpe?g|png|webp)$/i.test(file)).sort()
    subjects.set(
      name,
      pictures.map((file) => join(folder, name, file)),
    )
  }
  return subjects
}

async function readGroupFile(
  file: string | undefined,
  folders: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (file === undefined) return new Map()
  return readGroups(await readFile(file, 'utf8'), { isYaml: /\.ya?ml$/i.test(file), folders })
}

function toGallery(paths: readonly string[], embeddings: EmbeddedImages['embeddings']): readonly Embedding[] {
  return paths.flatMap((path) => embeddings.get(path) ?? [])
}

/** A person whose face was found nowhere takes part in no comparison. */
function toGalleries(
  folders: readonly string[],
  galleries: ReadonlyMap<string, Gallery>,
): readonly Gallery[] {
  return folders.map((folder) => galleries.get(folder) ?? []).filter((gallery) => gallery.length > 0)
}

/** `lfw-dev/images` is `lfw-dev`. */
function datasetName(folder: string): string {
  const path = resolve(folder)
  return basename(path) === 'images' ? basename(resolve(path, '..')) : basename(path)
}
