/** Changes of address under way: asked for, confirmed on both sides, and carried out. */
import { IsNull, LessThanOrEqual, Not, type EntityManager } from 'typeorm'
import type { Database } from './database.ts'
import { subjectRows } from './entities.ts'
import { emailChangeRows, mailProofRows, type EmailChangeRow } from './mail-rows.ts'
import { normaliseEmail } from './subjects.ts'

export interface EmailChange {
  readonly subjectId: string
  readonly email: string
  readonly askedAt: Date
  readonly isOldConfirmed: boolean
  readonly isNewConfirmed: boolean
}

export interface EmailChanges {
  /** In place of any before. @param isOldConfirmed where nobody has to be asked there */
  ask(change: {
    readonly subjectId: string
    readonly email: string
    readonly isOldConfirmed: boolean
  }): Promise<void>
  find(subjectId: string): Promise<EmailChange | undefined>
  confirm(subjectId: string, side: 'old' | 'new'): Promise<void>
  cancel(subjectId: string): Promise<void>
  /**
   * Carries the change out, where the new address is confirmed, and the old one too or it was asked before so long.
   * Whatever was mailed to the old address opens nothing any more.
   * @returns undefined where there is nothing to carry out, or the address has come to be another’s
   */
  apply(
    subjectId: string,
    askedBefore: Date,
  ): Promise<{ readonly from: string; readonly to: string } | undefined>
  /** Of the changes asked before then: those whose new address is confirmed. */
  listDue(askedBefore: Date, limit: number): Promise<string[]>
  /** Forgets changes asked before then whose new address nobody confirmed. */
  forgetStale(askedBefore: Date): Promise<void>
}

export function createEmailChanges(database: Database, clock: () => Date): EmailChanges {
  return {
    ask: async ({ subjectId, email, isOldConfirmed }) => {
      const askedAt = clock().getTime()
      const oldConfirmedAt = isOldConfirmed ? askedAt : null
      const row: EmailChangeRow = {
        subjectId,
        email: email.normalize('NFKC').trim(),
        askedAt,
        oldConfirmedAt,
        newConfirmedAt: null,
      }
      await database.run((manager) =>
        manager
          .createQueryBuilder()
          .insert()
          .into(emailChangeRows)
          .values(row)
          .orUpdate(['email', 'askedAt', 'oldConfirmedAt', 'newConfirmedAt'], ['subjectId'])
          .execute(),
      )
    },
    find: async (subjectId) => {
      const row = await database.run((manager) => manager.findOneBy(emailChangeRows, { subjectId }))
      return row === null ? undefined : changeOf(row)
    },
    confirm: async (subjectId, side) => {
      const at = clock().getTime()
      const confirmed = side === 'old' ? { oldConfirmedAt: at } : { newConfirmedAt: at }
      await database.run((manager) => manager.update(emailChangeRows, { subjectId }, confirmed))
    },
    cancel: async (subjectId) => {
      await database.run((manager) => manager.delete(emailChangeRows, { subjectId }))
    },
    apply: (subjectId, askedBefore) =>
      database.transact((manager) => apply(manager, { subjectId, askedBefore, now: clock() })),
    listDue: async (askedBefore, limit) => {
      const due = { askedAt: LessThanOrEqual(askedBefore.getTime()), newConfirmedAt: Not(IsNull()) }
      const rows = await database.run((manager) => manager.find(emailChangeRows, { where: due, take: limit }))
      return rows.map(({ subjectId }) => subjectId)
    },
    forgetStale: async (askedBefore) => {
      const stale = { askedAt: LessThanOrEqual(askedBefore.getTime()), newConfirmedAt: IsNull() }
      await database.run((manager) => manager.delete(emailChangeRows, stale))
    },
  }
}

async function apply(
  manager: EntityManager,
  {
    subjectId,
    askedBefore,
    now,
  }: { readonly subjectId: string; readonly askedBefore: Date; readonly now: Date },
): Promise<{ readonly from: string; readonly to: string } | undefined> {
  const change = await manager.findOneBy(emailChangeRows, { subjectId })
  const subject = await manager.findOneBy(subjectRows, { id: subjectId })
  if (change === null || subject === null || change.newConfirmedAt === null) return undefined
  const isAgreed = change.oldConfirmedAt !== null || change.askedAt <= askedBefore.getTime()
  if (!isAgreed) return undefined
  const { affected } = await manager.delete(emailChangeRows, { subjectId })
  // Of two nodes at once, one carries it out.
  if (affected !== 1) return undefined
  const emailKey = normaliseEmail(change.email)
  const holder = await manager.findOneBy(subjectRows, { emailKey })
  if (holder !== null && holder.id !== subjectId) return undefined
  await manager.delete(mailProofRows, { subjectId })
  const renamed = { email: change.email, emailKey, emailVerified: true, updatedAt: now.getTime() }
  await manager.update(subjectRows, { id: subjectId }, renamed)
  return { from: subject.email, to: change.email }
}

function changeOf(row: EmailChangeRow): EmailChange {
  return {
    subjectId: row.subjectId,
    email: row.email,
    askedAt: new Date(row.askedAt),
    isOldConfirmed: row.oldConfirmedAt !== null,
    isNewConfirmed: row.newConfirmedAt !== null,
  }
}
