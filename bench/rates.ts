/** N workers against one: frames a second, and what the machine itself gives where nothing but the networks runs. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import type { WorkerPool } from '../src/face/worker-pool.ts'
import { adaptersHere, readFrame, startPool, type Adapter } from './material.ts'
import { round, toFigure, type Figure, type Section } from './report.ts'
import { medianOf, ratios } from './statistics.ts'

const rounds = 7
const roundMs = 1500
const cores = availableParallelism()
const answer = z.tuple([z.object({ perSecond: z.number() })], z.unknown())
const bareFile = fileURLToPath(new URL('bare-process.ts', import.meta.url))

export async function measureRates(): Promise<Section> {
  const figures: Figure[] = []
  for (const adapter of adaptersHere()) figures.push(...(await rateWorkers(adapter)))
  const machine = await rateMachine()
  return {
    title: 'Workers side by side',
    about,
    figures: [
      ...figures,
      toFigure({
        label: `bare networks in ${cores} processes over one, per core`,
        unit: '',
        values: machine,
      }),
    ],
    findings: [
      `the machine itself gives ${round(medianOf(machine))} of a core for each of ${cores} processes that run nothing but the networks: of workers no more can be expected.`,
    ],
  }
}

const about = `Frames a second with an embedding, two frames at hand for each worker: one worker and ${cores} (one a core) took turns of ${roundMs / 1000} s. The process that asks runs on the same cores. Below, the same with the bare networks in processes that nobody asks anything.`

async function rateWorkers(adapter: Adapter): Promise<readonly Figure[]> {
  const frame = await readFrame()
  const [one, many] = [await startPool(1, adapter), await startPool(cores, adapter)]
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
  const values = ratios(ofMany, ofOne).map((ratio) => ratio / cores)
  const goal = { is: 'at least', value: 0.9 } as const
  return [
    toFigure({ label: `${adapter}: one worker`, unit: 'frames/s', values: ofOne }),
    toFigure({ label: `${adapter}: ${cores} workers`, unit: 'frames/s', values: ofMany }),
    toFigure({ label: `**${adapter}: ${cores} workers over one, per core**`, unit: '', values, goal }),
  ]
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

/** Networks a second in a process a core over those in one, per core, round by round. */
async function rateMachine(): Promise<readonly number[]> {
  const children = Array.from({ length: cores }, () => fork(bareFile, [], { stdio: 'inherit' }))
  try {
    await Promise.all(children.map(answerOf))
    const rate = async (of: readonly ChildProcess[]): Promise<number> => {
      const rates = await Promise.all(
        of.map((child) => {
          child.send({ forMs: roundMs })
          return answerOf(child)
        }),
      )
      return rates.reduce((sum, each) => sum + each, 0)
    }
    const found: number[] = []
    for (let round = 0; round < rounds; round++) {
      const alone = await rate(children.slice(0, 1))
      found.push((await rate(children)) / alone / cores)
    }
    return found
  } finally {
    for (const child of children) child.kill()
  }
}

async function answerOf(child: ChildProcess): Promise<number> {
  const [{ perSecond }] = answer.parse(await once(child, 'message'))
  return perSecond
}
