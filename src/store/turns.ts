/** Transactions that come one after the other, on both databases, where there is no row of their own to wait at. */
import type { EntityManager } from 'typeorm'
import { jobLeaseRows } from './scale-rows.ts'

/** Whoever asks for the same name waits until this transaction ends. A write first: SQLite refuses one that comes after another’s. */
export async function waitForTurn(manager: EntityManager, name: string): Promise<void> {
  const row = { name: `turn: ${name}`, holder: '', endsAt: 0 }
  await manager.createQueryBuilder().insert().into(jobLeaseRows).values(row).orIgnore().execute()
  await manager.increment(jobLeaseRows, { name: row.name }, 'endsAt', 0)
}
