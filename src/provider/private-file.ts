/** Files that hold secrets: made once, whole or not at all, and readable by their owner alone. */
import { randomUUID } from 'node:crypto'
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout } from 'node:timers/promises'

export class PrivateFileError extends Error {
  readonly code = 'private_file_refused'

  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'PrivateFileError'
  }
}

/** @throws {PrivateFileError} where the group or others may read or write it. */
export function readPrivateFile(path: string): string | undefined {
  const status = statSync(path, { throwIfNoEntry: false })
  if (status === undefined) return undefined
  // Windows has no such bits: there the rights of the folder hold.
  if (process.platform !== 'win32' && (status.mode & 0o077) !== 0) {
    const mode = (status.mode & 0o777).toString(8)
    throw new PrivateFileError(
      `${path} holds secrets and others may read it (mode ${mode}). Run: chmod 600 ${path}. If it was copied or shared, replace what it holds.`,
    )
  }
  return readFileSync(path, 'utf8')
}

const lockTries = 100
const lockWaitMs = 100

export interface PrivateFileChange<T> {
  readonly value: T
  /** The new content; left alone where there is none. */
  readonly text?: string
}

/**
 * Replaces the file whole, one process at a time: whoever reads it meanwhile reads the old or the new.
 * @throws {PrivateFileError} where another process holds it for ten seconds
 */
export async function changePrivateFile<T>(
  path: string,
  change: () => Promise<PrivateFileChange<T>>,
): Promise<T> {
  const folder = dirname(path)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  chmodSync(folder, 0o700)
  const lock = `${path}.lock`
  await takeLock(lock)
  try {
    const { value, text } = await change()
    if (text !== undefined) {
      const draft = `${path}.${randomUUID()}`
      writeFileSync(draft, text, { mode: 0o600, flag: 'wx', flush: true })
      renameSync(draft, path)
    }
    return value
  } finally {
    rmSync(lock, { force: true })
  }
}

async function takeLock(lock: string): Promise<void> {
  for (let tries = 0; tries < lockTries; tries += 1) {
    try {
      writeFileSync(lock, '', { flag: 'wx', mode: 0o600 })
      return
    } catch (error) {
      const isHeld = error instanceof Error && 'code' in error && error.code === 'EEXIST'
      if (!isHeld) throw error
    }
    await setTimeout(lockWaitMs)
  }
  throw new PrivateFileError(`${lock} is held by another process; remove it where there is none`)
}

/** JSON of a private file, or an error that says which file and never what it holds. */
export function parsePrivateJson(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new PrivateFileError(`${path} is not JSON. Restore it from a backup.`)
  }
}
