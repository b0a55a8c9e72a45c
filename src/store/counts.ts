/** How many rows there are of what operators watch grow. Each is a look through an index or a table: not for every request. */
import { IsNull, Not } from 'typeorm'
import { outboxRows } from './control-rows.ts'
import type { Database } from './database.ts'
import { subjectRows, templateRows } from './entities.ts'
import { logoutDeliveryRows } from './logout-rows.ts'

export interface Counts {
  readonly subjects: number
  readonly templates: number
  /** Events that the webhook is still to take. */
  readonly outbox: number
  /** Sign-outs that apps are still to be told of. */
  readonly logoutDeliveries: number
}

export function countRows(database: Database): Promise<Counts> {
  return database.run(async (manager) => ({
    subjects: await manager.count(subjectRows),
    templates: await manager.count(templateRows),
    outbox: await manager.count(outboxRows),
    logoutDeliveries: await manager.count(logoutDeliveryRows, { where: { nextAt: Not(IsNull()) } }),
  }))
}
