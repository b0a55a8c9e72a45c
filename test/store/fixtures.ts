/** A store on a real SQLite file in its own folder, with a clock that the tests move. */
import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DataSource } from 'typeorm'
import { Embedding } from '../../src/face/embedding.ts'
import type { DatabaseLocation } from '../../src/store/database.ts'
import { openStore, type Store, type StoreOptions, type StoreSecrets } from '../../src/store/open-store.ts'

const otherProcess = fileURLToPath(new URL('other-process.ts', import.meta.url))

export const model = 'test-model/1'

export const secrets: StoreSecrets = {
  templateKey: new Uint8Array(32).fill(1),
  recordKey: new Uint8Array(32).fill(2),
  identifierPepper: new Uint8Array(32).fill(3),
}

type Row = Readonly<Record<string, unknown>>

/** On either engine. */
export interface AnyTestStore {
  readonly store: Store
  readonly folder: string
  /** Of the SQLite file, where there is one. */
  readonly path: string
  readonly location: DatabaseLocation
  pass(seconds: number): void
  readonly clock: () => Date
  /** Opens it once more, as another node or a later start does. */
  reopen(changed?: Partial<StoreOptions>): Promise<Store>
  /** Another connection to the same database, as an intruder or a second process would have; `?` stands for each parameter. */
  sql(statement: string, ...parameters: readonly unknown[]): Promise<Row[]>
  /** Every byte of the SQLite file and its journals; every row of PostgreSQL, as text. */
  dump(): Buffer | Promise<Buffer>
  close(): Promise<void>
}

/** On SQLite, where nobody has to wait for the bytes. */
export interface TestStore extends AnyTestStore {
  dump(): Buffer
}

export type OpenTestStore = (changed?: Partial<StoreSecrets>) => Promise<AnyTestStore>

/** What is the same on each engine. */
export async function openAt(
  location: DatabaseLocation,
  { folder, changed }: { readonly folder: string; readonly changed: Partial<StoreSecrets> },
): Promise<Pick<AnyTestStore, 'store' | 'folder' | 'location' | 'pass' | 'clock' | 'reopen'>> {
  let now = new Date('2026-01-01T12:00:00Z')
  const clock = (): Date => now
  const checkpointFile = join(folder, 'data', 'audit-head.json')
  mkdirSync(join(folder, 'data'), { recursive: true, mode: 0o700 })
  const options = { location, secrets: { ...secrets, ...changed }, clock, checkpointFile }
  return {
    store: await openStore(options),
    folder,
    location,
    clock,
    reopen: (others) => openStore({ ...options, ...others }),
    pass: (seconds) => {
      now = new Date(now.getTime() + seconds * 1000)
    },
  }
}

/** On SQLite, the default. */
export async function openTestStore(changed: Partial<StoreSecrets> = {}): Promise<TestStore> {
  const folder = mkdtempSync(join(tmpdir(), 'mien-store-'))
  const path = join(folder, 'data', 'mien.sqlite')
  const opened = await openAt({ kind: 'sqlite', path }, { folder, changed })
  return {
    ...opened,
    path,
    sql: async (statement, ...parameters) => {
      const source = await new DataSource({ type: 'better-sqlite3', database: path }).initialize()
      try {
        // An intruder does not mind foreign keys.
        await source.query('PRAGMA foreign_keys = OFF')
        return await source.query<Row[]>(statement, [...parameters])
      } finally {
        await source.destroy()
      }
    },
    dump: () => {
      const data = join(folder, 'data')
      return Buffer.concat(readdirSync(data).map((name) => readFileSync(join(data, name))))
    },
    close: async () => {
      await opened.store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Embeddings that differ from seed to seed and are the same on each run. */
export function embeddingOf(seed: number, tag = model): Embedding {
  return Embedding.from(
    Array.from({ length: 128 }, (_, at) => Math.sin(seed * 31 + at * 1.7)),
    tag,
  )
}

/** Another process on the same database: begins so many face attempts of one identifier at once, or spends one code, or appends ten events; `details` say whose. */
export async function inAnotherProcess(
  location: DatabaseLocation,
  task: 'begin' | 'consume' | 'append' | 'spend-step' | 'spend-code',
  ...details: readonly string[]
): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [
    otherProcess,
    JSON.stringify(location),
    task,
    ...details,
  ])
  return Number(stdout)
}

export async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    if (error instanceof Error && 'code' in error) return String(error.code)
    throw error
  }
  return 'none'
}

/** How many rows of the table are thrown away now; of the others, too, what is over goes. */
export async function purged(
  store: Store,
  table: string,
  { limit = 10, sessionDays = 2 }: { readonly limit?: number; readonly sessionDays?: number } = {},
): Promise<number> {
  const rules = await store.purge.run({ attemptDays: 180, sessionDays }, limit)
  return rules.filter((rule) => rule.table === table).reduce((sum, { rows }) => sum + rows, 0)
}
