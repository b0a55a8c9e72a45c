/** How the schema of a house stands, and what an upgrade would do to it, in SQL. */
import type { Logger } from 'typeorm'
import { openSource } from '../transfer/source.ts'
import type { DatabaseLocation } from '../database.ts'
import { bringUpToDate, tryOut, type BeforeMigration } from './bring-up.ts'
import { readPlan, type SchemaPlan } from './plan.ts'

export interface DryRun extends SchemaPlan {
  /** Statements that change something, in order. */
  readonly statements: readonly string[]
}

/** Reads and changes nothing. */
export async function lookAtSchema(location: DatabaseLocation): Promise<SchemaPlan> {
  const source = await openSource(location)
  const runner = source.createQueryRunner()
  try {
    return await readPlan(runner)
  } finally {
    await runner.release()
    await source.destroy()
  }
}

/** @throws {SchemaFault} where the steps cannot be taken */
export async function dryRun(location: DatabaseLocation): Promise<DryRun> {
  const statements: string[] = []
  const source = await openSource(location, { logger: noting(statements) })
  try {
    statements.length = 0
    const plan = await tryOut(source)
    return {
      ...plan,
      statements: statements.filter((each) => /^(CREATE|ALTER|DROP|INSERT|UPDATE|DELETE)\b/i.test(each)),
    }
  } finally {
    await source.destroy()
  }
}

/** As each start does. @throws {SchemaFault} */
export async function upgrade(location: DatabaseLocation, before: BeforeMigration): Promise<SchemaPlan> {
  const source = await openSource(location)
  try {
    return await bringUpToDate(source, before)
  } finally {
    await source.destroy()
  }
}

function noting(statements: string[]): Logger {
  const nothing = (): void => undefined
  return {
    logQuery: (query) => {
      statements.push(query.replaceAll(/\s+/g, ' ').trim())
    },
    logQueryError: nothing,
    logQuerySlow: nothing,
    logSchemaBuild: nothing,
    logMigration: nothing,
    log: nothing,
  }
}
