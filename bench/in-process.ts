/** Inference in the server's own process against a worker: the time of a frame, and how long the server stands still. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { openEngine } from '../src/face/open-engine.ts'
import { readFrame, readNetworks, startPool } from './material.ts'
import { round, toFigure, type Section } from './report.ts'
import { interleave, medianOf, ratios } from './statistics.ts'

const rounds = 7
const framesPerRound = 15

export async function measureInProcess(): Promise<Section> {
  const frame = await readFrame()
  const engine = await openEngine(await readNetworks(), 'sharp')
  const pool = await startPool(1, 'sharp')
  const own = async (): Promise<void> => {
    await engine.measure(frame, { face: 'largest', embedding: true })
  }
  const worker = async (): Promise<void> => {
    await pool.measure(frame, { embedding: true })
  }
  try {
    const times = await interleave({ own, worker }, { rounds, runs: framesPerRound })
    const [ownDelays, workerDelays]: [number[], number[]] = [[], []]
    for (let each = 0; each < rounds; each++) {
      ownDelays.push(await longestDelay(own))
      workerDelays.push(await longestDelay(worker))
    }
    const price = ratios(times('worker'), times('own'))
    return {
      title: 'In the server’s own process, or in a worker',
      about: `The same engine on sharp and onnxruntime, ${framesPerRound} frames a round, one after the other. The event loop is that of the process that would be the server.`,
      figures: [
        toFigure({ label: 'own process, one frame', unit: 'ms', values: times('own') }),
        toFigure({ label: 'worker, one frame', unit: 'ms', values: times('worker') }),
        toFigure({ label: 'worker over own process', unit: '', values: price }),
        toFigure({ label: 'own process, event loop delay at p99', unit: 'ms', values: ownDelays }),
        toFigure({ label: 'worker, event loop delay at p99', unit: 'ms', values: workerDelays }),
      ],
      findings: [
        `a worker costs ${round((medianOf(price) - 1) * 100)} % of a frame's time and keeps the server answering: its loop is late by ${round(medianOf(workerDelays))} ms, where inference in its own process makes it ${round(medianOf(ownDelays))} ms. Workers are used.`,
      ],
    }
  } finally {
    await pool.close()
  }
}

async function longestDelay(work: () => Promise<void>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 1 })
  delay.enable()
  for (let each = 0; each < framesPerRound; each++) await work()
  delay.disable()
  return delay.percentile(99) / 1e6
}
