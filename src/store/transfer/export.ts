/** Every row as it was at one moment, read beside the running house and a bounded piece at a time. */
import type { QueryRunner } from 'typeorm'
import { readPlan, refuseUnknown, type SchemaPlan } from '../schema/plan.ts'
import type { DatabaseLocation } from '../database.ts'
import { migrationsNamed, openSource, tablesMadeBy } from './source.ts'
import { readShapes, TransferFault, type ColumnKind, type TableShape } from './tables.ts'

export type Value = string | number | boolean | null

export interface Snapshot {
  readonly plan: SchemaPlan
  readonly tables: readonly TableShape[]
  /** Values in the order of the columns. */
  rowsOf(table: TableShape): AsyncGenerator<readonly (readonly Value[])[]>
}

const rowsPerRead = 500

/**
 * All that `use` reads is of one moment, whatever is written meanwhile. The connection is its own and writes nothing.
 */
export async function withSnapshot<T>(
  location: DatabaseLocation,
  use: (snapshot: Snapshot) => Promise<T>,
): Promise<T> {
  const source = await openSource(location)
  const runner = source.createQueryRunner()
  const isSqlite = location.kind === 'sqlite'
  try {
    // SQLite's moment is that of the first read; PostgreSQL has to be asked for one moment.
    await runner.query(isSqlite ? 'BEGIN' : 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY')
    const plan = await readPlan(runner)
    refuseUnknown(plan)
    const ours = await tablesMadeBy(migrationsNamed(plan.applied))
    const tables = await readShapes(runner, (name) => ours.has(name))
    return await use({ plan, tables, rowsOf: (table) => readRows(runner, table) })
  } finally {
    await runner.query('ROLLBACK').catch(() => undefined)
    await runner.release()
    await source.destroy()
  }
}

async function* readRows(
  runner: QueryRunner,
  table: TableShape,
): AsyncGenerator<readonly (readonly Value[])[]> {
  if (table.key.length === 0) throw new TransferFault(`${table.name} has no primary key to be read along`)
  const columns = table.columns.map(({ name }) => quoted(name)).join(', ')
  const key = table.key.map(quoted).join(', ')
  const ends = table.key.map((name) => table.columns.findIndex((column) => column.name === name))
  const start = `SELECT ${columns} FROM ${quoted(table.name)}`
  const end = `ORDER BY ${key} LIMIT ${rowsPerRead}`
  const marks = marksOf(runner, table.key.length)
  let last: readonly Value[] | undefined
  do {
    const found: unknown = await (last === undefined
      ? runner.query(`${start} ${end}`)
      : runner.query(`${start} WHERE (${key}) > (${marks}) ${end}`, [...last]))
    const rows = (Array.isArray(found) ? found : []).map((row: unknown) => valuesOf(table, row))
    if (rows.length > 0) yield rows
    last = rows.length === rowsPerRead ? ends.map((at) => rows.at(-1)?.[at] ?? null) : undefined
  } while (last !== undefined)
}

export function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

export function marksOf(runner: QueryRunner, count: number, from = 1): string {
  const isSqlite = runner.dataSource.options.type === 'better-sqlite3'
  return Array.from({ length: count }, (_, at) => (isSqlite ? '?' : `$${from + at}`)).join(', ')
}

function valuesOf(table: TableShape, row: unknown): readonly Value[] {
  const fields = new Map<string, unknown>(typeof row === 'object' && row !== null ? Object.entries(row) : [])
  return table.columns.map(({ name, kind }) => {
    const value = toValue(fields.get(name), kind)
    if (value !== undefined) return value
    throw new TransferFault(`${table.name}.${name} holds something that is no ${kind}`)
  })
}

/** PostgreSQL's driver gives bigints as text; SQLite has no booleans. */
function toValue(value: unknown, kind: ColumnKind): Value | undefined {
  if (value === null) return null
  if (kind === 'text') return typeof value === 'string' ? value : undefined
  if (kind === 'boolean')
    return typeof value === 'boolean' ? value : value === 1 ? true : value === 0 ? false : undefined
  const number = typeof value === 'string' ? Number(value) : value
  if (typeof number !== 'number') return undefined
  if (kind === 'integer') return Number.isSafeInteger(number) ? number : undefined
  return Number.isFinite(number) ? number : undefined
}
