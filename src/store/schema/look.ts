/** What an upgrade would do to the schema of a house, in SQL; and the upgrade. */
import type { Logger } from 'typeorm'
import { openSource } from '../transfer/source.ts'
import type { DatabaseLocation } from '../database.ts'
import { bringUpToDate, tryOut, type BeforeMigration } from './bring-up.ts'
import type { SchemaPlan } from './plan.ts'

export interface DryRun extends SchemaPlan {
  /** Statements that change something, in order. */
  readonly statements: readonly string[]
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
