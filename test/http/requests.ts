/** A Koa app on a port of its own, and raw requests to it, which need no browser’s manners. */
import { once } from 'node:events'
import { createServer, request, type IncomingHttpHeaders } from 'node:http'
import { text } from 'node:stream/consumers'
import Koa, { type Middleware } from 'koa'
import { loadAssets } from '../../src/http/assets.ts'
import { errorHandler, type ErrorEntry } from '../../src/http/error-handler.ts'
import { newReference } from '../../src/request-context.ts'
import { securityHeaders } from '../../src/http/headers.ts'
import { createRender, type Render } from '../../src/http/render.ts'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
}

export interface Ask {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
}

export interface House {
  readonly log: ErrorEntry[]
  readonly ask: (ask?: Ask) => Promise<Answer>
  readonly close: () => Promise<void>
}

/** The ground floor as `app.ts` joins it, with one step of the test’s own. */
export async function openHouse(
  step: (render: Render) => Middleware,
  issuer = 'https://id.example',
): Promise<House> {
  const app = new Koa()
  app.silent = true
  const log: ErrorEntry[] = []
  const assets = loadAssets()
  const render = createRender(assets)
  app.use(securityHeaders({ issuer }))
  app.use(errorHandler({ render, log: (entry) => log.push(entry), reference: newReference }))
  app.use(assets.middleware)
  app.use(step(render))
  const answer = app.callback()
  const server = createServer((incoming, outgoing) => void answer(incoming, outgoing))
  server.listen(0, 'localhost')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  const { port } = address
  return {
    log,
    ask: (ask = {}) => send(port, ask),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function send(port: number, { method = 'GET', path = '/', headers = {}, body }: Ask): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: 'localhost', port, method, path, headers, agent: false }, (incoming) => {
      text(incoming).then(
        (read) => {
          resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text: read })
        },
        (error: unknown) => {
          reject(new Error('the answer broke off', { cause: error }))
        },
      )
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** `code` of a problem answer. */
export function codeOf(answer: Answer): unknown {
  const problem: unknown = JSON.parse(answer.text)
  return typeof problem === 'object' && problem !== null && 'code' in problem ? problem.code : undefined
}

export const asForm = { 'content-type': 'application/x-www-form-urlencoded' }
export const asJson = { 'content-type': 'application/json' }
export const asPage = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' }
