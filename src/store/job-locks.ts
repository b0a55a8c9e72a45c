/** Jobs that one node at a time does: each is a lease, which a node that died loses. */
import { randomUUID } from 'node:crypto'
import { LessThanOrEqual } from 'typeorm'
import type { Database } from './database.ts'
import { jobLeaseRows } from './scale-rows.ts'

export interface JobLocks {
  /**
   * Does the work where no other node is at it. For as long as it takes, the lease is renewed.
   * @param seconds after which the job is another's, where this node dies; far more than clocks of nodes differ
   * @returns undefined where another has it
   */
  hold<T>(name: string, seconds: number, work: () => Promise<T>): Promise<T | undefined>
}

export function createJobLocks(database: Database, clock: () => Date): JobLocks {
  return {
    hold: async (name, seconds, work) => {
      const lease = { name, holder: randomUUID() }
      const end = (): number => clock().getTime() + seconds * 1000
      if (!(await take(database, { ...lease, now: clock().getTime(), endsAt: end() }))) return undefined
      const set = async (endsAt: number): Promise<void> => {
        await database.run((manager) => manager.update(jobLeaseRows, lease, { endsAt }))
      }
      const renewal = setInterval(
        () => {
          // Where that fails again and again the lease ends, and another node does the job anew.
          set(end()).catch(() => undefined)
        },
        (seconds * 1000) / 3,
      ).unref()
      try {
        return await work()
      } finally {
        clearInterval(renewal)
        await set(0)
      }
    },
  }
}

interface Taking {
  readonly name: string
  readonly holder: string
  readonly now: number
  readonly endsAt: number
}

/** One conditional write decides. */
function take(database: Database, { name, holder, now, endsAt }: Taking): Promise<boolean> {
  return database.run(async (manager) => {
    const lease = await manager.findOneBy(jobLeaseRows, { name })
    if (lease !== null && lease.endsAt > now) return false
    if (lease === null) {
      const free = { name, holder: '', endsAt: 0 }
      await manager.createQueryBuilder().insert().into(jobLeaseRows).values(free).orIgnore().execute()
    }
    const over = { name, endsAt: LessThanOrEqual(now) }
    const { affected } = await manager.update(jobLeaseRows, over, { holder, endsAt })
    return affected === 1
  })
}
