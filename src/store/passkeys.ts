/** The passkeys of each subject: public keys with a name, a counter that only rises, and when they were used. */
import { randomBytes, randomUUID } from 'node:crypto'
import { LessThan, type EntityManager } from 'typeorm'
import { Fault } from '../errors.ts'
import { appendEvent } from './audit.ts'
import type { Database } from './database.ts'
import {
  passkeyHandleRows,
  passkeyRows,
  spentChallengeRows,
  type PasskeyHandleRow,
  type PasskeyRow,
} from './passkey-rows.ts'
import { waitForSubject } from './turns.ts'
import { isUniqueViolation } from './unique.ts'

export interface Credential {
  /** Base64url, as the authenticator made it. */
  readonly credentialId: string
  /** A COSE key (RFC 9052 §7), base64url. */
  readonly publicKey: string
  /** 0 from authenticators that do not count (WebAuthn §6.1.1). */
  readonly counter: number
  readonly transports: readonly string[]
  /** May be copied to other devices of its owner: a synced passkey. */
  readonly backupEligible: boolean
  readonly backedUp: boolean
  /** The make of the authenticator; zeros where it does not tell. */
  readonly aaguid: string
}

export interface Passkey extends Credential {
  readonly id: string
  readonly subjectId: string
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | undefined
}

export interface NewPasskey extends Credential {
  readonly subjectId: string
  readonly name: string
}

export interface PasskeyUse {
  readonly counter: number
  readonly backedUp: boolean
}

/** More than any person has; whoever holds an account must not fill the database with keys. */
const mostPerSubject = 20

export interface Passkeys {
  /** Base64url of 32 random bytes, made when it is first asked for; authenticators know the subject by it. */
  handleOf(subjectId: string): Promise<string>
  /** @throws {Fault} passkey_known, also where another subject has it; passkey_limit */
  add(passkey: NewPasskey): Promise<Passkey>
  find(credentialId: string): Promise<(Passkey & { readonly userHandle: string }) | undefined>
  /** Newest first. */
  list(subjectId: string): Promise<Passkey[]>
  /** @returns whether the subject has such a passkey */
  rename(subjectId: string, id: string, name: string): Promise<boolean>
  /** @returns what was removed; undefined where the subject has no such passkey */
  remove(subjectId: string, id: string): Promise<Passkey | undefined>
  /**
   * In one statement, so that of two assertions side by side the lower counter never wins.
   * @returns false where the counter does not rise, which tells of a copied authenticator (WebAuthn §6.1.1)
   */
  recordUse(id: string, use: PasskeyUse): Promise<boolean>
  /** @returns false where it was spent before, on whichever node; it is remembered until `endsAt` */
  spendChallenge(digest: string, endsAt: Date): Promise<boolean>
}

export function createPasskeys(database: Database, clock: () => Date): Passkeys {
  return {
    handleOf: (subjectId) => database.transact((manager) => handleOf(manager, subjectId)),
    add: (passkey) => add(database, clock, passkey),
    find: (credentialId) =>
      database.run(async (manager) => {
        const row = await manager.findOneBy(passkeyRows, { credentialId })
        if (row === null) return undefined
        const { handle } = await manager.findOneByOrFail(passkeyHandleRows, { subjectId: row.subjectId })
        return { ...passkeyOf(row), userHandle: handle }
      }),
    list: async (subjectId) => {
      const rows = await database.run((manager) =>
        manager.find(passkeyRows, { where: { subjectId }, order: { createdAt: 'DESC' } }),
      )
      return rows.map(passkeyOf)
    },
    rename: async (subjectId, id, name) => {
      const { affected } = await database.run((manager) =>
        manager.update(passkeyRows, { id, subjectId }, { name }),
      )
      return affected === 1
    },
    remove: (subjectId, id) =>
      database.transact(async (manager) => {
        const row = await manager.findOneBy(passkeyRows, { id, subjectId })
        if (row === null) return undefined
        await manager.delete(passkeyRows, { id, subjectId })
        return passkeyOf(row)
      }),
    recordUse: (id, use) => recordUse(database, clock, { id, ...use }),
    spendChallenge: (digest, endsAt) => spendChallenge(database, clock, { digest, endsAt: endsAt.getTime() }),
  }
}

async function handleOf(manager: EntityManager, subjectId: string): Promise<string> {
  const fresh: PasskeyHandleRow = { subjectId, handle: randomBytes(32).toString('base64url') }
  // Two first times at once: one handle is kept, and both read it.
  await manager.createQueryBuilder().insert().into(passkeyHandleRows).values(fresh).orIgnore().execute()
  return (await manager.findOneByOrFail(passkeyHandleRows, { subjectId })).handle
}

async function add(
  database: Database,
  clock: () => Date,
  { transports, ...passkey }: NewPasskey,
): Promise<Passkey> {
  const createdAt = clock().getTime()
  const row: PasskeyRow = {
    id: randomUUID(),
    ...passkey,
    transports: transports.join(' '),
    createdAt,
    lastUsedAt: null,
  }
  try {
    await database.transact(async (manager) => {
      // Two at once are counted one after the other.
      await waitForSubject(manager, row.subjectId)
      await handleOf(manager, row.subjectId)
      const count = await manager.countBy(passkeyRows, { subjectId: row.subjectId })
      if (!(count < mostPerSubject)) throw new Fault('passkey_limit')
      await manager.insert(passkeyRows, row)
    })
  } catch (error) {
    // The unique index decides: a credential has one owner in the whole house (WebAuthn §7.1).
    if (isUniqueViolation(error)) throw new Fault('passkey_known', { cause: error })
    throw error
  }
  return passkeyOf(row)
}

function recordUse(
  database: Database,
  clock: () => Date,
  { id, counter, backedUp }: PasskeyUse & { readonly id: string },
): Promise<boolean> {
  if (!(counter >= 0)) return Promise.resolve(false)
  const at = clock().getTime()
  return database.transact(async (manager) => {
    // Authenticators that do not count say 0 each time; one that has counted must not fall silent.
    const risen = counter === 0 ? { id, counter: 0 } : { id, counter: LessThan(counter) }
    const { affected } = await manager.update(passkeyRows, risen, { counter, backedUp, lastUsedAt: at })
    if (affected === 1) return true
    const row = await manager.findOneBy(passkeyRows, { id })
    if (row !== null) {
      const detail = { name: row.name, stored: row.counter, given: counter }
      await appendEvent(manager, {
        type: 'passkey_counter_refused',
        subjectId: row.subjectId,
        detail,
        at,
      })
    }
    return false
  })
}

/** Only challenges that this house has made come here, so the table stays as small as the sign-ins of the last minutes. */
async function spendChallenge(
  database: Database,
  clock: () => Date,
  row: { readonly digest: string; readonly endsAt: number },
): Promise<boolean> {
  const now = clock().getTime()
  await database.run((manager) => manager.delete(spentChallengeRows, { endsAt: LessThan(now) }))
  try {
    await database.run((manager) => manager.insert(spentChallengeRows, row))
    return true
  } catch (error) {
    if (isUniqueViolation(error)) return false
    throw error
  }
}

function passkeyOf(row: PasskeyRow): Passkey {
  return {
    ...row,
    transports: row.transports === '' ? [] : row.transports.split(' '),
    createdAt: new Date(row.createdAt),
    lastUsedAt: row.lastUsedAt === null ? undefined : new Date(row.lastUsedAt),
  }
}
