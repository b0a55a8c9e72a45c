/** How much waits in a queue, since when, and how much of it was tried in vain. */
import { MoreThan, type EntityManager, type EntitySchema, type FindOptionsWhere } from 'typeorm'

export interface Backlog {
  readonly waiting: number
  /** Undefined where nothing waits. */
  readonly oldestAt: Date | undefined
  /** Tried at least once without success. */
  readonly failing: number
}

interface Queued {
  tries: number
}

/** @param queue.oldest finds when the oldest row of those came */
export async function countWaiting<Row extends Queued>(
  manager: EntityManager,
  rows: EntitySchema<Row>,
  queue: { readonly where: FindOptionsWhere<Row>; readonly oldest: () => Promise<number | null> },
): Promise<Backlog> {
  const waiting = await manager.countBy(rows, queue.where)
  const failing = await manager.countBy(rows, { ...queue.where, tries: MoreThan(0) })
  return { waiting, failing, oldestAt: momentOf(await queue.oldest()) }
}

/** A database may give its whole numbers as text. */
function momentOf(value: unknown): Date | undefined {
  return value === null ? undefined : new Date(Number(value))
}
