/** Sign-outs that apps are to be told of: each kept until it is delivered or given up, and for a while as a log. */
import { randomUUID } from 'node:crypto'
import { IsNull, LessThanOrEqual, Not } from 'typeorm'
import { countWaiting, type Backlog } from './backlog.ts'
import type { Database } from './database.ts'
import { logoutDeliveryRows } from './logout-rows.ts'

export interface LogoutNotice {
  readonly clientId: string
  readonly subjectId: string
  readonly sid: string | undefined
}

export interface LogoutDelivery extends LogoutNotice {
  readonly id: string
  /** Those before this one. */
  readonly tries: number
}

export interface LogoutLine {
  readonly clientId: string
  readonly at: Date
  readonly tries: number
  readonly outcome: string
  readonly fault: string | undefined
}

export interface LogoutDeliveries {
  enqueue(notice: LogoutNotice): Promise<void>
  /** Takes what is due; what is taken and never finished falls due again after `holdSeconds`. */
  takeDue(limit: number, holdSeconds: number): Promise<readonly LogoutDelivery[]>
  finish(id: string, outcome: 'delivered' | 'abandoned', fault?: string): Promise<void>
  postpone(id: string, next: { readonly at: Date; readonly fault: string }): Promise<void>
  /** How many apps are still to be told. */
  backlog(): Promise<Backlog>
  /** The latest first. */
  list(limit: number): Promise<readonly LogoutLine[]>
}

export function createLogoutDeliveries(database: Database, clock: () => Date): LogoutDeliveries {
  const change = async (id: string, values: object): Promise<void> => {
    await database.run((manager) => manager.update(logoutDeliveryRows, { id }, values))
  }
  return {
    enqueue: async ({ clientId, subjectId, sid }) => {
      const at = clock().getTime()
      const row = {
        id: randomUUID(),
        clientId,
        subjectId,
        sid: sid ?? null,
        createdAt: at,
        tries: 0,
        nextAt: at,
      }
      await database.run((manager) =>
        manager.insert(logoutDeliveryRows, { ...row, outcome: 'pending', fault: null }),
      )
    },
    takeDue: (limit, holdSeconds) => takeDue(database, clock, { limit, holdSeconds }),
    finish: (id, outcome, fault) =>
      change(id, { outcome, fault: fault ?? null, nextAt: null, subjectId: null, sid: null }),
    postpone: (id, { at, fault }) => change(id, { nextAt: at.getTime(), fault }),
    ...forOperator(database),
  }
}

function forOperator(database: Database): Pick<LogoutDeliveries, 'backlog' | 'list'> {
  return {
    backlog: () =>
      database.run((manager) => {
        const where = { nextAt: Not(IsNull()) }
        const oldest = () => manager.minimum(logoutDeliveryRows, 'createdAt', where)
        return countWaiting(manager, logoutDeliveryRows, { where, oldest })
      }),
    list: async (limit) => {
      const rows = await database.run((manager) =>
        manager.find(logoutDeliveryRows, { order: { createdAt: 'DESC' }, take: limit }),
      )
      return rows.map(({ clientId, createdAt, tries, outcome, fault }) => ({
        clientId,
        at: new Date(createdAt),
        tries,
        outcome,
        fault: fault ?? undefined,
      }))
    },
  }
}

/** Only who changes `nextAt` from what was read has taken it, however many look at once. */
async function takeDue(
  database: Database,
  clock: () => Date,
  { limit, holdSeconds }: { readonly limit: number; readonly holdSeconds: number },
): Promise<readonly LogoutDelivery[]> {
  const now = clock().getTime()
  return database.run(async (manager) => {
    const due = await manager.find(logoutDeliveryRows, {
      where: { nextAt: LessThanOrEqual(now) },
      order: { nextAt: 'ASC' },
      take: limit,
    })
    const taken: LogoutDelivery[] = []
    for (const { id, nextAt, tries, clientId, subjectId, sid } of due) {
      if (nextAt === null || subjectId === null) continue
      const held = { nextAt: now + holdSeconds * 1000, tries: tries + 1 }
      const { affected } = await manager.update(logoutDeliveryRows, { id, nextAt }, held)
      if (affected === 1) taken.push({ id, clientId, subjectId, sid: sid ?? undefined, tries })
    }
    return taken
  })
}
