/** The columns that rows are made of, and how a row type becomes a table. */
import { EntitySchema, EntitySchemaOptions, type EntitySchemaColumnOptions } from 'typeorm'

/**
 * TypeORM writes numbers into the words of a statement for SQLite, which then is another one each time, to be prepared
 * again. As a bigint or as text, which the column makes a number of, they are bound.
 */
const bound = {
  whole: (value: unknown): unknown =>
    typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : value,
  fraction: (value: unknown): unknown =>
    typeof value === 'number' && Number.isFinite(value) ? String(value) : value,
}

/** Instants are whole milliseconds since 1970: the same column on SQLite and PostgreSQL, whose driver gives bigints as text. */
export const instant = {
  type: 'bigint',
  transformer: {
    to: bound.whole,
    from: (value: unknown): unknown => (typeof value === 'string' ? Number(value) : value),
  },
} as const satisfies EntitySchemaColumnOptions
export const fraction = {
  type: 'double precision',
  transformer: { to: bound.fraction, from: (value: unknown): unknown => value },
} as const satisfies EntitySchemaColumnOptions

/** PostgreSQL keeps no NUL, which nothing of ours holds: what came from outside with one is found nowhere. */
export function withoutNul(given: string): string {
  return given.replaceAll('\0', '\uFFFD')
}

/** Only columns see to it by themselves: what is put into a query in another way goes through `withoutNul` first. */
export const text = {
  type: 'text',
  transformer: {
    to: (value: unknown): unknown => (typeof value === 'string' ? withoutNul(value) : value),
    from: (value: unknown): unknown => value,
  },
} as const satisfies EntitySchemaColumnOptions
export const id = { ...text, primary: true } as const satisfies EntitySchemaColumnOptions
export const optional = <T extends EntitySchemaColumnOptions>(column: T) => ({ ...column, nullable: true })

/** One row type, one table, and a column for each of its properties. */
export function rowsOf<Row extends object>(
  name: string,
  tableName: string,
  columns: Readonly<Record<keyof Row, EntitySchemaColumnOptions>>,
): EntitySchema<Row> {
  return new EntitySchema<Row>(Object.assign(new EntitySchemaOptions<Row>(), { name, tableName, columns }))
}
