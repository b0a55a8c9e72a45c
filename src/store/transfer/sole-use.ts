/** Nobody else at a database while it is replaced: a server that went on with what is no longer there would lose what it writes. */
import { existsSync } from 'node:fs'
import type { DatabaseLocation } from '../database.ts'
import { openSource } from './source.ts'
import { TransferFault } from './tables.ts'

/**
 * Does the work where no server uses the database; on PostgreSQL none can start while it lasts.
 * @throws {TransferFault} where one does; then nothing was done
 */
export async function withSoleUse<T>(location: DatabaseLocation, work: () => Promise<T>): Promise<T> {
  if (location.kind === 'postgres') return withPresenceLock(location, work)
  await requireUnused(location.path)
  return work()
}

/** Every connection to a file in WAL mode has a shared lock on it, which the system takes away with the process. */
async function requireUnused(path: string): Promise<void> {
  if (!existsSync(path)) return
  const source = await openSource({ kind: 'sqlite', path }).catch(() => undefined)
  // What cannot be opened is damaged, which is what backups are for.
  if (source === undefined) return
  try {
    await source.query('PRAGMA busy_timeout = 1000')
    await source.query('PRAGMA locking_mode = EXCLUSIVE')
    await source.query('BEGIN EXCLUSIVE')
    await source.query('ROLLBACK')
  } catch (error) {
    if (isBusy(error)) throw inUse(path)
  } finally {
    await source.destroy()
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
}

async function withPresenceLock<T>(
  location: Extract<DatabaseLocation, { readonly kind: 'postgres' }>,
  work: () => Promise<T>,
): Promise<T> {
  // Loaded where it serves, as the rest of PostgreSQL.
  const { takes } = await import('../presence.ts')
  const source = await openSource(location)
  try {
    const runner = source.createQueryRunner()
    try {
      if (!(await takes(runner, 'pg_try_advisory_lock'))) throw inUse('this database of PostgreSQL')
      return await work()
    } finally {
      await runner.release()
    }
  } finally {
    await source.destroy()
  }
}

function inUse(what: string): TransferFault {
  return new TransferFault(
    `a server runs on ${what}: stop every node first, then restore, then start them again`,
  )
}
