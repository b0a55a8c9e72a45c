/** Liveness scores of captures that lie in folders, for evaluations. */
import { readdir, readFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { WorkerPool } from '../face/worker-pool.ts'
import type { CaptureScores } from './pad-report.ts'

/** Paths of the frames of one capture. */
export type CaptureFiles = readonly string[]

const isPicture = (name: string) => /\.(jpe?g|png|webp)$/i.test(name)

/** Each folder is a capture, and each picture that lies in none. */
export async function listCaptures(folder: string): Promise<readonly CaptureFiles[]> {
  const captures: CaptureFiles[] = []
  for (const entry of await sortedEntries(folder)) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) {
      const files = (await readdir(path)).filter(isPicture).sort()
      if (files.length > 0) captures.push(files.map((file) => join(path, file)))
    } else if (isPicture(entry.name)) captures.push([path])
  }
  return captures
}

/** Each folder is a species of presentation attack instrument. */
export async function listSpecies(folder: string): Promise<ReadonlyMap<string, readonly CaptureFiles[]>> {
  const species = new Map<string, readonly CaptureFiles[]>()
  for (const entry of await sortedEntries(folder)) {
    if (!entry.isDirectory()) continue
    const captures = await listCaptures(join(folder, entry.name))
    if (captures.length > 0) species.set(entry.name, captures)
  }
  return species
}

async function sortedEntries(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries.sort((one, other) => (one.name < other.name ? -1 : 1))
}

export interface MeasuringWish {
  readonly pool: Pick<WorkerPool, 'measureCentralFace'>
  /** Whether frames count that have a defect, and that a sign-in would not count. */
  readonly anyQuality: boolean
}

export async function measureCaptures(
  captures: readonly CaptureFiles[],
  { pool, anyQuality }: MeasuringWish,
): Promise<readonly CaptureScores[]> {
  const scores = captures.map((): number[] => [])
  const waiting = captures.entries()
  const measureNext = async () => {
    for (const [at, files] of waiting) {
      for (const file of files) {
        const measured = await pool.measureCentralFace(await readFile(file), {
          embedding: false,
          presentationAttack: true,
        })
        if (measured.outcome !== 'measured' || measured.livenessScore === undefined) continue
        if (anyQuality || measured.defects.length === 0) scores[at]?.push(measured.livenessScore)
      }
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, measureNext))
  return scores
}
