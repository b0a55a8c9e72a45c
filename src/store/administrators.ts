/** Those who administer, and the one-time links by which somebody comes to: never without an owner once there was one. */
import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { IsNull, LessThan, LessThanOrEqual, MoreThan, Not, Or, type EntityManager } from 'typeorm'
import { Fault } from '../errors.ts'
import {
  adminInvitationRows,
  administratorRows,
  type AdminInvitationRow,
  type AdministratorRow,
} from './administrator-rows.ts'
import { appendEvent } from './audit.ts'
import type { Database } from './database.ts'
import { subjectRows } from './entities.ts'

export type AdministratorRole = 'owner' | 'operator' | 'auditor'

export interface Administrator {
  readonly subjectId: string
  readonly role: AdministratorRole
  readonly createdAt: Date
  readonly lastActedAt: Date | undefined
}

export interface AdminInvitation {
  readonly id: string
  readonly role: AdministratorRole
  readonly createdAt: Date
  readonly expiresAt: Date
}

/** `token` is told this once: what is kept is its digest. */
export interface NewInvitation {
  readonly invitation: AdminInvitation
  readonly token: string
}

export interface Administrators {
  /** Undefined for who is none, and where the operator keeps the subject out. */
  find(subjectId: string): Promise<Administrator | undefined>
  /** Switched off ones too; who came first stands first. */
  list(): Promise<Administrator[]>
  /** Notes that the administrator acts, at most once a minute. */
  touch(subjectId: string): Promise<void>
  /** The link of the first start; undefined where there is an administrator, or such a link is still good. */
  beginFirst(): Promise<NewInvitation | undefined>
  /** Another such link, in place of the one before, whoever administers: for whoever has the machine itself. */
  renewFirst(): Promise<NewInvitation>
  invite(role: AdministratorRole): Promise<NewInvitation>
  /** Those that are still good, but for the one of the first start. */
  listInvitations(): Promise<AdminInvitation[]>
  /** @returns whether there was one */
  withdraw(invitationId: string): Promise<boolean>
  findInvitation(token: string): Promise<AdminInvitation | undefined>
  /** Spends the link, once however many try; an owner stays one. @returns undefined where it is spent, over, or there is no such subject */
  accept(token: string, subjectId: string): Promise<Administrator | undefined>
  /** For whoever does more than one thing to an account, before the first. @throws {Fault} admin_last_owner where the subject is */
  requireOwnerBeside(subjectId: string): Promise<void>
  /** @returns false where the subject is no administrator. @throws {Fault} admin_last_owner */
  changeRole(subjectId: string, role: AdministratorRole): Promise<boolean>
  /** @returns false where the subject was none. @throws {Fault} admin_last_owner, unless it is forced */
  remove(subjectId: string, options?: { readonly isForced: boolean }): Promise<boolean>
}

const invitationMs = 24 * 3_600_000
const touchEveryMs = 60_000
const firstId = 'first'

export function createAdministrators(database: Database, clock: () => Date): Administrators {
  const now = (): number => clock().getTime()
  return {
    find: (subjectId) => database.run((manager) => findEnabled(manager, subjectId)),
    list: async () => {
      const order = { createdAt: 'ASC', subjectId: 'ASC' } as const
      return (await database.run((manager) => manager.find(administratorRows, { order }))).map(
        administratorOf,
      )
    },
    touch: async (subjectId) => {
      const stale = { subjectId, lastActedAt: Or(IsNull(), LessThan(now() - touchEveryMs)) }
      await database.run((manager) => manager.update(administratorRows, stale, { lastActedAt: now() }))
    },
    ...invitations(database, now),
    accept: (token, subjectId) =>
      database.transact((manager) => accept(manager, { token, subjectId, now: now() })),
    changeRole: (subjectId, role) =>
      database.transact(async (manager) => {
        await lockOwners(manager)
        if (role !== 'owner') await endInvitationsOf(manager, subjectId)
        const { affected } = await manager.update(administratorRows, { subjectId }, { role })
        await requireOwner(manager)
        return affected === 1
      }),
    requireOwnerBeside: (subjectId) => database.run((manager) => requireOwnerBeside(manager, subjectId)),
    remove: (subjectId, { isForced } = { isForced: false }) =>
      database.transact(async (manager) => {
        await lockOwners(manager)
        await endInvitationsOf(manager, subjectId)
        const { affected } = await manager.delete(administratorRows, { subjectId })
        if (affected !== 1) return false
        if (!isForced) await requireOwner(manager)
        return true
      }),
  }
}

function invitations(
  database: Database,
  now: () => number,
): Pick<
  Administrators,
  'beginFirst' | 'renewFirst' | 'invite' | 'listInvitations' | 'withdraw' | 'findInvitation'
> {
  return {
    beginFirst: () =>
      database.transact(async (manager) => {
        if ((await manager.count(administratorRows)) > 0) return undefined
        await manager.delete(adminInvitationRows, { id: firstId, expiresAt: LessThanOrEqual(now()) })
        const made = newInvitation({ id: firstId, role: 'owner', now: now() })
        // Of nodes that start side by side one makes it: the one whose row is there.
        const insert = manager.createQueryBuilder().insert().into(adminInvitationRows)
        await insert.values(made.row).orIgnore().execute()
        const kept = await manager.findOneBy(adminInvitationRows, { id: firstId })
        return kept?.tokenDigest === made.row.tokenDigest ? made : undefined
      }),
    renewFirst: () =>
      database.transact(async (manager) => {
        await manager.delete(adminInvitationRows, { id: firstId })
        return addInvitation(manager, { id: firstId, role: 'owner', now: now() })
      }),
    invite: (role) =>
      database.transact(async (manager) => {
        await manager.delete(adminInvitationRows, { expiresAt: LessThanOrEqual(now()) })
        return addInvitation(manager, { id: randomUUID(), role, now: now() })
      }),
    listInvitations: async () => {
      const where = { expiresAt: MoreThan(now()) }
      const order = { createdAt: 'ASC', id: 'ASC' } as const
      const rows = await database.run((manager) => manager.find(adminInvitationRows, { where, order }))
      return rows.filter(({ id }) => id !== firstId).map(invitationOf)
    },
    withdraw: async (id) => {
      if (id === firstId) return false
      const { affected } = await database.run((manager) => manager.delete(adminInvitationRows, { id }))
      return affected === 1
    },
    findInvitation: async (token) => {
      const good = { tokenDigest: digestToken(token), expiresAt: MoreThan(now()) }
      const row = await database.run((manager) => manager.findOneBy(adminInvitationRows, good))
      return row === null ? undefined : invitationOf(row)
    },
  }
}

interface Making {
  readonly id: string
  readonly role: AdministratorRole
  readonly now: number
}

async function addInvitation(manager: EntityManager, making: Making): Promise<NewInvitation> {
  const made = newInvitation(making)
  await manager.insert(adminInvitationRows, made.row)
  return made
}

/** 256 random bits: a plain digest of them is enough (ASVS 5.0 §6.5.2). */
function newInvitation({ id, role, now }: Making): NewInvitation & { readonly row: AdminInvitationRow } {
  const token = randomBytes(32).toString('base64url')
  const row = { id, tokenDigest: digestToken(token), role, createdAt: now, expiresAt: now + invitationMs }
  return { invitation: invitationOf(row), token, row }
}

function digestToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

interface Acceptance {
  readonly token: string
  readonly subjectId: string
  readonly now: number
}

async function accept(
  manager: EntityManager,
  { token, subjectId, now }: Acceptance,
): Promise<Administrator | undefined> {
  const good = { tokenDigest: digestToken(token), expiresAt: MoreThan(now) }
  const found = await manager.findOneBy(adminInvitationRows, good)
  const subject = await manager.findOneBy(subjectRows, { id: subjectId, disabledAt: IsNull() })
  if (found === null || subject === null) return undefined
  // Only who deletes the row has spent the link, however many found it.
  const { affected } = await manager.delete(adminInvitationRows, {
    id: found.id,
    tokenDigest: found.tokenDigest,
  })
  if (affected !== 1) return undefined
  const before = await manager.findOneBy(administratorRows, { subjectId })
  const role = before?.role === 'owner' ? 'owner' : roleOf(found.role)
  if (before === null) {
    await manager.insert(administratorRows, { subjectId, role, createdAt: now, lastActedAt: null })
  } else {
    await manager.update(administratorRows, { subjectId }, { role })
  }
  await appendEvent(manager, { type: 'administrator_joined', subjectId, detail: { role }, at: now })
  return { subjectId, role, createdAt: new Date(before?.createdAt ?? now), lastActedAt: undefined }
}

async function findEnabled(manager: EntityManager, subjectId: string): Promise<Administrator | undefined> {
  const row = await manager.findOneBy(administratorRows, { subjectId })
  if (row === null) return undefined
  const subject = await manager.findOneBy(subjectRows, { id: subjectId, disabledAt: IsNull() })
  return subject === null ? undefined : administratorOf(row)
}

/**
 * That somebody with an account that is switched on is left to own the house, should this subject go; after {@link lockOwners}.
 * @throws {Fault} admin_last_owner
 */
export async function requireOwnerBeside(manager: EntityManager, subjectId: string): Promise<void> {
  // A house that nobody owns yet loses no owner.
  if ((await findEnabled(manager, subjectId))?.role !== 'owner') return
  await requireOwner(manager, subjectId)
}

/** Who invited whom is not kept: where an owner goes, so do all links that are open, or the last thing made would be a way back in. */
async function endInvitationsOf(manager: EntityManager, subjectId: string): Promise<void> {
  const before = await manager.findOneBy(administratorRows, { subjectId })
  if (before?.role === 'owner') await manager.delete(adminInvitationRows, { id: Not(firstId) })
}

/** A write before the read, on both databases: of two owners who remove each other, the second waits and finds itself the last. */
export async function lockOwners(manager: EntityManager): Promise<void> {
  await manager.update(administratorRows, { role: 'owner' }, { role: 'owner' })
}

export async function requireOwner(manager: EntityManager, besideId?: string): Promise<void> {
  const owners = await manager.findBy(administratorRows, { role: 'owner' })
  for (const { subjectId } of owners) {
    if (subjectId === besideId) continue
    if ((await findEnabled(manager, subjectId)) !== undefined) return
  }
  throw new Fault('admin_last_owner')
}

function administratorOf({ subjectId, role, createdAt, lastActedAt }: AdministratorRow): Administrator {
  return {
    subjectId,
    role: roleOf(role),
    createdAt: new Date(createdAt),
    lastActedAt: lastActedAt === null ? undefined : new Date(lastActedAt),
  }
}

function invitationOf({ id, role, createdAt, expiresAt }: AdminInvitationRow): AdminInvitation {
  return { id, role: roleOf(role), createdAt: new Date(createdAt), expiresAt: new Date(expiresAt) }
}

/** A word that is not ours reaches least far. */
function roleOf(role: string): AdministratorRole {
  return role === 'owner' || role === 'operator' ? role : 'auditor'
}
