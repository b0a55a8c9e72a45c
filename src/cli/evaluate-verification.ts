/** `mien evaluate verification`: error rates of the engine on pairs in the format of Labeled Faces in the Wild. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { compare } from '../face/comparison.ts'
import type { Embedding } from '../face/embedding.ts'
import { embedImages, toImageAdapter } from './embed-images.ts'
import { crossValidatedAccuracy, equalErrorRate, type Trial, truePositivesAt } from './error-rates.ts'
import { processTerminal, readArguments, UsageError } from './terminal.ts'

interface Pair {
  readonly isGenuine: boolean
  readonly fold: number
  /** Paths below the folder of images. */
  readonly probe: string
  readonly reference: string
}

/** @returns the exit code. */
export async function evaluateVerification(args: readonly string[]): Promise<number> {
  const { values } = readArguments(() =>
    parseArgs({
      args: [...args],
      options: {
        pairs: { type: 'string' },
        images: { type: 'string' },
        json: { type: 'boolean', default: false },
        'image-adapter': { type: 'string' },
        'model-dir': { type: 'string' },
      },
    }),
  )
  const { pairs: pairsFile, images } = values
  if (pairsFile === undefined || images === undefined) throw new UsageError('--pairs and --images are needed')
  const imageAdapter = toImageAdapter(values['image-adapter'])
  const pairs = readPairs(await readFile(pairsFile, 'utf8'))
  const paths = pairs.flatMap(({ probe, reference }) => [join(images, probe), join(images, reference)])
  const embedded = await embedImages(
    paths,
    { imageAdapter, modelDir: values['model-dir'], cacheDir: undefined },
    { terminal: processTerminal, now: () => performance.now() },
  )
  const { embeddings } = embedded
  const trials = pairs.map((pair) => toTrial(pair, (path) => embeddings.get(join(images, path))))
  const report = {
    pairs: pairs.length,
    images: embeddings.size,
    failureToAcquire: [...embeddings.values()].filter((each) => each === undefined).length,
    ...rate(trials),
    model: embedded.model,
    imageAdapter: embedded.imageAdapter,
  }
  processTerminal.print(JSON.stringify(report, undefined, values.json ? undefined : 2))
  return 0
}

function rate(trials: readonly Trial[]) {
  const at = { '1e-2': truePositivesAt(trials, 1e-2), '1e-3': truePositivesAt(trials, 1e-3) }
  const impostors = trials.filter((trial) => !trial.isGenuine).map((trial) => trial.score)
  return {
    accuracy: crossValidatedAccuracy(trials),
    eer: equalErrorRate(trials),
    tarAtFar: { '1e-2': at['1e-2'].tar, '1e-3': at['1e-3'].tar },
    thresholdAtFar: { '1e-2': at['1e-2'].threshold, '1e-3': at['1e-3'].threshold },
    highestImpostor: Math.max(...impostors),
  }
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
