/** How the tables of a database stand to this program: what was done to them, what is still to be done, and what only a newer program knows. */
import type { MigrationInterface, QueryRunner } from 'typeorm'
import { z } from 'zod'

export interface SchemaPlan {
  /** Names, oldest first. */
  readonly applied: readonly string[]
  readonly pending: readonly string[]
  /** Applied by a program that is newer than this one, or another. */
  readonly unknown: readonly string[]
}

/** The database and this program do not fit, or could not be brought together. Nothing was changed. */
export class SchemaFault extends Error {
  readonly code = 'schema_refused'

  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'SchemaFault'
  }
}

/** Reads and changes nothing, also where there are no tables yet. */
export async function readPlan(runner: QueryRunner): Promise<SchemaPlan> {
  const applied = await readApplied(runner)
  const known = runner.dataSource.migrations.map(nameOf).toSorted((one, other) => ageOf(one) - ageOf(other))
  return {
    applied,
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  }
}

async function readApplied(runner: QueryRunner): Promise<readonly string[]> {
  if (!(await runner.hasTable('migrations'))) return []
  const rows: unknown = await runner.query('SELECT "name" FROM "migrations"')
  return z
    .array(z.object({ name: z.string() }))
    .parse(rows)
    .map(({ name }) => name)
    .toSorted((one, other) => ageOf(one) - ageOf(other))
}

function nameOf(migration: MigrationInterface): string {
  return migration.name ?? migration.constructor.name
}

/** Each name ends in the moment it was written. */
function ageOf(name: string): number {
  return Number(/\d+$/.exec(name)?.[0] ?? 0)
}

/** @throws {SchemaFault} where a newer program has changed the tables */
export function refuseUnknown({ unknown }: SchemaPlan): void {
  if (unknown.length === 0) return
  throw new SchemaFault(
    `A newer version of Mien has changed this database (${unknown.join(', ')}). Nothing was touched. ` +
      'Start that version or a later one; or restore a backup of before (docs/operations.md).',
  )
}

/** The newest step that was taken, as a number that names the schema; 0 where there is none. */
export function schemaNumber(names: readonly string[]): number {
  return Math.max(0, ...names.map(ageOf))
}
