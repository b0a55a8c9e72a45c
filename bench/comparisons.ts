/** A probe against ten templates, from their seals to the best score. */
import { createSecretKey, randomBytes } from 'node:crypto'
import { bestScore } from '../src/face/comparison.ts'
import { Embedding } from '../src/face/embedding.ts'
import { bytesToVector, makeKey, open, seal, vectorToBytes } from '../src/store/sealing.ts'
import { toFigure, type Section } from './report.ts'
import { interleave } from './statistics.ts'

const templates = 10
const callsPerRun = 200
const effort = { rounds: 9, runs: 9 }

export async function measureComparisons(): Promise<Section> {
  const key = makeKey()
  const rows = Array.from({ length: templates }, (_, at) => {
    const binding = ['template', 'a subject', `template ${at}`, 'a model', 'a key']
    return { binding, sealed: seal(key, vectorToBytes(anyEmbedding().vector), binding) }
  })
  const probe = anyEmbedding()
  const opened = createSecretKey(key)
  const openAll = () =>
    rows.map(({ sealed, binding }) =>
      Embedding.adopt(bytesToVector(open(opened, sealed, binding)), probe.model),
    )
  const gallery = openAll()
  const times = await interleave(
    {
      opened: repeat(() => bestScore(probe, openAll())),
      compared: repeat(() => bestScore(probe, gallery)),
    },
    effort,
  )
  const micros = (name: 'opened' | 'compared') => times(name).map((ms) => (ms * 1000) / callsPerRun)
  const goal = { is: 'at most', value: 50 } as const
  return {
    title: 'Comparison',
    about: `A probe of 128 numbers against ${templates} templates; each figure is of ${callsPerRun} calls in a row. Reading the rows from the database is part of the sign-in below.`,
    figures: [
      toFigure({ label: '**ten seals opened, and compared**', unit: 'µs', values: micros('opened'), goal }),
      toFigure({ label: 'compared alone', unit: 'µs', values: micros('compared') }),
    ],
    findings: [],
  }
}

function anyEmbedding(): Embedding {
  return Embedding.from(
    Array.from(randomBytes(128), (byte) => byte - 127.5),
    'a model',
  )
}

function repeat(work: () => unknown): () => void {
  return () => {
    for (let call = 0; call < callsPerRun; call++) work()
  }
}
