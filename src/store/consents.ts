/** Consent to face processing: which words, when given, when withdrawn (GDPR Art. 7 and 9). */
import { randomUUID } from 'node:crypto'
import { IsNull } from 'typeorm'
import { appendEvent } from './audit.ts'
import { addReceipt } from './receipts.ts'
import type { Database } from './database.ts'
import { consentRows, type ConsentRow } from './entities.ts'

export interface Consent {
  readonly version: string
  readonly textDigest: string
  readonly givenAt: Date
}

export interface PastConsent extends Consent {
  readonly withdrawnAt: Date | undefined
}

export interface Consents {
  /** @returns the id of the receipt */
  record(consent: {
    readonly subjectId: string
    readonly version: string
    readonly textDigest: string
  }): Promise<string>
  /** The newest that was not withdrawn. */
  find(subjectId: string): Promise<Consent | undefined>
  /** @returns the id of the receipt; undefined where there was none to withdraw */
  withdraw(subjectId: string): Promise<string | undefined>
  /** Newest first, withdrawn ones too. */
  list(subjectId: string): Promise<PastConsent[]>
}

export function createConsents(database: Database, clock: () => Date): Consents {
  return {
    record: async ({ subjectId, version, textDigest }) => {
      const at = clock().getTime()
      return database.transact(async (manager) => {
        const consent = { subjectId, version, textDigest, givenAt: at, withdrawnAt: null }
        await manager.insert(consentRows, { id: randomUUID(), ...consent })
        await appendEvent(manager, { type: 'consent_given', subjectId, detail: { version }, at })
        return addReceipt(manager, { subjectId, kind: 'consent_given', detail: { version, textDigest }, at })
      })
    },
    find: async (subjectId) => {
      const [row] = await database.run((manager) =>
        manager.find(consentRows, {
          where: { subjectId, withdrawnAt: IsNull() },
          order: { givenAt: 'DESC' },
          take: 1,
        }),
      )
      if (row === undefined) return undefined
      return { version: row.version, textDigest: row.textDigest, givenAt: new Date(row.givenAt) }
    },
    list: async (subjectId) => {
      const rows = await database.run((manager) =>
        manager.find(consentRows, { where: { subjectId }, order: { givenAt: 'DESC' } }),
      )
      return rows.map(consentOf)
    },
    withdraw: async (subjectId) => {
      const at = clock().getTime()
      return database.transact(async (manager) => {
        const given = { subjectId, withdrawnAt: IsNull() }
        const [row] = await manager.find(consentRows, { where: given, order: { givenAt: 'DESC' }, take: 1 })
        const { affected } = await manager.update(consentRows, given, { withdrawnAt: at })
        if (affected === 0 || row === undefined) return undefined
        const { version, textDigest } = row
        await appendEvent(manager, { type: 'consent_withdrawn', subjectId, detail: { version }, at })
        return addReceipt(manager, {
          subjectId,
          kind: 'consent_withdrawn',
          detail: { version, textDigest },
          at,
        })
      })
    },
  }
}

function consentOf({ version, textDigest, givenAt, withdrawnAt }: ConsentRow): PastConsent {
  return {
    version,
    textDigest,
    givenAt: new Date(givenAt),
    withdrawnAt: withdrawnAt === null ? undefined : new Date(withdrawnAt),
  }
}
