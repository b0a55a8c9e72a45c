/** The seeds of authenticator apps, sealed: one in use by each subject, and one that waits to be confirmed. */
import { randomUUID } from 'node:crypto'
import { LessThan, LessThanOrEqual, MoreThan, type EntityManager, type FindOptionsWhere } from 'typeorm'
import type { Database } from './database.ts'
import { totpSeedRows, type TotpSeedRow } from './otp-rows.ts'
import { open, seal } from './sealing.ts'

export interface TotpSeed {
  readonly id: string
  readonly subjectId: string
  readonly seed: Uint8Array
}

export interface TotpSummary {
  readonly confirmedAt: Date
  readonly lastUsedAt: Date | undefined
}

export interface TotpSeeds {
  /** @returns the seed that waits to be confirmed: an earlier one within its time, else this one */
  offer(subjectId: string, seed: Uint8Array): Promise<TotpSeed>
  findPending(subjectId: string): Promise<TotpSeed | undefined>
  /**
   * Puts a pending seed in use, in place of any other; the step that confirmed it is spent.
   * @returns false where it has expired, or is no longer the one that waits
   */
  confirm(pending: Pick<TotpSeed, 'subjectId' | 'id'>, step: number): Promise<boolean>
  findActive(subjectId: string): Promise<TotpSeed | undefined>
  /** @returns false where this step, or a later one, was spent before (RFC 6238 §5.2) */
  spend(active: Pick<TotpSeed, 'subjectId' | 'id'>, step: number): Promise<boolean>
  summarise(subjectId: string): Promise<TotpSummary | undefined>
  /** @returns whether there was one in use */
  remove(subjectId: string): Promise<boolean>
}

/** How long a new app has to confirm its seed. */
export const pendingSeconds = 600

const neverUsed = -1

export interface TotpSeedDependencies {
  readonly database: Database
  readonly clock: () => Date
  /**
   * Seals the seeds as they are. A removed seed opens nothing any more, so backups may keep it: no data key of its own
   * that could be thrown away, as a subject’s templates have.
   */
  readonly sealingKey: Uint8Array
}

export function createTotpSeeds({ database, clock, sealingKey }: TotpSeedDependencies): TotpSeeds {
  const openRow = (row: TotpSeedRow | null): TotpSeed | undefined => {
    if (row === null) return undefined
    const { id, subjectId, sealedSeed } = row
    return { id, subjectId, seed: open(sealingKey, sealedSeed, bindingOf(row)) }
  }
  /** Seeds that wait and were made after this have time left. */
  const oldest = (): number => clock().getTime() - pendingSeconds * 1000
  const pending = (subjectId: string) => ({
    subjectId,
    state: 'pending' as const,
    createdAt: MoreThan(oldest()),
  })
  const find = async (wanted: FindOptionsWhere<TotpSeedRow>) =>
    openRow(await database.run((manager) => manager.findOneBy(totpSeedRows, wanted)))

  return {
    offer: async (subjectId, seed) => {
      const row = sealRow(sealingKey, { subjectId, seed, at: clock().getTime() })
      const standing = await database.transact((manager) => offerRow(manager, { row, oldest: oldest() }))
      return { id: standing.id, subjectId, seed: open(sealingKey, standing.sealedSeed, bindingOf(standing)) }
    },
    findPending: (subjectId) => find(pending(subjectId)),
    confirm: ({ subjectId, id }, step) => {
      const confirmed = { confirmedAt: clock().getTime(), lastStep: step }
      const waiting = { ...pending(subjectId), id }
      return database.transact((manager) => putInUse(manager, waiting, confirmed))
    },
    findActive: (subjectId) => find({ subjectId, state: 'active' }),
    spend: async ({ subjectId, id }, step) => {
      const unspent = { subjectId, id, state: 'active' as const, lastStep: LessThan(step) }
      const used = { lastStep: step, lastUsedAt: clock().getTime() }
      const { affected } = await database.run((manager) => manager.update(totpSeedRows, unspent, used))
      return affected === 1
    },
    summarise: async (subjectId) => {
      const active = { subjectId, state: 'active' as const }
      return summaryOf(await database.run((manager) => manager.findOneBy(totpSeedRows, active)))
    },
    remove: (subjectId) =>
      database.transact(async (manager) => {
        await manager.delete(totpSeedRows, { subjectId, state: 'pending' })
        const { affected } = await manager.delete(totpSeedRows, { subjectId, state: 'active' })
        return affected === 1
      }),
  }
}

function sealRow(
  sealingKey: Uint8Array,
  { subjectId, seed, at }: { readonly subjectId: string; readonly seed: Uint8Array; readonly at: number },
): TotpSeedRow {
  const owner = { subjectId, id: randomUUID() }
  const sealedSeed = seal(sealingKey, seed, bindingOf(owner))
  const unused = { confirmedAt: null, lastStep: neverUsed, lastUsedAt: null }
  return { ...owner, state: 'pending', sealedSeed, createdAt: at, ...unused }
}

/** One row waits; two pages opened at once show the same seed. */
async function offerRow(
  manager: EntityManager,
  { row, oldest }: { readonly row: TotpSeedRow; readonly oldest: number },
): Promise<TotpSeedRow> {
  const { subjectId } = row
  const waiting = { subjectId, state: 'pending' as const }
  await manager.delete(totpSeedRows, { ...waiting, createdAt: LessThanOrEqual(oldest) })
  await manager.createQueryBuilder().insert().into(totpSeedRows).values(row).orIgnore().execute()
  return manager.findOneByOrFail(totpSeedRows, waiting)
}

/** The first write decides: whoever comes second finds no row that waits. */
async function putInUse(
  manager: EntityManager,
  waiting: FindOptionsWhere<TotpSeedRow> & Pick<TotpSeedRow, 'subjectId' | 'id'>,
  confirmed: Pick<TotpSeedRow, 'confirmedAt' | 'lastStep'>,
): Promise<boolean> {
  const { affected } = await manager.update(totpSeedRows, waiting, confirmed)
  if (affected !== 1) return false
  const { subjectId, id } = waiting
  await manager.delete(totpSeedRows, { subjectId, state: 'active' })
  await manager.update(totpSeedRows, { subjectId, id }, { state: 'active' })
  return true
}

function bindingOf({ subjectId, id }: Pick<TotpSeedRow, 'subjectId' | 'id'>): string[] {
  return ['totp seed', subjectId, id]
}

function summaryOf(row: TotpSeedRow | null): TotpSummary | undefined {
  if (row?.confirmedAt === null || row === null) return undefined
  return {
    confirmedAt: new Date(row.confirmedAt),
    lastUsedAt: row.lastUsedAt === null ? undefined : new Date(row.lastUsedAt),
  }
}
