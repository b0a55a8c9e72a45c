/** The back room of an app: listens where it told the provider to call, and keeps what it was sent. */
import { createServer } from 'node:https'
import { TLSSocket } from 'node:tls'
import { text } from 'node:stream/consumers'
import { localhostCertificate, localhostKey, trustLocalhost } from './tls.ts'

export interface Call {
  readonly path: string
  readonly type: string
  /** Of TLS. */
  readonly version: string | null
  readonly body: URLSearchParams
}

export interface Listener {
  /** The next call that nobody has taken yet. @throws {Error} where none comes in time */
  next(withinMs: number): Promise<Call>
  /** Answers GET there with this JSON. */
  serve(path: string, document: unknown): void
  close(): Promise<void>
}

export async function openListener(port: number): Promise<Listener> {
  const calls: Call[] = []
  const documents = new Map<string, unknown>()
  const distrust = trustLocalhost()
  const identity = { cert: localhostCertificate, key: localhostKey }
  const server = createServer(identity, (request, response) => {
    void text(request).then((body) => {
      const path = request.url ?? ''
      if (request.method === 'GET') {
        response.writeHead(documents.has(path) ? 200 : 404, { 'content-type': 'application/json' })
        response.end(JSON.stringify(documents.get(path) ?? {}))
        return
      }
      const version = request.socket instanceof TLSSocket ? request.socket.getProtocol() : null
      const type = request.headers['content-type'] ?? ''
      calls.push({ path, type, version, body: new URLSearchParams(body) })
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
    serve: (path, document) => void documents.set(path, document),
    close: async () => {
      distrust()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
