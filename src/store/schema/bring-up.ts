/** Brings the tables up to date: one process at a time, all steps or none, and never over a newer program's work. */
import { MigrationExecutor, type DataSource, type QueryRunner } from 'typeorm'
import { readPlan, refuseUnknown, SchemaFault, type SchemaPlan } from './plan.ts'

/** Called before tables that hold something are changed; where it fails, nothing is. */
export type BeforeMigration = (plan: SchemaPlan) => Promise<void>

/** Any number: whoever brings these tables up to date on PostgreSQL asks for this lock. */
const advisoryLock = 1_795_600_000

/**
 * @returns the plan that was carried out; `pending` is empty where nothing was to be done
 * @throws {SchemaFault} where a newer program has changed the tables, or a step failed: they are as they were
 */
export async function bringUpToDate(source: DataSource, before?: BeforeMigration): Promise<SchemaPlan> {
  return carryOut(source, 'COMMIT', before)
}

/** Takes the steps on the very tables, so that it is seen whether they can be taken, and takes them back. Meanwhile others wait. */
export async function tryOut(source: DataSource): Promise<SchemaPlan> {
  return carryOut(source, 'ROLLBACK')
}

type End = 'COMMIT' | 'ROLLBACK'

async function carryOut(source: DataSource, end: End, before?: BeforeMigration): Promise<SchemaPlan> {
  const runner = source.createQueryRunner()
  try {
    const plan = await readPlan(runner)
    refuseUnknown(plan)
    return plan.pending.length === 0 ? plan : await alone(runner, end, () => takeSteps(runner, before))
  } finally {
    await runner.release()
  }
}

/** Reads again: while this process waited for its turn, another may have done it all. */
async function takeSteps(runner: QueryRunner, before: BeforeMigration | undefined): Promise<SchemaPlan> {
  const plan = await readPlan(runner)
  refuseUnknown(plan)
  if (plan.pending.length === 0) return plan
  if (plan.applied.length > 0) await before?.(plan)
  const executor = new MigrationExecutor(runner.dataSource, runner)
  executor.transaction = 'none'
  try {
    await executor.executePendingMigrations()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new SchemaFault(`The database could not be brought up to date and is as it was: ${reason}`, error)
  }
  return plan
}

/** One transaction that nobody else can be in. */
async function alone<T>(runner: QueryRunner, end: End, work: () => Promise<T>): Promise<T> {
  const isSqlite = runner.dataSource.options.type === 'better-sqlite3'
  // SQLite's tables are made anew to get a foreign key; a pragma is deaf within a transaction.
  if (isSqlite) await runner.query('PRAGMA foreign_keys = OFF')
  try {
    await runner.query(isSqlite ? 'BEGIN IMMEDIATE' : 'BEGIN')
    try {
      if (!isSqlite) await runner.query(`SELECT pg_advisory_xact_lock(${advisoryLock})`)
      const result = await work()
      await runner.query(end)
      return result
    } catch (error) {
      await runner.query('ROLLBACK')
      throw error
    }
  } finally {
    if (isSqlite) await runner.query('PRAGMA foreign_keys = ON')
  }
}
