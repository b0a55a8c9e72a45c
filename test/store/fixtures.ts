/** A store on a real SQLite file in its own folder, with a clock that the tests move. */
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { DataSource } from 'typeorm'
import { Embedding } from '../../src/face/embedding.ts'
import { openStore, type Store, type StoreSecrets } from '../../src/store/open-store.ts'

const otherProcess = fileURLToPath(new URL('other-process.ts', import.meta.url))

export const model = 'test-model/1'

export const secrets: StoreSecrets = {
  templateKey: new Uint8Array(32).fill(1),
  recordKey: new Uint8Array(32).fill(2),
  identifierPepper: new Uint8Array(32).fill(3),
}

type Row = Readonly<Record<string, unknown>>

export interface TestStore {
  readonly store: Store
  readonly folder: string
  readonly path: string
  pass(seconds: number): void
  readonly clock: () => Date
  /** Another connection to the same file, as an intruder or a second process would have. */
  sql(statement: string, ...parameters: readonly unknown[]): Promise<Row[]>
  /** Every byte of the database and its journals. */
  dump(): Buffer
  close(): Promise<void>
}

export async function openTestStore(changed: Partial<StoreSecrets> = {}): Promise<TestStore> {
  const folder = mkdtempSync(join(tmpdir(), 'mien-store-'))
  const path = join(folder, 'data', 'mien.sqlite')
  let now = new Date('2026-01-01T12:00:00Z')
  const clock = (): Date => now
  const store = await openStore({ path, secrets: { ...secrets, ...changed }, clock })
  return {
    store,
    folder,
    path,
    clock,
    pass: (seconds) => {
      now = new Date(now.getTime() + seconds * 1000)
    },
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
      await store.close()
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

/** Another process on the same file: begins so many face attempts of one identifier at once, or spends one code, or appends ten events; `details` say whose. */
export async function inAnotherProcess(
  path: string,
  task: 'begin' | 'consume' | 'append' | 'spend-step' | 'spend-code',
  ...details: readonly string[]
): Promise<number> {
  const { stdout } = await promisify(execFile)(process.execPath, [otherProcess, path, task, ...details])
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
