/** Starts a provider in a process of its own, as `npm start` does, so that what it takes can be told from what its visitors take. */
import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { childrenOf } from './processes.ts'

export interface LoopDelay {
  readonly p50: number
  readonly p99: number
  readonly most: number
}

export interface RemoteHouse {
  readonly origin: string
  readonly rpOrigin: string
  readonly processId: number
  /** Process ids of the face workers. */
  readonly workers: () => readonly number[]
  /** From here on the delay of the event loop is recorded anew. */
  resetDelay(): Promise<void>
  /** Milliseconds beyond the timer's own resolution of 1 ms. */
  readDelay(): Promise<LoopDelay>
  close(): Promise<void>
}

const address = z.object({ origin: z.string(), rpOrigin: z.string() })
const loopDelay = z.object({ p50: z.number(), p99: z.number(), most: z.number() })
const file = fileURLToPath(new URL('house-process.ts', import.meta.url))

export async function startRemoteHouse(
  settings: Readonly<Record<string, string>> = {},
): Promise<RemoteHouse> {
  // The server's own flags, as scripts/start.mjs gives them.
  const child = fork(file, [JSON.stringify(settings)], { execArgv: ['--max-semi-space-size=2'] })
  const next = (): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const end = (code: number | null) => {
        reject(new Error(`the house ended with ${code ?? 'a signal'}`))
      }
      child.once('exit', end)
      child.once('message', (message) => {
        child.off('exit', end)
        resolve(message)
      })
    })
  const ask = (question: 'reset' | 'report'): Promise<unknown> => {
    const answer = next()
    child.send(question)
    return answer
  }
  const { origin, rpOrigin } = address.parse(await next())
  const processId = child.pid
  if (processId === undefined) throw new Error('the house has no process')
  return {
    origin,
    rpOrigin,
    processId,
    workers: () => childrenOf(processId),
    resetDelay: async () => {
      await ask('reset')
    },
    readDelay: async () => {
      const { p50, p99, most } = loopDelay.parse(await ask('report'))
      return { p50: p50 - 1, p99: p99 - 1, most: most - 1 }
    },
    close: async () => {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.send('close')
      await ended
    },
  }
}
