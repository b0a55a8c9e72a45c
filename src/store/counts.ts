/** How many rows there are of what operators watch grow. Each is a look through an index or a table: not for every request. */
import { IsNull, Not } from 'typeorm'
import { outboxRows } from './control-rows.ts'
import type { Database } from './database.ts'
import { subjectRows, templateRows } from './entities.ts'
import { logoutDeliveryRows } from './logout-rows.ts'
import { mailLetterRows } from './mail-queue-rows.ts'

interface Population {
  readonly subjects: number
  readonly templates: number
}

interface Waiting {
  /** Events that the webhook is still to take. */
  readonly outbox: number
  /** Sign-outs that apps are still to be told of. */
  readonly logoutDeliveries: number
  readonly mails: number
}

export interface Counts {
  readonly people: () => Promise<Population>
  readonly waiting: () => Promise<Waiting>
  /** Undefined where there is no pool of connections. */
  readonly pool: Database['pool']
}

export function createCounts(database: Database): Counts {
  return {
    people: () => countPeople(database),
    waiting: () => countWaiting(database),
    pool: database.pool,
  }
}

/** Of everybody: a look through whole tables. */
function countPeople(database: Database): Promise<Population> {
  return database.run(async (manager) => ({
    subjects: await manager.count(subjectRows),
    templates: await manager.count(templateRows),
  }))
}

/** Of queues: small where all is well, and through an index. */
function countWaiting(database: Database): Promise<Waiting> {
  return database.run(async (manager) => ({
    outbox: await manager.count(outboxRows),
    mails: await manager.count(mailLetterRows, { where: { nextAt: Not(IsNull()) } }),
    logoutDeliveries: await manager.count(logoutDeliveryRows, { where: { nextAt: Not(IsNull()) } }),
  }))
}
