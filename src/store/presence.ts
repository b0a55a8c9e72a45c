/** That a server runs on a database of PostgreSQL: a lock of its own connection, which ends with the process, however that ends. */
import type { DataSource, QueryRunner } from 'typeorm'
import { z } from 'zod'
import type { DatabaseLocation } from './database.ts'
import { connectPostgres } from './postgres.ts'
import { readPostgresUrl } from './postgres-url.ts'

/** Servers share it; whoever puts another house in the place of this one has it alone. */
export const presenceLock = 1_795_600_001

export interface Presence {
  close(): Promise<void>
}

type PostgresLocation = Extract<DatabaseLocation, { readonly kind: 'postgres' }>

const lookEveryMs = 10_000
/** Of the one connection; what does not answer is opened anew. */
const patience = { max: 1, query_timeout: 5000, statement_timeout: 5000 }

/** @throws {Error} where somebody has the database alone */
export async function keepPresence({ url }: PostgresLocation): Promise<Presence> {
  const source = await connectPostgres(readPostgresUrl(url), patience)
  try {
    let runner: QueryRunner | undefined = await announce(source)
    const look = async (): Promise<void> => {
      try {
        if (runner === undefined) runner = await announce(source)
        else await runner.query('SELECT 1')
      } catch {
        // The database is away or the connection broke: announced anew as soon as it answers.
        await runner?.release().catch(() => undefined)
        runner = undefined
      }
    }
    const timer = setInterval(() => void look(), lookEveryMs).unref()
    return {
      close: async () => {
        clearInterval(timer)
        await runner?.release()
        await source.destroy()
      },
    }
  } catch (error) {
    await source.destroy()
    throw error
  }
}

async function announce(source: DataSource): Promise<QueryRunner> {
  const runner = source.createQueryRunner()
  try {
    if (await takes(runner, 'pg_try_advisory_lock_shared')) return runner
  } catch (error) {
    await runner.release()
    throw error
  }
  await runner.release()
  throw new Error('A backup is being put back into this database: start again when that is done.')
}

type TryLock = 'pg_try_advisory_lock_shared' | 'pg_try_advisory_lock'

/** A lock of the session: it holds until the connection ends. */
export async function takes(runner: QueryRunner, how: TryLock): Promise<boolean> {
  const rows: unknown = await runner.query(`SELECT ${how}(${presenceLock}) AS "isTaken"`)
  const [{ isTaken }] = z.tuple([z.object({ isTaken: z.boolean() })]).parse(rows)
  return isTaken
}
