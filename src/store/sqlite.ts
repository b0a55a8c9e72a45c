/** SQLite: one file, one process, one queue. */
import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DataSource } from 'typeorm'
import type { Database } from './database.ts'
import { entities } from './entities.ts'
import { migrations } from './migrations/all.ts'
import { bringUpToDate, type BeforeMigration } from './schema/bring-up.ts'

/** How long a statement waits for another process that writes. */
const busyTimeoutMs = 5000

/** Holds the inner pages of all indexes of a million subjects; a small database never fills it. In KiB. */
const cacheKib = 65_536

export async function openSqlite(path: string, before?: BeforeMigration): Promise<Database> {
  if (path !== ':memory:') makePrivateFile(path)
  const source = new DataSource({
    type: 'better-sqlite3',
    database: path,
    entities: [...entities],
    migrations: [...migrations],
    migrationsRun: false,
    enableWAL: path !== ':memory:',
    timeout: busyTimeoutMs,
  })
  await source.initialize()
  try {
    // Erased rows are overwritten, not merely unlinked: templates must not linger in free pages.
    await source.query('PRAGMA secure_delete = ON')
    await source.query(`PRAGMA cache_size = -${cacheKib}`)
    await bringUpToDate(source, before)
  } catch (error) {
    await source.destroy()
    throw error
  }
  return queued(source)
}

/**
 * TypeORM gives SQLite one connection, so a statement sent while a transaction is open would become part of it,
 * and would be undone with it. One queue for all keeps them apart; the driver is synchronous, so nothing is lost by it.
 */
function queued(source: DataSource): Database {
  let last: Promise<unknown> = Promise.resolve()
  const enqueue = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }
  return {
    kind: 'sqlite',
    run: (work) => enqueue(() => work(source.manager)),
    transact: (work) => enqueue(() => source.transaction(work)),
    scrub: () =>
      enqueue(async () => {
        await source.query('PRAGMA wal_checkpoint(TRUNCATE)')
      }),
    subscribe: (subscriber) => {
      source.subscribers.push(subscriber)
    },
    close: () => enqueue(() => source.destroy()),
  }
}

/** SQLite gives its journal files the mode of the database file. */
function makePrivateFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  closeSync(openSync(path, 'a', 0o600))
  chmodSync(path, 0o600)
}
