/** A whole provider in a process of its own, which tells how late its event loop was; started by `remote-house.ts`. */
import { enableCompileCache } from 'node:module'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { z } from 'zod'

enableCompileCache()
const { startHouse } = await import('../flows/house.ts')

const settings = z.record(z.string(), z.string()).parse(JSON.parse(process.argv[2] ?? '{}'))
const house = await startHouse({ settings })
await house.app.ready
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()

const ask = z.enum(['reset', 'report', 'close'])

process.on('message', (message) => {
  void answer(ask.parse(message))
})

async function answer(question: z.infer<typeof ask>): Promise<void> {
  switch (question) {
    case 'reset':
      delay.reset()
      process.send?.({})
      return
    case 'report':
      process.send?.({
        p50: delay.percentile(50) / 1e6,
        p99: delay.percentile(99) / 1e6,
        most: delay.max / 1e6,
      })
      return
    case 'close':
      await house.close()
      process.exit(0)
  }
}

process.on('disconnect', () => process.exit(0))
process.send?.({ origin: house.origin, rpOrigin: house.rpOrigin })
