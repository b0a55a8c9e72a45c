/** `mien evaluate verification`: error rates of the engine on pairs in the format of Labeled Faces in the Wild. */
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compare } from '../face/comparison.ts'
import type { Embedding } from '../face/embedding.ts'
import { drawDet, drawRoc } from './curves.ts'
import { type EmbeddedImages, embedImages, type EmbeddingOptions, toImageAdapter } from './embed-images.ts'
import {
  crossValidatedAccuracy,
  equalErrorRate,
  foldAccuracies,
  type Trial,
  truePositivesAt,
} from './error-rates.ts'
import { clopperPearson, type Interval, meanInterval, twoSided } from './intervals.ts'
import { createSeededRandom, percentileInterval, type Resampling } from './resampling.ts'
import { roundRate } from './rounding.ts'
import { processTerminal, readArguments, type Terminal, UsageError } from './terminal.ts'

interface Pair {
  readonly isGenuine: boolean
  readonly fold: number
  /** Paths below the folder of images. */
  readonly probe: string
  readonly reference: string
}

/** What the command takes from the world; tests bring embeddings of their own. */
export interface EvaluateDependencies {
  readonly terminal: Terminal
  readonly embed: (paths: readonly string[], options: EmbeddingOptions) => Promise<EmbeddedImages>
  readonly resampling: () => Resampling
}

const realDependencies: EvaluateDependencies = {
  terminal: processTerminal,
  embed: (paths, options) =>
    embedImages(paths, options, { terminal: processTerminal, now: () => performance.now() }),
  resampling: () => ({ random: createSeededRandom(1), resamples: 1000 }),
}

/** @returns the exit code. */
export async function evaluateVerification(
  args: readonly string[],
  { terminal, embed, resampling }: EvaluateDependencies = realDependencies,
): Promise<number> {
  const options = readOptions(args)
  const { images, curves } = options
  const pairs = readPairs(await readFile(options.pairs, 'utf8'))
  const paths = pairs.flatMap(({ probe, reference }) => [join(images, probe), join(images, reference)])
  const embedded = await embed(paths, options)
  const { embeddings } = embedded
  const trials = pairs.map((pair) => toTrial(pair, (path) => embeddings.get(join(images, path))))
  const report = {
    pairs: pairs.length,
    images: embeddings.size,
    failureToAcquire: [...embeddings.values()].filter((each) => each === undefined).length,
    ...rate(trials, resampling()),
    model: embedded.model,
    imageAdapter: embedded.imageAdapter,
  }
  if (curves !== undefined) await writeCurves(curves, trials, report)
  terminal.print(JSON.stringify(report, undefined, options.json ? undefined : 2))
  return 0
}

interface Options extends EmbeddingOptions {
  readonly pairs: string
  readonly images: string
  readonly curves: string | undefined
  readonly json: boolean
}

function readOptions(args: readonly string[]): Options {
  const { values } = readArguments(() =>
    parseArgs({
      args: [...args],
      options: {
        pairs: { type: 'string' },
        images: { type: 'string' },
        curves: { type: 'string' },
        cache: { type: 'string' },
        json: { type: 'boolean', default: false },
        'image-adapter': { type: 'string' },
        'model-dir': { type: 'string' },
      },
    }),
  )
  const { pairs, images, curves, json } = values
  if (pairs === undefined || images === undefined) throw new UsageError('--pairs and --images are needed')
  const imageAdapter = toImageAdapter(values['image-adapter'])
  return { pairs, images, curves, json, imageAdapter, modelDir: values['model-dir'], cacheDir: values.cache }
}

/** All intervals hold with 95 % confidence, half of the doubt at each end. */
function rate(trials: readonly Trial[], resampling: Resampling) {
  const at = { '1e-2': rateTrueAcceptance(trials, 1e-2), '1e-3': rateTrueAcceptance(trials, 1e-3) }
  const impostors = trials.filter((trial) => !trial.isGenuine).map((trial) => trial.score)
  return {
    accuracy: crossValidatedAccuracy(trials),
    accuracyInterval: meanInterval(foldAccuracies(trials)),
    eer: equalErrorRate(trials),
    eerInterval: resampleEqualErrorRate(trials, resampling),
    tarAtFar: { '1e-2': at['1e-2'].tar, '1e-3': at['1e-3'].tar },
    tarAtFarInterval: { '1e-2': at['1e-2'].interval, '1e-3': at['1e-3'].interval },
    thresholdAtFar: { '1e-2': at['1e-2'].threshold, '1e-3': at['1e-3'].threshold },
    highestImpostor: Math.max(...impostors),
  }
}

/** The interval is that of the genuine trials at the threshold found; it does not know that other impostors would move it. */
function rateTrueAcceptance(trials: readonly Trial[], far: number) {
  const { tar, threshold } = truePositivesAt(trials, far)
  const genuine = trials.filter((trial) => trial.isGenuine).length
  return { tar, threshold, interval: clopperPearson(Math.round(tar * genuine), genuine, twoSided) }
}

/** Draws genuine and impostor trials apart, so that each draw has as many of both. */
function resampleEqualErrorRate(trials: readonly Trial[], { random, resamples }: Resampling): Interval {
  const kinds = [true, false].map((isGenuine) => trials.filter((trial) => trial.isGenuine === isGenuine))
  const rates = Array.from({ length: resamples }, () =>
    equalErrorRate(
      kinds.flatMap((kind) => kind.map((each) => kind[Math.floor(random() * kind.length)] ?? each)),
    ),
  )
  return percentileInterval(Float64Array.from(rates), twoSided)
}

interface Rated {
  readonly pairs: number
  readonly model: string
  readonly eer: number
}

async function writeCurves(
  folder: string,
  trials: readonly Trial[],
  { pairs, model, eer }: Rated,
): Promise<void> {
  const caption = `${pairs} pairs, equal error rate ${roundRate(eer * 100)} %, network ${model.slice(0, 12)}…`
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'roc.svg'), drawRoc(trials, caption))
  await writeFile(join(folder, 'det.svg'), drawDet(trials, caption))
}

/** A pair in which a face was not found can never match: the failure counts against the engine. */
function toTrial(
  { isGenuine, fold, probe, reference }: Pair,
  find: (path: string) => Embedding | undefined,
): Trial {
  const [one, other] = [find(probe), find(reference)]
  return { isGenuine, fold, score: one === undefined || other === undefined ? -1 : compare(one, other) }
}

/**
 * First line: folds and pairs of each kind per fold (or the pairs alone, for one fold). Then, tabbed, `name n m` for
 * a genuine pair and `name n other m` for an impostor pair.
 * @throws {UsageError} naming the line that is neither.
 */
export function readPairs(text: string): readonly Pair[] {
  const [first = '', ...lines] = text.split('\n').filter((line) => line.trim() !== '')
  const head = first.split('\t').map(Number)
  const perKind = head.at(-1) ?? NaN
  if (!(perKind > 0)) throw new UsageError('the first line of the pairs does not say how many there are')
  return lines.map((line, at) => {
    const fold = Math.floor(at / (perKind * 2))
    const [name = '', one = '', two = '', three] = line.trim().split('\t')
    const isGenuine = three === undefined
    const numbers = isGenuine ? [one, two] : [one, three]
    if (name === '' || !numbers.every((each) => /^\d+$/.test(each))) {
      throw new UsageError(`line ${at + 2} of the pairs is not a pair: ${line}`)
    }
    const [probe = '', reference = ''] = numbers
    return {
      isGenuine,
      fold,
      probe: imagePath(name, probe),
      reference: imagePath(isGenuine ? name : two, reference),
    }
  })
}

function imagePath(name: string, number: string): string {
  return join(name, `${name}_${number.padStart(4, '0')}.jpg`)
}
