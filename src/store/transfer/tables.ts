/** The tables of a database as they stand, whatever version made them and whichever engine holds them. */
import type { QueryRunner, Table, TableColumn } from 'typeorm'
import { z } from 'zod'

/** What a value is in a backup, on both engines. */
export type ColumnKind = 'text' | 'integer' | 'real' | 'boolean'

export interface TableShape {
  readonly name: string
  readonly columns: readonly { readonly name: string; readonly kind: ColumnKind }[]
  /** The columns of the primary key, in order. */
  readonly key: readonly string[]
}

export class TransferFault extends Error {
  readonly code = 'transfer_refused'

  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'TransferFault'
  }
}

const kinds: Readonly<Record<string, ColumnKind>> = {
  text: 'text',
  varchar: 'text',
  'character varying': 'text',
  integer: 'integer',
  bigint: 'integer',
  'double precision': 'real',
  boolean: 'boolean',
}

/** Tables that others refer to stand before those that do. @throws {TransferFault} where a column is of a kind that no backup knows */
export async function readShapes(
  runner: QueryRunner,
  isWanted: (table: string) => boolean,
): Promise<readonly TableShape[]> {
  const names = (await listTables(runner)).filter(isWanted)
  const tables = await runner.getTables(names)
  return ordered(tables).map((table) => ({
    name: plainName(table),
    columns: table.columns.map((column) => ({ name: column.name, kind: kindOf(table, column) })),
    key: table.primaryColumns.map(({ name }) => name),
  }))
}

async function listTables(runner: QueryRunner): Promise<string[]> {
  const isSqlite = runner.dataSource.options.type === 'better-sqlite3'
  const rows: unknown = await runner.query(
    isSqlite
      ? `SELECT "name" FROM "sqlite_master" WHERE "type" = 'table'`
      : `SELECT "table_name" AS "name" FROM "information_schema"."tables" WHERE "table_schema" = current_schema()`,
  )
  return z
    .array(z.object({ name: z.string() }))
    .parse(rows)
    .map(({ name }) => name)
}

function kindOf(table: Table, { name, type }: TableColumn): ColumnKind {
  const kind = kinds[type.toLowerCase()]
  if (kind !== undefined) return kind
  throw new TransferFault(`${plainName(table)}.${name} is of the type ${type}, which a backup cannot hold`)
}

function ordered(tables: readonly Table[]): readonly Table[] {
  const done = new Set<string>()
  const line: Table[] = []
  let left = tables.toSorted((one, other) => (plainName(one) < plainName(other) ? -1 : 1))
  while (left.length > 0) {
    const free = left.filter((table) =>
      table.foreignKeys.every(({ referencedTableName }) => {
        const wanted = referencedTableName.split('.').at(-1) ?? ''
        return wanted === plainName(table) || done.has(wanted)
      }),
    )
    if (free.length === 0) throw new TransferFault('tables refer to each other in a circle')
    for (const table of free) done.add(plainName(table))
    line.push(...free)
    left = left.filter((table) => !free.includes(table))
  }
  return line
}

/** PostgreSQL's tables are told with their schema. */
function plainName({ name }: Table): string {
  return name.split('.').at(-1) ?? name
}
