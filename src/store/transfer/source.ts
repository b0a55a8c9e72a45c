/** A connection of its own to the database as it is: nothing is brought up to date and no row is mapped. */
import { DataSource, type Logger } from 'typeorm'
import { z } from 'zod'
import type { DatabaseLocation } from '../database.ts'
import { migrations } from '../migrations/all.ts'
import { explainFault } from '../postgres-faults.ts'
import { readPostgresUrl } from '../postgres-url.ts'

type Migrations = readonly (typeof migrations)[number][]

export interface SourceWish {
  readonly migrations?: Migrations
  /** Whether a SQLite file is made where there is none. */
  readonly mayBeNew?: boolean
  /** Is told of every statement. */
  readonly logger?: Logger
}

const busyTimeoutMs = 5000
const connectWithinMs = 5000

/** @throws {DatabaseFault} where a PostgreSQL cannot be reached, in a sentence without the password */
export async function openSource(
  location: DatabaseLocation,
  { migrations: wanted = migrations, mayBeNew = false, logger }: SourceWish = {},
): Promise<DataSource> {
  const common = {
    migrations: [...wanted],
    migrationsRun: false,
    ...(logger === undefined ? {} : { logger }),
  }
  if (location.kind === 'sqlite') {
    const { path: database } = location
    const isNew = mayBeNew ? {} : { fileMustExist: true }
    return new DataSource({
      type: 'better-sqlite3',
      database,
      timeout: busyTimeoutMs,
      ...isNew,
      ...common,
    }).initialize()
  }
  const address = readPostgresUrl(location.url)
  const source = new DataSource({
    type: 'postgres',
    ...address,
    installExtensions: false,
    applicationName: 'mien',
    connectTimeoutMS: connectWithinMs,
    extra: { max: 2 },
    ...common,
  })
  try {
    return await source.initialize()
  } catch (error) {
    throw explainFault(error, address)
  }
}

/** The names of the tables that the steps make, without those of the engine. */
export async function tablesMadeBy(wanted: Migrations): Promise<ReadonlySet<string>> {
  const source = await openSource(
    { kind: 'sqlite', path: ':memory:' },
    { migrations: wanted, mayBeNew: true },
  )
  try {
    await source.runMigrations({ transaction: 'each' })
    const rows: unknown = await source.query(`SELECT "name" FROM "sqlite_master" WHERE "type" = 'table'`)
    const names = z.array(z.object({ name: z.string() })).parse(rows)
    return new Set(names.map(({ name }) => name).filter((name) => !countingTables.has(name)))
  } finally {
    await source.destroy()
  }
}

/** By which steps are counted. */
const countingTables: ReadonlySet<string> = new Set(['migrations', 'typeorm_metadata', 'sqlite_sequence'])

export function migrationsNamed(names: readonly string[]): Migrations {
  return migrations.filter((Migration) => names.includes(new Migration().name))
}
