/** How many sign-ins there were, hour by hour: counted from the audit trail, and bounded however busy the house is. */
import { auditMarkRows } from './control-rows.ts'
import type { Database } from './database.ts'
import { auditRows } from './entities.ts'

export interface SignInCount {
  /** Whole hours since the beginning. */
  readonly hour: number
  readonly type: string
  readonly acr: string | undefined
  readonly count: number
}

const types = ['signed_in', 'sign_in_refused', 'sign_in_locked']
const hourMs = 3_600_000

/** Places of the chain that are looked at: what a statement reads in a moment on any engine. */
const mostEvents = 100_000

interface CountRow {
  readonly hour: number | string
  readonly type: string
  readonly acr: string | null
  readonly count: number | string
}

/** @returns the counts since then, of the newest 100,000 events of the trail */
export async function countSignIns(database: Database, since: Date): Promise<SignInCount[]> {
  const rows = await database.run(async (manager) => {
    const head = await manager.findOneByOrFail(auditMarkRows, { name: 'head' })
    return (
      manager
        .createQueryBuilder(auditRows, 'event')
        // PostgreSQL divides whole numbers as such; SQLite is given them as fractions, and cuts them here.
        .select(`CAST((event.at - :since) / ${hourMs} AS bigint)`, 'hour')
        .addSelect('event.type', 'type')
        .addSelect('event.acr', 'acr')
        .addSelect('COUNT(*)', 'count')
        .where('event.seq > :place AND event.at >= :since AND event.type IN (:...types)', {
          place: head.seq - mostEvents,
          since: since.getTime(),
          types,
        })
        .groupBy('1, event.type, event.acr')
        .getRawMany<CountRow>()
    )
  })
  return rows.map(({ hour, type, acr, count }) => ({
    hour: Number(hour),
    type,
    acr: acr ?? undefined,
    count: Number(count),
  }))
}
