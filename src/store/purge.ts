/** Throws away what the rules say is over, a bounded piece at a time. */
import type { EntityManager } from 'typeorm'
import type { Database } from './database.ts'
import { purgeRules, type PurgeRule, type PurgeTimes } from './purge-rules.ts'
import { pendingSeconds } from './totp-seeds.ts'

/** How long things are kept by the settings, in days. */
export interface KeptDays {
  readonly attemptDays: number
  /** No session lasts longer. */
  readonly sessionDays: number
}

export interface Purged {
  readonly table: string
  readonly says: string
  readonly rows: number
}

export interface Purge {
  /**
   * Deletes at most `limit` rows by each rule, each in a statement of its own.
   * @returns what was deleted, rule by rule
   */
  run(kept: KeptDays, limit: number): Promise<readonly Purged[]>
  /** How many rows are over now; changes nothing. */
  count(kept: KeptDays): Promise<readonly Purged[]>
}

const dayMs = 86_400_000
/** As `oidc-records.ts` has it. */
const clockToleranceMs = 15_000
/** As long as browsers keep any cookie (RFC 6265bis §5.5). */
const browserDays = 400
const doneDays = 30
const letterDays = 7

export function createPurge(database: Database, clock: () => Date): Purge {
  const each = async (
    kept: KeptDays,
    work: (manager: EntityManager, rule: PurgeRule, times: PurgeTimes) => Promise<number>,
  ): Promise<readonly Purged[]> => {
    const purged: Purged[] = []
    for (const rule of purgeRules) {
      const times = timesOf(clock(), kept)
      const rows = await database.run((manager) => work(manager, rule, times))
      purged.push({ table: rule.table, says: rule.says, rows })
    }
    return purged
  }
  return {
    run: (kept, limit) => each(kept, (manager, rule, times) => deleteSome(manager, rule, { times, limit })),
    count: (kept) => each(kept, countOver),
  }
}

function timesOf(at: Date, { attemptDays, sessionDays }: KeptDays): PurgeTimes {
  const now = at.getTime()
  return {
    now,
    ended: now - clockToleranceMs,
    attemptsBefore: now - attemptDays * dayMs,
    sessionsBefore: now - sessionDays * dayMs,
    browsersBefore: now - browserDays * dayMs,
    pendingBefore: now - pendingSeconds * 1000,
    doneBefore: now - doneDays * dayMs,
    lettersBefore: now - letterDays * dayMs,
  }
}

interface Piece {
  readonly times: PurgeTimes
  readonly limit: number
}

/** The condition stands twice: a row that came back to life between the two readings stays. */
async function deleteSome(
  manager: EntityManager,
  { table, key, over }: PurgeRule,
  { times, limit }: Piece,
): Promise<number> {
  const columns = key.map((name) => `"${name}"`).join(', ')
  const some = `SELECT ${columns} FROM "${table}" WHERE ${over} LIMIT ${Math.floor(limit)}`
  const { affected } = await manager
    .createQueryBuilder()
    .delete()
    .from(table)
    .where(`(${columns}) IN (${some}) AND ${over}`, { ...times })
    .execute()
  return affected ?? 0
}

async function countOver(
  manager: EntityManager,
  { table, over }: PurgeRule,
  times: PurgeTimes,
): Promise<number> {
  const row: unknown = await manager
    .createQueryBuilder()
    .select('COUNT(*)', 'rows')
    .from(table, 'purged')
    .where(over, { ...times })
    .getRawOne()
  // PostgreSQL's driver gives counts as text.
  return typeof row === 'object' && row !== null && 'rows' in row ? Number(row.rows) : 0
}
