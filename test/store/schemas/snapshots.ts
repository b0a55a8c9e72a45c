/** Databases as SQL text and back, and what can be said of their tables on each engine. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import pg from 'pg'
import { DataSource } from 'typeorm'

type Row = Readonly<Record<string, unknown>>

async function withSqlite<T>(
  path: string,
  use: (ask: (sql: string) => Promise<Row[]>) => Promise<T>,
): Promise<T> {
  const source = await new DataSource({ type: 'better-sqlite3', database: path }).initialize()
  try {
    await source.query('PRAGMA foreign_keys = OFF')
    return await use((sql) => source.query<Row[]>(sql))
  } finally {
    await source.destroy()
  }
}

async function withPostgres<T>(
  url: string,
  use: (ask: (sql: string) => Promise<Row[]>) => Promise<T>,
): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return await use(async (sql) => (await client.query<Row>(sql)).rows)
  } finally {
    await client.end()
  }
}

/** Tables, rows, then indexes: a statement a line. */
export function dumpSqlite(path: string): Promise<string> {
  return withSqlite(path, async (ask) => {
    const things = await ask(
      `SELECT "type", "name", "sql" FROM "sqlite_master" WHERE "sql" IS NOT NULL AND "name" NOT LIKE 'sqlite_%' ORDER BY "name"`,
    )
    const lines: string[] = []
    const made = (type: string) => things.filter((each) => each['type'] === type)
    for (const { name, sql } of made('table')) {
      lines.push(`${String(sql).replaceAll(/\s+/g, ' ')};`)
      const rows = await ask(`SELECT * FROM "${String(name)}" ORDER BY 1`)
      for (const row of rows) {
        const columns = Object.keys(row).map((each) => `"${each}"`)
        lines.push(
          `INSERT INTO "${String(name)}" (${columns.join(', ')}) VALUES (${Object.values(row).map(literal).join(', ')});`,
        )
      }
    }
    for (const { sql } of made('index')) lines.push(`${String(sql)};`)
    return `${lines.join('\n')}\n`
  })
}

function literal(value: unknown): string {
  if (value === null) return 'NULL'
  if (typeof value === 'number') return String(value)
  if (typeof value === 'string') return `'${value.replaceAll("'", "''")}'`
  throw new TypeError('a kept row has neither text nor a number')
}

export async function loadSqlite(path: string, text: string): Promise<void> {
  await withSqlite(path, async (ask) => {
    for (const line of text.trim().split('\n')) await ask(line)
  })
}

/** @param url of a database on this machine */
export async function dumpPostgres(url: string): Promise<string> {
  const args = ['--inserts', '--rows-per-insert=1', '--no-owner', '--no-privileges', '--no-comments', url]
  const { stdout } = await promisify(execFile)('pg_dump', args, { maxBuffer: 64 * 2 ** 20 })
  // What is of the program that dumped, not of the database.
  return stdout
    .split('\n')
    .filter((line) => line !== '' && !/^(--|\\|SET |SELECT pg_catalog\.set_config)/.test(line))
    .concat('')
    .join('\n')
}

export async function loadPostgres(url: string, text: string): Promise<void> {
  await withPostgres(url, (ask) => ask(text))
}

/** Every column, index and constraint of a SQLite file, a line each. */
export function describeSqlite(path: string): Promise<readonly string[]> {
  return withSqlite(path, async (ask) => {
    const lines: string[] = []
    const tables = await ask(
      `SELECT "name" FROM "sqlite_master" WHERE "type" = 'table' AND "name" NOT LIKE 'sqlite_%'`,
    )
    for (const { name } of tables) {
      const table = String(name)
      for (const column of await ask(`PRAGMA table_info("${table}")`)) {
        const { name: called, type, notnull, dflt_value: value, pk } = column
        lines.push(JSON.stringify([table, 'column', called, type, notnull, value, pk]))
      }
      for (const { name: index, unique } of await ask(`PRAGMA index_list("${table}")`)) {
        const columns = await ask(`PRAGMA index_info("${String(index)}")`)
        lines.push(JSON.stringify([table, 'index', index, unique, columns.map((each) => each['name'])]))
      }
      for (const { table: other, from, to, on_delete: rule } of await ask(
        `PRAGMA foreign_key_list("${table}")`,
      )) {
        lines.push(JSON.stringify([table, 'refers', from, other, to, rule]))
      }
    }
    return lines.sort()
  })
}

export function describePostgres(url: string): Promise<readonly string[]> {
  return withPostgres(url, async (ask) => {
    const columns = await ask(
      `SELECT table_name, column_name, data_type, is_nullable, column_default FROM information_schema.columns WHERE table_schema = 'public'`,
    )
    const indexes = await ask(`SELECT indexdef FROM pg_indexes WHERE schemaname = 'public'`)
    const constraints = await ask(
      `SELECT conrelid::regclass::text AS "table", conname, pg_get_constraintdef(oid) AS says FROM pg_constraint WHERE connamespace = 'public'::regnamespace`,
    )
    return [...columns, ...indexes, ...constraints].map((row) => JSON.stringify(Object.values(row))).sort()
  })
}
