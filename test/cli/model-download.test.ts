import { assert } from 'chai'
import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { nodeEnvironment } from '../../scripts/lib/node24.mjs'
import { downloadModel } from '../../src/face/model-download.ts'
import type { ModelEntry } from '../../src/face/manifest.ts'
import { etag, faultOf, network, openOrigins, portOf, rangeServer, weights } from './networks.ts'
import type { Origins } from './networks.ts'

describe('Fetching networks', () => {
  let folder: string
  let origins: Origins

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mien-models-'))
    origins = openOrigins()
  })
  afterEach(() => {
    origins.close()
    rmSync(folder, { recursive: true, force: true })
  })

  const part = (entry: ModelEntry) => join(folder, `${entry.file}.part`)

  it('a file gets its name only once all of its bytes are the right ones', async () => {
    const entry = network('whole', weights, `${await origins.listen(rangeServer([]))}/w`)
    const path = await downloadModel(entry, folder, { fetch })
    assert.deepEqual(readFileSync(path), weights)
    assert.deepEqual(readdirSync(folder), ['whole.onnx'])
  })

  it('a transfer that was cut goes on where it stopped', async () => {
    const seen: IncomingMessage[] = []
    const serve = rangeServer(seen)
    const base = await origins.listen((request, response) => {
      if (seen.length > 0) {
        serve(request, response)
        return
      }
      seen.push(request)
      response.writeHead(200, { etag, 'content-length': weights.length })
      response.write(weights.subarray(0, 100_000), () => setTimeout(() => response.destroy(), 50))
    })
    const entry = network('cut', weights, `${base}/w`)
    assert.equal((await faultOf(downloadModel(entry, folder, { fetch }))).code, 'model_unreachable')
    const have = readFileSync(part(entry)).length
    assert.isAbove(have, 0)

    const path = await downloadModel(entry, folder, { fetch })
    assert.deepEqual(readFileSync(path), weights)
    assert.equal(seen[1]?.headers.range, `bytes=${have}-`)
    assert.equal(seen[1]?.headers['if-range'], etag)
  })

  it('a file that changed at its source since the cut is fetched from the start', async () => {
    const entry = network('changed', weights, `${await origins.listen(rangeServer([]))}/w`)
    writeFileSync(part(entry), Buffer.alloc(1000, 7))
    writeFileSync(join(folder, `${entry.file}.etag.part`), '"weights-0"')
    assert.deepEqual(readFileSync(await downloadModel(entry, folder, { fetch })), weights)
  })

  it('a server that knows no ranges sends the file anew', async () => {
    const base = await origins.listen((_, response) => response.writeHead(200).end(weights))
    const entry = network('rangeless', weights, `${base}/w`)
    writeFileSync(part(entry), weights.subarray(0, 5000))
    assert.deepEqual(readFileSync(await downloadModel(entry, folder, { fetch })), weights)
  })

  it('a server that refuses our range, or answers another, is asked for the whole file', async () => {
    for (const [status, range] of [
      [416, ''],
      [206, `bytes 0-9/${weights.length}`],
    ] as const) {
      const base = await origins.listen((request, response) => {
        if (request.headers.range === undefined) response.writeHead(200).end(weights)
        else response.writeHead(status, { 'content-range': range }).end('0123456789')
      })
      const entry = network(`refused-${status}`, weights, `${base}/w`)
      writeFileSync(part(entry), weights.subarray(0, 5000))
      assert.deepEqual(readFileSync(await downloadModel(entry, folder, { fetch })), weights)
    }
  })

  it('bytes with another checksum are refused and removed', async () => {
    const wrong = Buffer.from(weights)
    wrong[1234] = 255
    const base = await origins.listen((_, response) => response.writeHead(200).end(wrong))
    const fault = await faultOf(downloadModel(network('wrong', weights, `${base}/w`), folder, { fetch }))
    assert.equal(fault.code, 'model_checksum_wrong')
    assert.deepEqual(readdirSync(folder), [])
  })

  it('a body longer than the manifest says is cut off and removed', async () => {
    const base = await origins.listen((_, response) =>
      response.writeHead(200).end(Buffer.concat([weights, weights])),
    )
    const fault = await faultOf(downloadModel(network('long', weights, `${base}/w`), folder, { fetch }))
    assert.equal(fault.code, 'model_too_large')
    assert.deepEqual(readdirSync(folder), [])
  })

  it('a redirect from https to anything else is not followed', async () => {
    for (const location of ['http://127.0.0.1/w', 'file:///etc/passwd', 'ftp://example.org/w']) {
      const asked: string[] = []
      const redirecting: typeof fetch = (input) => {
        asked.push(input instanceof Request ? input.url : String(input))
        return Promise.resolve(new Response(null, { status: 302, headers: { location } }))
      }
      const entry = network('redirected', weights, 'https://models.example/w')
      const fault = await faultOf(downloadModel(entry, folder, { fetch: redirecting }))
      assert.equal(fault.code, 'model_unreachable')
      assert.deepEqual(asked, ['https://models.example/w'])
    }
  })

  it('a circle of redirects ends', async () => {
    const base = await origins.listen((_, response) => response.writeHead(302, { location: '/again' }).end())
    const fault = await faultOf(downloadModel(network('circle', weights, `${base}/w`), folder, { fetch }))
    assert.equal(fault.code, 'model_unreachable')
  })

  it('a server that falls silent is given up', async () => {
    const base = await origins.listen((_, response) => {
      response.writeHead(200, { etag }).write(weights.subarray(0, 10))
    })
    const entry = network('silent', weights, `${base}/w`)
    const fault = await faultOf(downloadModel(entry, folder, { fetch, idleSeconds: 0.2 }))
    assert.equal(fault.code, 'model_unreachable')
    assert.include(fault.message, 'no answer for 0.2 seconds')
  })

  it('a network that is published nowhere is not asked for anywhere', async () => {
    const never: typeof fetch = () => assert.fail('asked')
    const fault = await faultOf(downloadModel(network('unpublished', weights), folder, { fetch: never }))
    assert.equal(fault.code, 'model_unpublished')
  })

  it('the proxy of the environment is used', async () => {
    const asked: string[] = []
    const proxy = createServer((request, response) => {
      asked.push(request.url ?? '')
      response.writeHead(200).end(weights)
    })
    // Node may tunnel plain http too: the bytes of the tunnel are answered as the origin would.
    proxy.on('connect', (request, socket) => {
      asked.push(request.url ?? '')
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n')
      socket.once('data', () => {
        socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${weights.length}\r\n\r\n`)
        socket.write(weights)
      })
    })
    origins.add(proxy)
    const url = `http://127.0.0.1:${await portOf(proxy)}`
    const entry = network('proxied', weights, 'http://models.invalid/w')
    const module = new URL('../../src/face/model-download.ts', import.meta.url).href
    const script = `
      const { downloadModel } = await import(${JSON.stringify(module)})
      await downloadModel(${JSON.stringify(entry)}, ${JSON.stringify(folder)}, { fetch })`
    const env = nodeEnvironment({ HTTP_PROXY: url, http_proxy: url, PATH: process.env['PATH'] })
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { env })
    assert.deepEqual(readFileSync(join(folder, entry.file)), weights)
    assert.match(asked[0] ?? '', /models\.invalid/)
  })
})
