/** A tar inside an age file, written and read as a stream: never plain on disk, and never whole in memory. */
import { randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { chmod, open as openFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Decrypter, Encrypter, generateIdentity, identityToRecipient } from 'age-encryption'
import { extract, pack, type Pack } from 'tar-stream'

/** Whom the file is for: holders of keys (`age1…`), or whoever knows a passphrase. */
export type Lock = { readonly recipients: readonly string[] } | { readonly passphrase: string }

/** What opens it. */
export type Key = { readonly identities: readonly string[] } | { readonly passphrase: string }

export interface Entry {
  readonly name: string
  readonly bytes: Uint8Array
}

export type BackupProblem = 'key' | 'damaged' | 'format' | 'mismatch'

export class BackupFault extends Error {
  readonly code = 'backup_refused'
  readonly problem: BackupProblem

  constructor(problem: BackupProblem, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'BackupFault'
    this.problem = problem
  }
}

/** An entry is read whole, so it must not be larger than what this program writes. */
const mostEntryBytes = 256 * 1024 * 1024

/**
 * Written under another name and renamed at the end: under `path` there is a whole file or none.
 * @returns its size in bytes
 * @throws whatever `entries` throws, or the file system; nothing is left behind then
 */
export async function writeArchive(path: string, lock: Lock, entries: AsyncIterable<Entry>): Promise<number> {
  const encrypter = encrypterFor(lock)
  const draft = `${path}.${randomUUID()}.part`
  try {
    const plain = Readable.from(tarOf(entries))
    const sealed = await encrypter.encrypt(webStreamOf(plain))
    let bytes = 0
    const counted = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
      for await (const chunk of chunks) {
        bytes += chunk.length
        yield chunk
      }
    }
    await pipeline(sealed, counted, createWriteStream(draft, { flags: 'wx', mode: 0o600, flush: true }))
    await chmod(draft, 0o600)
    await rename(draft, path)
    await flushFolder(dirname(path))
    return bytes
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

function encrypterFor(lock: Lock): Encrypter {
  const encrypter = new Encrypter()
  if ('passphrase' in lock) encrypter.setPassphrase(lock.passphrase)
  else for (const recipient of lock.recipients) encrypter.addRecipient(recipient)
  return encrypter
}

export function isRecipient(text: string): boolean {
  try {
    new Encrypter().addRecipient(text)
    return true
  } catch {
    return false
  }
}

/** A new pair, as `age-keygen` makes it. */
export async function makeIdentity(): Promise<{ readonly identity: string; readonly recipient: string }> {
  const identity = await generateIdentity()
  return { identity, recipient: await identityToRecipient(identity) }
}

/** The new name outlives a power cut. Where folders cannot be flushed, the system does it in its own time. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await openFile(folder)
  await handle.sync().finally(() => handle.close())
}

async function* tarOf(entries: AsyncIterable<Entry>): AsyncGenerator<Uint8Array> {
  const tar = pack()
  const filling = fill(tar, entries).catch((error: unknown) => {
    tar.destroy(error instanceof Error ? error : new Error(String(error)))
  })
  for await (const chunk of tar) yield bytesIn(chunk)
  await filling
}

async function fill(tar: Pack, entries: AsyncIterable<Entry>): Promise<void> {
  for await (const { name, bytes } of entries) {
    await new Promise<void>((resolve, reject) => {
      const settle = (error?: Error | null): void => (error ? reject(error) : resolve())
      // Written as a stream, so that it waits until what was handed over is taken.
      tar.entry({ name, size: bytes.length, mode: 0o600 }, settle).end(Buffer.from(bytes))
    })
  }
  tar.finalize()
}

/** @throws {BackupFault} where the key is another, or the file is damaged or cut short */
export async function* readArchive(path: string, key: Key): AsyncGenerator<Entry, void> {
  const file = createReadStream(path)
  try {
    const plain = await openSeal(webStreamOf(file), key)
    const tar = extract()
    const feeding = pipeline(plain, tar)
    feeding.catch((error: unknown) => tar.destroy(error instanceof Error ? error : new Error(String(error))))
    for await (const entry of tar) {
      const { name, size, type } = entry.header
      if (type !== 'file' || size > mostEntryBytes)
        throw new BackupFault('format', `${name} is no part of a backup`)
      const chunks: Uint8Array[] = []
      for await (const chunk of entry) chunks.push(bytesIn(chunk))
      yield { name, bytes: Buffer.concat(chunks) }
    }
    await feeding
  } catch (error) {
    if (error instanceof BackupFault || isSystemError(error)) throw error
    throw new BackupFault('damaged', `${path} is damaged or cut short.`, error)
  } finally {
    file.destroy()
  }
}

async function openSeal(sealed: ReadableStream<Uint8Array>, key: Key): Promise<ReadableStream<Uint8Array>> {
  const decrypter = new Decrypter()
  if ('passphrase' in key) decrypter.addPassphrase(key.passphrase)
  else for (const identity of key.identities) decrypter.addIdentity(identity)
  try {
    return await decrypter.decrypt(sealed)
  } catch (error) {
    if (isSystemError(error)) throw error
    // The library's own words may hold the first line of a file that is something else, such as the passphrase itself.
    if (error instanceof Error && error.message.startsWith('no identity matched'))
      throw new BackupFault('key', 'The file was encrypted for another key or passphrase.', error)
    throw new BackupFault('format', 'The file is no backup, or is damaged where it begins.', error)
  }
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error
}

/** Node’s types and the browser’s tell the same streams apart. */
function webStreamOf(stream: Readable): ReadableStream<Uint8Array> {
  const reader: AsyncIterator<unknown, unknown> = stream[Symbol.asyncIterator]()
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const next = await reader.next()
        if (next.done === true) controller.close()
        else controller.enqueue(bytesIn(next.value))
      },
      cancel: () => {
        stream.destroy()
      },
    },
    { highWaterMark: 1 },
  )
}

function bytesIn(chunk: unknown): Uint8Array<ArrayBuffer> {
  if (chunk instanceof Uint8Array) return new Uint8Array(chunk)
  throw new TypeError('a stream of bytes has something else in it')
}
