/** One frame through a worker, against the bare runs of the same networks. */
import { bestScore } from '../src/face/comparison.ts'
import { Embedding } from '../src/face/embedding.ts'
import type { Wanted } from '../src/face/engine.ts'
import type { WorkerPool } from '../src/face/worker-pool.ts'
import { adaptersHere, openBare, readFrame, readNetworks, startPool } from './material.ts'
import { toFigure, type Figure, type Section } from './report.ts'
import { interleave, ratios } from './statistics.ts'

const effort = { rounds: 9, runs: 15 }
const goal = { is: 'at most', value: 1.25 } as const

export async function measureFrame(): Promise<Section> {
  const frame = await readFrame()
  const models = await readNetworks()
  const basic = [models.coarse, models.fine, models.recogniser]
  const tasks = [
    { name: 'decode, detect, align, embed, compare', wanted: { embedding: true }, networks: basic },
    {
      name: 'the same with PAD and pose',
      wanted: { embedding: true, presentationAttack: true, challenge: true },
      networks: [...basic, models.mesh, ...models.pad],
    },
  ]
  const figures: Figure[] = []
  for (const adapter of adaptersHere()) {
    const pool = await startPool(1, adapter)
    try {
      for (const { name, wanted, networks } of tasks) {
        const bare = await openBare(networks, frame)
        const times = await interleave({ worker: oneFrame(pool, frame, wanted), bare }, effort)
        const label = `${adapter}: ${name}`
        figures.push(
          toFigure({ label: `${label}, through a worker`, unit: 'ms', values: times('worker') }),
          toFigure({ label: `${label}, the bare networks`, unit: 'ms', values: times('bare') }),
          toFigure({
            label: `**${label}, ratio**`,
            unit: '',
            values: ratios(times('worker'), times('bare')),
            goal,
          }),
        )
      }
    } finally {
      await pool.close()
    }
  }
  return { title: 'One frame', about, figures, findings: [] }
}

const about =
  'A 640×480 JPEG through a worker process and back, compared with ten templates, against the same networks run by onnxruntime one after the other on inputs cut from the same frame: one thread each. OpenCV is what `auto` takes where it is built. Why a ratio is what it is stands below, where the time of a frame goes.'

function oneFrame(pool: WorkerPool, frame: Uint8Array, wanted: Wanted): () => Promise<void> {
  const gallery = Array.from({ length: 10 }, (_, seed) =>
    Embedding.from(
      Array.from({ length: 128 }, (_value, at) => Math.sin(at * (seed + 1))),
      pool.model,
    ),
  )
  return async () => {
    const measured = await pool.measure(frame, wanted)
    if (measured.outcome !== 'measured' || measured.embedding === undefined)
      throw new Error(`the frame gave ${measured.outcome}, and no embedding`)
    bestScore(measured.embedding, gallery)
  }
}
