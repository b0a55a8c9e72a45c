/** The two databases that take turns, an empty one and a large one, on one engine; and how large they are. */
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import pg from 'pg'
import { DataSource } from 'typeorm'
import type { DatabaseLocation } from '../../src/store/database.ts'
import { openDatabase } from '../../src/store/open-database.ts'
import { startPostgres } from '../../test/servers/postgres.ts'
import { fillStatements } from './fill.ts'

export interface Databases {
  readonly engine: 'sqlite' | 'postgres'
  readonly empty: DatabaseLocation
  readonly large: DatabaseLocation
  /** Bytes on disk, indexes included. */
  sizeOf(location: DatabaseLocation): Promise<number>
  end(): Promise<void>
}

/** Subjects in one statement: more would only take memory. */
const piece = 50_000

type Ask = (statement: string) => Promise<readonly Readonly<Record<string, unknown>>[]>

export async function openPostgresDatabases(subjects: number): Promise<Databases> {
  const server = await startPostgres({
    shared_buffers: '1GB',
    maintenance_work_mem: '512MB',
    max_wal_size: '8GB',
  })
  const [empty, large] = await Promise.all([server.createDatabase(), server.createDatabase()])
  for (const url of [empty, large]) await (await openDatabase({ kind: 'postgres', url })).close()
  const client = new pg.Client({ connectionString: large })
  await client.connect()
  const ask: Ask = async (statement) => (await client.query<Record<string, unknown>>(statement)).rows
  await ask("SET session_replication_role = 'replica'")
  const indexes = "SELECT indexname AS name, indexdef AS sql FROM pg_indexes WHERE indexname LIKE 'ix\\_%'"
  await fill(ask, { engine: 'postgres', subjects, indexes })
  await ask('VACUUM ANALYZE')
  await client.end()
  return {
    engine: 'postgres',
    empty: { kind: 'postgres', url: empty },
    large: { kind: 'postgres', url: large },
    sizeOf: async (location) => {
      const asker = new pg.Client({ connectionString: location.kind === 'postgres' ? location.url : '' })
      await asker.connect()
      const { rows } = await asker.query<{ size: string }>(
        'SELECT pg_database_size(current_database()) AS size',
      )
      await asker.end()
      return Number(rows[0]?.size)
    },
    end: () => server.stop(),
  }
}

export async function openSqliteDatabases(subjects: number): Promise<Databases> {
  const folder = mkdtempSync(join(tmpdir(), 'mien-growth-'))
  const [empty, large] = [join(folder, 'empty.sqlite'), join(folder, 'large.sqlite')]
  for (const path of [empty, large]) await (await openDatabase({ kind: 'sqlite', path })).close()
  // In a process of its own: two libraries in one would drop each other’s locks.
  await promisify(execFile)(process.execPath, [import.meta.filename, large, String(subjects)])
  return {
    engine: 'sqlite',
    empty: { kind: 'sqlite', path: empty },
    large: { kind: 'sqlite', path: large },
    sizeOf: (location) => Promise.resolve(location.kind === 'sqlite' ? statSync(location.path).size : NaN),
    end: () => {
      rmSync(folder, { recursive: true })
      return Promise.resolve()
    },
  }
}

async function fillSqlite(path: string, subjects: number): Promise<void> {
  const source = await new DataSource({ type: 'better-sqlite3', database: path }).initialize()
  const ask: Ask = (statement) => source.query(statement)
  for (const pragma of [
    'foreign_keys = OFF',
    'synchronous = OFF',
    'journal_mode = MEMORY',
    'cache_size = -1000000',
  ])
    await ask(`PRAGMA ${pragma}`)
  const indexes =
    "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND name LIKE 'ix\\_%' ESCAPE '\\'"
  await fill(ask, { engine: 'sqlite', subjects, indexes })
  await ask('ANALYZE')
  await source.destroy()
}

interface Filling {
  readonly engine: Databases['engine']
  readonly subjects: number
  /** Asks for the indexes: they are made once the rows are there, which is many times faster. */
  readonly indexes: string
}

async function fill(ask: Ask, { engine, subjects, indexes }: Filling): Promise<void> {
  const taken = await ask(indexes)
  for (const { name } of taken) await ask(`DROP INDEX "${String(name)}"`)
  for (let from = 0; from < subjects; from += piece) {
    await ask('BEGIN')
    for (const statement of fillStatements(engine, { from, to: Math.min(subjects, from + piece) }))
      await ask(statement)
    await ask('COMMIT')
  }
  for (const { sql } of taken) await ask(String(sql))
}

if (import.meta.main) await fillSqlite(process.argv[2] ?? '', Number(process.argv[3]))
