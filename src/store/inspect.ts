/** Looks at a database without changing it: which engine it is on, and how its tables stand to this program. */
import { DataSource } from 'typeorm'
import { z } from 'zod'
import type { DatabaseLocation } from './database.ts'
import { migrations } from './migrations/all.ts'
import { connectPostgres } from './postgres.ts'
import { readPostgresUrl } from './postgres-url.ts'
import { readPlan, type SchemaPlan } from './schema/plan.ts'

export interface DatabaseState {
  /** Its name and version. */
  readonly engine: string
  readonly plan: SchemaPlan
}

/** @throws {DatabaseFault} where PostgreSQL cannot be used */
export async function inspectDatabase(location: DatabaseLocation): Promise<DatabaseState> {
  if (location.kind === 'sqlite') {
    const source = new DataSource({
      type: 'better-sqlite3',
      database: location.path,
      readonly: true,
      fileMustExist: true,
      migrations: [...migrations],
    })
    return look(await source.initialize(), 'SQLite', 'SELECT sqlite_version() AS version')
  }
  const source = await connectPostgres(readPostgresUrl(location.url), { max: 2 })
  return look(source, 'PostgreSQL', "SELECT current_setting('server_version') AS version")
}

async function look(source: DataSource, name: string, versionQuery: string): Promise<DatabaseState> {
  const runner = source.createQueryRunner()
  try {
    const [{ version }] = z.tuple([z.object({ version: z.string() })]).parse(await runner.query(versionQuery))
    return { engine: `${name} ${version.split(' ')[0] ?? ''}`, plan: await readPlan(runner) }
  } finally {
    await runner.release()
    await source.destroy()
  }
}
