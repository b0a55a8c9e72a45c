/** The same tests on each engine: what holds on SQLite holds on PostgreSQL, with several connections at once. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
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
  const sql = (statement: string, parameters: readonly unknown[] = []) => ask(url, statement, parameters)
  return {
    ...opened,
    path: '',
    sql: (statement, ...parameters) => sql(inPostgresWords(statement), parameters),
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

/** PostgreSQL numbers its parameters, and writes names small that are not quoted. */
function inPostgresWords(statement: string): string {
  let parameters = 0
  return statement
    .replaceAll(/(?<!["'\w])[a-z]+(?:[A-Z][a-z]*)+(?!["'\w])/g, (name) => `"${name}"`)
    .replaceAll('?', () => `$${(parameters += 1)}`)
}

async function ask(
  url: string,
  statement: string,
  parameters: readonly unknown[],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.setTypeParser(pg.types.builtins.INT8, Number)
  await client.connect()
  try {
    // An intruder does not mind foreign keys.
    await client.query("SET session_replication_role = 'replica'")
    return (await client.query<Record<string, unknown>>(statement, [...parameters])).rows
  } finally {
    await client.end()
  }
}
