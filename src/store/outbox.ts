/** Events on their way to the webhook: kept until they are taken, so that a restart loses none. */
import { In, LessThanOrEqual } from 'typeorm'
import { countWaiting, type Backlog } from './backlog.ts'
import { outboxRows } from './control-rows.ts'
import type { Database } from './database.ts'

export interface WaitingEvent {
  readonly id: string
  /** JSON, as it is sent. */
  readonly body: string
  readonly tries: number
}

export interface Outbox {
  /** Oldest first, of those whose time has come. */
  due(limit: number): Promise<WaitingEvent[]>
  taken(id: string): Promise<void>
  postpone(id: string, until: Date): Promise<void>
  /** How many events the webhook has not taken yet. */
  backlog(): Promise<Backlog>
  /** Where more wait than this, the oldest go. @returns how many */
  bound(most: number): Promise<number>
}

export function createOutbox(database: Database, clock: () => Date): Outbox {
  return {
    due: (limit) =>
      database.run((manager) =>
        manager.find(outboxRows, {
          select: { id: true, body: true, tries: true },
          where: { nextAt: LessThanOrEqual(clock().getTime()) },
          order: { seq: 'ASC' },
          take: limit,
        }),
      ),
    taken: async (id) => {
      await database.run((manager) => manager.delete(outboxRows, { id }))
    },
    postpone: async (id, until) => {
      await database.transact(async (manager) => {
        await manager.increment(outboxRows, { id }, 'tries', 1)
        await manager.update(outboxRows, { id }, { nextAt: until.getTime() })
      })
    },
    backlog: () =>
      database.run((manager) =>
        countWaiting(manager, outboxRows, { where: {}, oldest: () => manager.minimum(outboxRows, 'at') }),
      ),
    bound: (most) =>
      database.run(async (manager) => {
        const count = await manager.count(outboxRows)
        if (count <= most) return 0
        const oldest = await manager.find(outboxRows, {
          select: { id: true },
          order: { seq: 'ASC' },
          take: Math.min(count - most, 500),
        })
        await manager.delete(outboxRows, { id: In(oldest.map(({ id }) => id)) })
        return oldest.length
      }),
  }
}
