/** Runs the bare networks of one frame for as long as it is asked to, and tells how often; started by `rates.ts`. */
import { z } from 'zod'
import { openBare, readFrame, readNetworks } from './material.ts'

const { coarse, fine, recogniser } = await readNetworks()
const run = await openBare([coarse, fine, recogniser], await readFrame())
const ask = z.object({ forMs: z.number() })

process.on('message', (message) => {
  void count(ask.parse(message).forMs)
})
process.on('disconnect', () => process.exit(0))

async function count(forMs: number): Promise<void> {
  const start = performance.now()
  let done = 0
  for (; performance.now() - start < forMs; done++) await run()
  process.send?.({ perSecond: (done * 1000) / (performance.now() - start) })
}

process.send?.({ perSecond: 0 })
