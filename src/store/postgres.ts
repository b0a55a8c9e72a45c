/** PostgreSQL: a pool of connections, transactions that are tried again where two stood in each other’s way. */
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { DataSource, type QueryRunner } from 'typeorm'
import { z } from 'zod'
import { Fault } from '../errors.ts'
import type { Database, DatabaseLocation, PoolState, Work } from './database.ts'
import { entities } from './entities.ts'
import { migrations } from './migrations/all.ts'
import { explainFault, isOutage } from './postgres-faults.ts'
import { readPostgresUrl, type PostgresAddress } from './postgres-url.ts'
import { bringUpToDate, type BeforeMigration } from './schema/bring-up.ts'
import { isConflict, isReadTimeout, isUniqueViolation } from './unique.ts'

const defaultPoolSize = 10
/** A dead database refuses a sign-in; it must not hold it. */
const connectWithinMs = 5000
const statementWithinMs = 10_000
/** Shorter than a statement’s time, so that what waits for a lock says so. */
const lockWithinMs = 5000
/** What the server would end by itself it gets the time to; after that the connection counts as dead. */
const answerWithinMs = statementWithinMs + 2000
const mostTries = 5
/** PostgreSQL 14 is the oldest that its makers still mend. */
const leastVersion = 140_000

type PostgresLocation = Extract<DatabaseLocation, { readonly kind: 'postgres' }>

export async function openPostgres(
  { url, poolSize = defaultPoolSize }: PostgresLocation,
  before?: BeforeMigration,
): Promise<Database> {
  const address = readPostgresUrl(url)
  const migrating = await connectPostgres(address, { max: 2 })
  try {
    // Without the patience of a sign-in: a change of a large table may take its time.
    await bringUpToDate(migrating, before)
  } finally {
    await migrating.destroy()
  }
  return pooled(await connectPostgres(address, { max: poolSize, ...patience }))
}

const patience = {
  statement_timeout: statementWithinMs,
  lock_timeout: lockWithinMs,
  query_timeout: answerWithinMs,
  idle_in_transaction_session_timeout: answerWithinMs,
}

/**
 * @param extra as node-postgres calls it
 * @throws {DatabaseFault} where it cannot be reached, lets nobody in, or is too old
 */
export async function connectPostgres(address: PostgresAddress, extra: object): Promise<DataSource> {
  const source = new DataSource({
    type: 'postgres',
    ...address,
    entities: [...entities],
    migrations: [...migrations],
    migrationsRun: false,
    installExtensions: false,
    applicationName: 'mien',
    connectTimeoutMS: connectWithinMs,
    // An idle connection that breaks is replaced by the next one that is asked for; that one says what is wrong.
    poolErrorHandler: () => undefined,
    extra: { keepAlive: true, keepAliveInitialDelayMillis: 10_000, ...extra },
  })
  try {
    await source.initialize()
    await requireVersion(source)
    return source
  } catch (error) {
    if (source.isInitialized) await source.destroy()
    throw explainFault(error, address)
  }
}

async function requireVersion(source: DataSource): Promise<void> {
  const rows: unknown = await source.query("SELECT current_setting('server_version_num')::int AS version")
  const [{ version }] = z.tuple([z.object({ version: z.number() })]).parse(rows)
  if (!(version >= leastVersion))
    throw new Error(`it is version ${Math.floor(version / 10_000)}, and 14 or newer is needed.`)
}

function pooled(source: DataSource): Database {
  return {
    kind: 'postgres',
    run: (work) => withRunner(source, (runner) => work(runner.manager)),
    transact: (work) => tryAgain(() => withRunner(source, (runner) => transact(runner, work))),
    scrub: () => Promise.resolve(),
    subscribe: (subscriber) => {
      source.subscribers.push(subscriber)
    },
    pool: () => stateOf(source),
    close: () => source.destroy(),
  }
}

function stateOf({ driver }: DataSource): PoolState {
  const pool = 'master' in driver ? driver.master : undefined
  if (!(pool instanceof pg.Pool)) return { total: 0, idle: 0, waitedFor: 0 }
  return { total: pool.totalCount, idle: pool.idleCount, waitedFor: pool.waitingCount }
}

async function withRunner<T>(source: DataSource, work: (runner: QueryRunner) => Promise<T>): Promise<T> {
  const runner = source.createQueryRunner()
  try {
    return await work(runner)
  } catch (error) {
    if (isReadTimeout(error)) await abandon(runner)
    if (!isOutage(error)) throw error
    const detail = 'PostgreSQL does not answer'
    throw new Fault('storage_unavailable', { detail, cause: error, retryAfterSeconds: 5 })
  } finally {
    await runner.release()
  }
}

/** A connection that does not answer must not come back to the pool. */
async function abandon(runner: QueryRunner): Promise<void> {
  const connection: unknown = await runner.connect()
  if (connection instanceof pg.Client) void connection.end().catch(() => undefined)
}

async function transact<T>(runner: QueryRunner, work: Work<T>): Promise<T> {
  // READ COMMITTED, PostgreSQL’s default: a write waits for the row and then sees what the other has made of it.
  await runner.startTransaction()
  try {
    const result = await work(runner.manager)
    await runner.commitTransaction()
    return result
  } catch (error) {
    // Where the connection is gone, so is the transaction; the first error is the one that counts.
    await runner.rollbackTransaction().catch(() => undefined)
    throw error
  }
}

async function tryAgain<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work()
    } catch (error) {
      // Who looked, saw no row and wrote one, may have had another write it in between: the second look sees it.
      const isWorthIt = isConflict(error) ? tries < mostTries : isUniqueViolation(error) && tries === 1
      if (!isWorthIt) throw error
      await sleep(tries * 10)
    }
  }
}
