/** Recovery codes, kept as slow digests: each works once, and a new set takes the place of the old. */
import { randomBytes, randomUUID } from 'node:crypto'
import argon2 from 'argon2'
import { IsNull, type EntityManager } from 'typeorm'
import type { Database } from './database.ts'
import { waitForSubject } from './turns.ts'
import { recoveryCodeRows, recoverySetRows } from './otp-rows.ts'
import { digest } from './sealing.ts'

export interface RecoverySummary {
  readonly madeAt: Date
  readonly left: number
  readonly made: number
}

export interface RecoveryCodes {
  replaceAll(subjectId: string, codes: readonly string[]): Promise<void>
  /** One digest and one look, however many codes there are, and where there are none. @returns its id, if it is unused */
  find(subjectId: string, code: string): Promise<string | undefined>
  /** @returns false where it was spent before, or went with its set */
  spend(subjectId: string, id: string): Promise<boolean>
  summarise(subjectId: string): Promise<RecoverySummary | undefined>
  erase(subjectId: string): Promise<void>
}

/** As for passwords: OWASP’s first choice for argon2id. The codes have 80 bits, below the 112 that a fast hash may keep (ASVS 5.0 §6.5.2). */
const hashing = {
  type: argon2.argon2id,
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
  hashLength: 32,
  raw: true,
} as const

/** RFC 9106 §3.1: 128 bits. */
const saltBytes = 16

export interface RecoveryCodeDependencies {
  readonly database: Database
  readonly clock: () => Date
  /** Kept outside the database, so that a copy of that alone lets nobody try codes. */
  readonly pepper: Uint8Array
}

export function createRecoveryCodes({ database, clock, pepper }: RecoveryCodeDependencies): RecoveryCodes {
  const secret = Buffer.from(digest(pepper, 'recovery codes'), 'base64url')
  const decoySalt = randomBytes(saltBytes)
  const digestOf = async (code: string, salt: Buffer): Promise<string> =>
    (await argon2.hash(code, { ...hashing, salt, secret })).toString('base64url')

  return {
    replaceAll: async (subjectId, codes) => {
      const salt = randomBytes(saltBytes)
      const digests: string[] = []
      // One after the other: ten at once would take 190 MiB.
      for (const code of codes) digests.push(await digestOf(code, salt))
      const rows = digests.map((each) => ({ id: randomUUID(), subjectId, digest: each, usedAt: null }))
      const set = { subjectId, salt: salt.toString('base64url'), madeAt: clock().getTime() }
      await database.transact(async (manager) => {
        await waitForSubject(manager, subjectId)
        await eraseRows(manager, subjectId)
        await manager.insert(recoverySetRows, set)
        await manager.insert(recoveryCodeRows, rows)
      })
    },
    find: async (subjectId, code) => {
      const set = await database.run((manager) => manager.findOneBy(recoverySetRows, { subjectId }))
      const salt = set === null ? decoySalt : Buffer.from(set.salt, 'base64url')
      const unused = { subjectId, digest: await digestOf(code, salt), usedAt: IsNull() }
      const row = await database.run((manager) => manager.findOneBy(recoveryCodeRows, unused))
      return row?.id
    },
    spend: async (subjectId, id) => {
      const usedAt = clock().getTime()
      const unused = { id, subjectId, usedAt: IsNull() }
      const { affected } = await database.run((manager) =>
        manager.update(recoveryCodeRows, unused, { usedAt }),
      )
      return affected === 1
    },
    summarise: (subjectId) =>
      database.run(async (manager) => {
        const set = await manager.findOneBy(recoverySetRows, { subjectId })
        if (set === null) return undefined
        const left = await manager.countBy(recoveryCodeRows, { subjectId, usedAt: IsNull() })
        const made = await manager.countBy(recoveryCodeRows, { subjectId })
        return { madeAt: new Date(set.madeAt), left, made }
      }),
    erase: async (subjectId) => {
      await database.transact((manager) => eraseRows(manager, subjectId))
    },
  }
}

async function eraseRows(manager: EntityManager, subjectId: string): Promise<void> {
  await manager.delete(recoveryCodeRows, { subjectId })
  await manager.delete(recoverySetRows, { subjectId })
}
