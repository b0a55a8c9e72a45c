/** Transactions that come one after the other, on both databases, where there is no row of their own to wait at. */
import type { EntityManager } from 'typeorm'
import { subjectRows } from './entities.ts'
import { jobLeaseRows } from './scale-rows.ts'

/** Whoever asks for the same name waits until this transaction ends. A write first: SQLite refuses one that comes after another’s. */
export async function waitForTurn(manager: EntityManager, name: string): Promise<void> {
  const row = { name: `turn: ${name}`, holder: '', endsAt: 0 }
  await manager.createQueryBuilder().insert().into(jobLeaseRows).values(row).orIgnore().execute()
  await manager.increment(jobLeaseRows, { name: row.name }, 'endsAt', 0)
}

/** Whoever changes what belongs to the same subject waits until this transaction ends. */
export async function waitForSubject(manager: EntityManager, id: string): Promise<void> {
  await manager.update(subjectRows, { id }, { updatedAt: () => '"updatedAt"' })
}
