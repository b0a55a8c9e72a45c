/** The back room of an app: listens where it told the provider to call, and keeps what it was sent. */
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { closeServer } from '../flows/house.ts'

export interface Call {
  readonly path: string
  readonly type: string
  readonly body: URLSearchParams
}

export interface Listener {
  /** The next call that nobody has taken yet. @throws {Error} where none comes in time */
  next(withinMs: number): Promise<Call>
  close(): Promise<void>
}

export async function openListener(port: number): Promise<Listener> {
  const calls: Call[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const type = request.headers['content-type'] ?? ''
      calls.push({ path: request.url ?? '', type, body: new URLSearchParams(body) })
      response.writeHead(200, { 'cache-control': 'no-store' }).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(port, 'localhost', resolve))
  return {
    next: async (withinMs) => {
      for (let waitedMs = 0; waitedMs < withinMs; waitedMs += 100) {
        const call = calls.shift()
        if (call !== undefined) return call
        await new Promise((resolve) => setTimeout(resolve, 100))
      }
      throw new Error(`nobody called within ${withinMs} ms`)
    },
    close: () => closeServer(server),
  }
}
