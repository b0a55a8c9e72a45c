/** Rows of a backup into a database that has none: in one transaction, with the tables of the version that they are from. */
import { MigrationExecutor, type DataSource, type QueryRunner } from 'typeorm'
import { migrations } from '../migrations/all.ts'
import { bringUpToDate } from '../schema/bring-up.ts'
import { marksOf, quoted, type Value } from './export.ts'
import type { DatabaseLocation } from '../database.ts'
import { migrationsNamed, openSource, tablesMadeBy } from './source.ts'
import { readShapes, TransferFault, type TableShape } from './tables.ts'

export interface Import {
  /** Names of the steps that had been taken where the rows are from. */
  readonly schema: readonly string[]
  /** Rows that are there already are deleted; without this they are refused. */
  readonly replaces: boolean
}

export interface RowSink {
  insert(table: TableShape, rows: readonly (readonly Value[])[]): Promise<void>
}

/** PostgreSQL takes 65,535 values in a statement, SQLite 32,766. */
const mostValues = 30_000

/**
 * `fill` hands over the rows. Where it fails, or the tables do not fit, the database is as it was. Afterwards the tables
 * are those of this program.
 * @throws {TransferFault} saying what does not fit
 */
export async function importRows(
  location: DatabaseLocation,
  { schema, replaces }: Import,
  fill: (sink: RowSink) => Promise<void>,
): Promise<void> {
  const unknown = schema.filter((name) => !migrations.some((Migration) => new Migration().name === name))
  if (unknown.length > 0) {
    throw new TransferFault(
      `the backup is of a newer version of Mien (${unknown.join(', ')}): restore it with that version`,
    )
  }
  const ours = await tablesMadeBy(migrations)
  const source = await openSource(location, { migrations: migrationsNamed(schema), mayBeNew: true })
  try {
    await inTransaction(source, async (runner) => {
      await makeRoom(runner, ours, replaces)
      const tables = await makeTables(runner, ours)
      await fill({ insert: (shape, rows) => insertRows(runner, fitting(tables, shape), { shape, rows }) })
    })
  } finally {
    await source.destroy()
  }
  const whole = await openSource(location)
  try {
    await bringUpToDate(whole)
  } finally {
    await whole.destroy()
  }
}

/** @throws {TransferFault} where a newer version has made the tables */
export function requireKnown(schema: readonly string[]): void {
  const unknown = schema.filter((name) => migrationsNamed([name]).length === 0)
  if (unknown.length === 0) return
  throw new TransferFault(
    `the backup is of a newer version of Mien (${unknown.join(', ')}): restore it with that version`,
  )
}

async function inTransaction(
  source: DataSource,
  work: (runner: QueryRunner) => Promise<void>,
): Promise<void> {
  const runner = source.createQueryRunner()
  try {
    if (source.options.type === 'better-sqlite3') await runner.query('PRAGMA foreign_keys = OFF')
    await runner.query('BEGIN')
    try {
      await work(runner)
      await runner.query('COMMIT')
    } catch (error) {
      await runner.query('ROLLBACK')
      throw error
    }
  } finally {
    await runner.release()
  }
}

type Names = ReadonlySet<string>

/** Our tables go, so that they can be those of the version that the rows are from; what is not ours stays. */
async function makeRoom(runner: QueryRunner, ours: Names, replaces: boolean): Promise<void> {
  const found = await readShapes(runner, (name) => ours.has(name))
  if (!replaces && (await holdsRows(runner, found))) {
    throw new TransferFault('the database holds rows already; `--force` replaces them')
  }
  for (const { name } of found.toReversed()) await runner.query(`DROP TABLE ${quoted(name)}`)
  if (await runner.hasTable('migrations')) await runner.query('DROP TABLE "migrations"')
}

async function makeTables(runner: QueryRunner, ours: Names): Promise<readonly TableShape[]> {
  const executor = new MigrationExecutor(runner.dataSource, runner)
  executor.transaction = 'none'
  await executor.executePendingMigrations()
  const tables = await readShapes(runner, (name) => ours.has(name))
  for (const { name } of tables.toReversed()) await runner.query(`DELETE FROM ${quoted(name)}`)
  return tables
}

async function holdsRows(runner: QueryRunner, tables: readonly TableShape[]): Promise<boolean> {
  for (const { name } of tables) {
    const rows: unknown = await runner.query(`SELECT 1 FROM ${quoted(name)} LIMIT 1`)
    if (Array.isArray(rows) && rows.length > 0) return true
  }
  return false
}

function fitting(tables: readonly TableShape[], wanted: TableShape): TableShape {
  const table = tables.find(({ name }) => name === wanted.name)
  const names = new Set(table?.columns.map(({ name }) => name))
  const stray = wanted.columns.find(({ name }) => !names.has(name))
  if (table === undefined)
    throw new TransferFault(`the backup has a table ${wanted.name} that its version has not`)
  if (stray === undefined) return table
  throw new TransferFault(`the backup has a column ${wanted.name}.${stray.name} that its version has not`)
}

interface Piece {
  readonly shape: TableShape
  readonly rows: readonly (readonly Value[])[]
}

async function insertRows(runner: QueryRunner, table: TableShape, { shape, rows }: Piece): Promise<void> {
  const width = shape.columns.length
  const rowsAtOnce = Math.max(1, Math.floor(mostValues / width))
  const columns = shape.columns.map(({ name }) => quoted(name)).join(', ')
  const isSqlite = runner.dataSource.options.type === 'better-sqlite3'
  for (let from = 0; from < rows.length; from += rowsAtOnce) {
    const some = rows.slice(from, from + rowsAtOnce)
    const marks = some.map((_, at) => `(${marksOf(runner, width, 1 + at * width)})`).join(', ')
    const values = some
      .flat()
      .map((value) => (isSqlite && typeof value === 'boolean' ? Number(value) : value))
    await runner.query(`INSERT INTO ${quoted(table.name)} (${columns}) VALUES ${marks}`, values)
  }
}
