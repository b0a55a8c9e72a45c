/** Downloads one model file: resumed where it was cut, bounded in size, checked before it gets its name. */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { ModelEntry } from './manifest.ts'
import { ModelFault, isGenuine } from './model-store.ts'

export interface DownloadDependencies {
  readonly fetch: typeof fetch
  /** Bytes on disk so far, those of an earlier try included. */
  readonly onProgress?: (bytes: number) => void
  /** How long the other side may stay silent. */
  readonly idleSeconds?: number
}

const maxRedirects = 5

interface Part {
  readonly path: string
  /** Holds the validator that the bytes in `path` belong to (RFC 9110 §13.1.5). */
  readonly validatorPath: string
}

/**
 * @returns the path of the finished file in `folder`.
 * @throws {ModelFault} `model_unpublished`, `model_unreachable`, `model_too_large` or `model_checksum_wrong`.
 */
export async function downloadModel(
  entry: ModelEntry,
  folder: string,
  dependencies: DownloadDependencies,
): Promise<string> {
  if (entry.source === undefined) {
    throw new ModelFault(
      'model_unpublished',
      `${entry.file} is published nowhere; bring it with \`models add\`.`,
    )
  }
  mkdirSync(folder, { recursive: true })
  const path = join(folder, entry.file)
  const part = { path: `${path}.part`, validatorPath: `${path}.etag.part` }
  if (sizeOf(part.path) < entry.bytes) await receive(entry, entry.source, { part, dependencies })
  if (!(await isGenuine(entry, part.path))) {
    forget(part)
    throw new ModelFault(
      'model_checksum_wrong',
      `What ${entry.source} sent is not ${entry.file}: its SHA-256 is not ${entry.sha256}. It was removed.`,
    )
  }
  renameSync(part.path, path)
  rmSync(part.validatorPath, { force: true })
  return path
}

interface Transfer {
  readonly part: Part
  readonly dependencies: DownloadDependencies
}

async function receive(entry: ModelEntry, source: string, { part, dependencies }: Transfer): Promise<void> {
  const idle = new IdleTimer(dependencies.idleSeconds ?? 30)
  try {
    const {
      start,
      headers,
      body: stream,
    } = await openBody(entry, source, { part, dependencies, signal: idle.signal })
    // Kept before the first byte, so that a cut at any moment leaves bytes and validator together.
    if (start === 0) writeFileSync(part.validatorPath, headers.get('etag') ?? '')
    await append(stream, part.path, { entry, start, onBytes: dependencies.onProgress, idle })
  } catch (error) {
    if (error instanceof ModelFault) {
      if (error.code === 'model_too_large') forget(part)
      throw error
    }
    const message = `${new URL(source).host} cannot be reached: ${reasonOf(error)}.`
    throw new ModelFault('model_unreachable', message, { cause: error })
  } finally {
    idle.stop()
  }
  if (sizeOf(part.path) < entry.bytes) {
    throw new ModelFault(
      'model_unreachable',
      `${source} ended after ${sizeOf(part.path)} of ${entry.bytes} bytes. Run the command again to go on from there.`,
    )
  }
}

interface OpenBody {
  /** Where in the file it belongs. */
  readonly start: number
  readonly headers: Headers
  readonly body: ReadableStream<Uint8Array>
}

async function openBody(entry: ModelEntry, source: string, needs: Request): Promise<OpenBody> {
  const response = await request(source, needs)
  const start = startOfBody(response, entry, needs.part)
  if (start !== undefined && response.body !== null) {
    return { start, headers: response.headers, body: response.body }
  }
  await response.body?.cancel()
  const isOurRangeRefused = response.status === 206 || response.status === 416
  if (isOurRangeRefused && sizeOf(needs.part.path) > 0) {
    forget(needs.part)
    return openBody(entry, source, needs)
  }
  throw new ModelFault('model_unreachable', `${source} answered ${response.status}.`)
}

/** Where the body belongs in the file, or nothing where the answer is no body for us (RFC 9110 §15.3.7, §15.5.17). */
function startOfBody(response: Response, entry: ModelEntry, part: Part): number | undefined {
  if (response.status === 200) return 0
  const have = sizeOf(part.path)
  const range = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(response.headers.get('content-range') ?? '')
  const [, first, , total] = range ?? []
  if (response.status === 206 && Number(first) === have && (total === '*' || Number(total) === entry.bytes))
    return have
  return undefined
}

interface Bounds {
  readonly entry: ModelEntry
  readonly start: number
  readonly onBytes: ((bytes: number) => void) | undefined
  readonly idle: IdleTimer
}

/**
 * Writes synchronously, so that the body is hardly ever left waiting: undici 7 brings the process down where a server
 * closes its connection while the reader has paused. Where that happens all the same, the next run goes on from there.
 */
async function append(body: ReadableStream<Uint8Array>, path: string, bounds: Bounds): Promise<void> {
  const file = openSync(path, bounds.start === 0 ? 'w' : 'a')
  let bytes = bounds.start
  try {
    bounds.onBytes?.(bytes)
    for await (const chunk of body) {
      bytes += chunk.byteLength
      if (!(bytes <= bounds.entry.bytes)) throw tooLarge(bounds.entry)
      writeSync(file, chunk)
      bounds.idle.restart()
      bounds.onBytes?.(bytes)
    }
  } finally {
    closeSync(file)
  }
}

function tooLarge({ source = '', bytes, file }: ModelEntry): ModelFault {
  return new ModelFault(
    'model_too_large',
    `${source} sends more than the ${bytes} bytes of ${file}. It was removed.`,
  )
}

interface Request {
  readonly part: Part
  readonly dependencies: DownloadDependencies
  readonly signal: AbortSignal
}

/** Follows redirects itself, since `fetch` would follow one from https to http. */
async function request(source: string, { part, dependencies, signal }: Request): Promise<Response> {
  let url = new URL(source)
  for (let hop = 0; hop <= maxRedirects; hop += 1) {
    const response = await dependencies.fetch(url, {
      headers: rangeHeaders(part),
      redirect: 'manual',
      signal,
    })
    const location = response.headers.get('location')
    if (response.status < 300 || response.status > 399 || location === null) return response
    await response.body?.cancel()
    url = safeRedirect(url, location)
  }
  throw new ModelFault('model_unreachable', `${source} redirects more than ${maxRedirects} times.`)
}

function safeRedirect(from: URL, location: string): URL {
  const to = URL.parse(location, from.href)
  if (to?.protocol === 'https:' || (to !== null && from.protocol === 'http:' && to.protocol === 'http:'))
    return to
  throw new ModelFault('model_unreachable', `${from.href} redirects to ${location}, which is not https.`)
}

function rangeHeaders(part: Part): Record<string, string> {
  const have = sizeOf(part.path)
  // A coding such as gzip would make lengths and ranges speak of other bytes.
  const plain = { 'accept-encoding': 'identity' }
  if (have === 0) return plain
  const validator = existsSync(part.validatorPath) ? readFileSync(part.validatorPath, 'utf8') : ''
  // If-Range takes strong validators alone (RFC 9110 §13.1.5); without one the final checksum decides.
  const isStrong = validator.startsWith('"')
  return { ...plain, range: `bytes=${have}-`, ...(isStrong ? { 'if-range': validator } : {}) }
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0
}

function forget(part: Part): void {
  rmSync(part.path, { force: true })
  rmSync(part.validatorPath, { force: true })
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  // undici says only "fetch failed"; what failed is in the cause.
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}

/** Aborts a transfer whose other side has gone silent; a slow one that still sends may take its time. */
class IdleTimer {
  readonly #controller = new AbortController()
  readonly #timer: NodeJS.Timeout

  constructor(seconds: number) {
    this.#timer = setTimeout(() => {
      this.#controller.abort(new Error(`no answer for ${seconds} seconds`))
    }, seconds * 1000)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  restart(): void {
    this.#timer.refresh()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }
}
