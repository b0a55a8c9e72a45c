/** Coarse against fine detection: what each costs, and what it does to the accuracy of the comparison on a part of lfw-dev. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bestThreshold, equalErrorRate, type Trial } from '../src/cli/error-rates.ts'
import { readPairs } from '../src/cli/evaluate-verification.ts'
import { compare } from '../src/face/comparison.ts'
import type { Embedding } from '../src/face/embedding.ts'
import { openEngine } from '../src/face/open-engine.ts'
import { facesDir } from '../test/media.ts'
import { readNetworks } from './material.ts'
import { round, toFigure, type Section } from './report.ts'

/** Of the pairs, so that both kinds are taken. */
const everyNth = 2
const folds = 2

export async function measureDetection(): Promise<Section> {
  const title = 'Coarse or fine landmarks'
  const about = `The recogniser on crops that are aligned by the landmarks of either detector, over every ${everyNth}nd pair of the first ${folds} folds of lfw-dev. A subset: \`mien evaluate verification\` gives the error rates of all.`
  if (facesDir === undefined) return { title, about, figures: [], findings: [], skipped: 'no faces are here' }
  const folder = join(facesDir, 'lfw-dev')
  const pairs = readPairs(await readFile(join(folder, 'pairs.txt'), 'utf8')).filter(
    ({ fold }, at) => fold < folds && at % everyNth === 0,
  )
  const models = await readNetworks()
  const seen: Record<'coarse' | 'fine', readonly Trial[]> = { coarse: [], fine: [] }
  for (const kind of ['coarse', 'fine'] as const) {
    const engine = await openEngine({ ...models, fine: models[kind] }, 'sharp')
    const embeddings = new Map<string, Embedding | undefined>()
    for (const path of new Set(pairs.flatMap(({ probe, reference }) => [probe, reference]))) {
      const bytes = await readFile(join(folder, 'images', path))
      const measured = await engine.measure(bytes, { face: 'central', embedding: true })
      embeddings.set(path, measured.outcome === 'measured' ? measured.embedding : undefined)
    }
    seen[kind] = pairs.map(({ isGenuine, fold, probe, reference }) => {
      const [one, other] = [embeddings.get(probe), embeddings.get(reference)]
      return { isGenuine, fold, score: one === undefined || other === undefined ? -1 : compare(one, other) }
    })
  }
  const figures = (['coarse', 'fine'] as const).flatMap((kind) => [
    percent(`${kind} landmarks: accuracy at the best threshold`, bestThreshold(seen[kind]).accuracy),
    percent(`${kind} landmarks: equal error rate`, equalErrorRate(seen[kind])),
    toFigure({ label: `${kind} landmarks: score of a genuine pair`, unit: '', values: genuine(seen[kind]) }),
  ])
  return { title, about, figures, findings: findingsOf(seen) }
}

function percent(label: string, share: number) {
  return toFigure({ label, unit: '%', values: [share * 100] })
}

function genuine(trials: readonly Trial[]): readonly number[] {
  return trials.filter(({ isGenuine }) => isGenuine).map(({ score }) => score)
}

function findingsOf(seen: Readonly<Record<'coarse' | 'fine', readonly Trial[]>>): string[] {
  const fineScores = genuine(seen.fine)
  const higher = genuine(seen.coarse).filter((score, at) => (fineScores[at] ?? NaN) > score).length
  return [
    `of ${seen.fine.length} pairs, ${fineScores.length} are genuine; ${round((higher / fineScores.length) * 100)} % of these score higher by the fine landmarks. The coarse look turns unusable frames away, the fine one makes every crop that is compared.`,
  ]
}
