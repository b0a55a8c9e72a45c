/** N workers against one: frames a second. */
import { availableParallelism } from 'node:os'
import type { WorkerPool } from '../src/face/worker-pool.ts'
import { readFrame, startPool } from './material.ts'
import { toFigure, type Section } from './report.ts'
import { ratios } from './statistics.ts'

const rounds = 7
const roundMs = 3000

export async function measureRates(): Promise<Section> {
  const cores = availableParallelism()
  const frame = await readFrame()
  const [one, many] = [await startPool(1, 'sharp'), await startPool(cores, 'sharp')]
  const [ofOne, ofMany]: [number[], number[]] = [[], []]
  try {
    await rateOf(one, frame, 1)
    await rateOf(many, frame, cores)
    for (let round = 0; round < rounds; round++) {
      ofOne.push(await rateOf(one, frame, 1))
      ofMany.push(await rateOf(many, frame, cores))
    }
  } finally {
    await Promise.all([one.close(), many.close()])
  }
  const perCore = ratios(ofMany, ofOne).map((ratio) => ratio / cores)
  const goal = { is: 'at least', value: 0.9 } as const
  return {
    title: 'Workers side by side',
    about: `Frames a second with an embedding, sharp and onnxruntime, two frames at hand for each worker: one worker and ${cores} (one a core) took turns of ${roundMs / 1000} s. The process that asks runs on the same cores.`,
    figures: [
      toFigure({ label: 'one worker', unit: 'frames/s', values: ofOne }),
      toFigure({ label: `${cores} workers`, unit: 'frames/s', values: ofMany }),
      toFigure({ label: `**${cores} workers over one, per core**`, unit: '', values: perCore, goal }),
    ],
    findings: [],
  }
}

async function rateOf(pool: WorkerPool, frame: Uint8Array, workers: number): Promise<number> {
  const start = performance.now()
  let done = 0
  const feed = async (): Promise<void> => {
    while (performance.now() - start < roundMs) {
      const measured = await pool.measure(frame, { embedding: true })
      if (measured.outcome !== 'measured') throw new Error(`a frame gave ${measured.outcome}`)
      done += 1
    }
  }
  await Promise.all(Array.from({ length: workers * 2 }, feed))
  return (done * 1000) / (performance.now() - start)
}
