/** Networks that exist only in tests, and the servers that publish them. */
import { assert } from 'chai'
import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { IncomingMessage, RequestListener, Server } from 'node:http'
import { readManifest } from '../../src/face/manifest.ts'
import type { ModelEntry } from '../../src/face/manifest.ts'
import { ModelFault } from '../../src/face/model-store.ts'

export const weights = Buffer.from(Array.from({ length: 300_000 }, (_, at) => (at * 31) % 251))
export const etag = '"weights-1"'

export function network(name: string, bytes: Buffer, source?: string): ModelEntry {
  const [template] = readManifest().models
  if (template === undefined) return assert.fail('the manifest is empty')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const base = { ...template, name, file: `${name}.onnx`, bytes: bytes.length, sha256, required: true }
  const { source: published, ...unpublished } = base
  assert.isDefined(published)
  return source === undefined ? unpublished : { ...base, source }
}

export async function faultOf(work: Promise<unknown>): Promise<ModelFault> {
  try {
    await work
  } catch (error) {
    assert.instanceOf(error, ModelFault)
    return error
  }
  return assert.fail('nothing was thrown')
}

/** A file server with ranges and entity tags, as raw file hosts have them. */
export function rangeServer(seen: IncomingMessage[]): RequestListener {
  return (request, response) => {
    seen.push(request)
    const start = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? NaN)
    const isCurrent = request.headers['if-range'] === undefined || request.headers['if-range'] === etag
    if (!Number.isInteger(start) || !isCurrent) {
      response.writeHead(200, { etag, 'content-length': weights.length }).end(weights)
    } else if (start >= weights.length) {
      response.writeHead(416).end()
    } else {
      const range = `bytes ${start}-${weights.length - 1}/${weights.length}`
      response.writeHead(206, { etag, 'content-range': range }).end(weights.subarray(start))
    }
  }
}

export interface Origins {
  readonly listen: (listener: RequestListener) => Promise<string>
  readonly add: (server: Server) => void
  readonly close: () => void
}

/** Local file servers of one test. */
export function openOrigins(): Origins {
  const servers: Server[] = []
  return {
    add: (server) => servers.push(server),
    listen: async (listener) => {
      const server = createServer(listener)
      servers.push(server)
      return `http://127.0.0.1:${await portOf(server)}`
    },
    close: () => {
      for (const server of servers) {
        server.closeAllConnections()
        server.close()
      }
    },
  }
}

export async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') return assert.fail('the server has no port')
  return address.port
}
