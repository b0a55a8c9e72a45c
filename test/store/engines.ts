/** The same tests on each engine: what holds on SQLite holds on PostgreSQL, with several connections at once. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { askPostgres } from '../servers/ask-postgres.ts'
import { giveBack, migratedDatabase, sharedPostgres } from '../servers/shared-postgres.ts'
import { hasPostgres } from '../servers/postgres.ts'
import { openAt, openTestStore, type OpenTestStore } from './fixtures.ts'

/** @param tests are told how to open a store on their engine, and which one it is */
export function describeOnEachEngine(
  title: string,
  tests: (open: OpenTestStore, engine: 'sqlite' | 'postgres') => void,
): void {
  describe(`${title}, on SQLite`, () => {
    tests(openTestStore, 'sqlite')
  })
  describeOnPostgres(`${title}, on PostgreSQL`, () => {
    tests(openPostgresTestStore, 'postgres')
  })
}

/** Skipped by name, each of them, where this machine has no PostgreSQL. */
export function describeOnPostgres(title: string, tests: () => void): void {
  describe(title, () => {
    before(async function () {
      if (!hasPostgres()) return this.skip()
      this.timeout(60_000)
      await sharedPostgres()
    })
    tests()
  })
}

export const openPostgresTestStore: OpenTestStore = async (changed = {}) => {
  const url = await migratedDatabase()
  const folder = mkdtempSync(join(tmpdir(), 'mien-store-'))
  const opened = await openAt({ kind: 'postgres', url }, { folder, changed })
  const sql = (statement: string) => askPostgres(url, statement)
  return {
    ...opened,
    path: '',
    sql: (statement, ...parameters) => askPostgres(url, statement, parameters),
    dump: async () => {
      const tables = await sql("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
      const texts = await Promise.all(
        tables.map(({ tablename }) => sql(`SELECT each::text FROM "${String(tablename)}" each`)),
      )
      return Buffer.from(texts.flatMap((rows) => rows.map(({ each }) => String(each))).join('\n'))
    },
    close: async () => {
      await opened.store.close()
      await giveBack(url)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
