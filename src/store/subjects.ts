/** The people known here: an address, a password hash, and an id that never changes. */
import { randomUUID } from 'node:crypto'
import { IsNull, MoreThan, Not } from 'typeorm'
import { Fault } from '../errors.ts'
import { lockOwners, requireOwnerBeside } from './administrators.ts'
import { appendEvent, erasePersonalPart } from './audit.ts'
import { erasureType } from './audit-chain.ts'
import { attemptRows, subjectRows, type SubjectRow } from './entities.ts'
import type { Database } from './database.ts'
import { oidcRecordRows } from './oidc-rows.ts'
import { isUniqueViolation } from './unique.ts'

export interface Subject {
  readonly id: string
  readonly email: string
  readonly emailVerified: boolean
  /** What the person wants to be called. */
  readonly name: string | undefined
  readonly passwordHash: string
  readonly createdAt: Date
  readonly updatedAt: Date
  /** Since when the operator keeps the subject out. */
  readonly disabledAt: Date | undefined
  /** Whether the subject lets codes by mail sign in. */
  readonly takesEmailCodes: boolean
}

/** What the operator does to a subject. */
export interface OperatorDeed {
  /** Who does it, in a word for the audit trail; left out where it is the subject itself. */
  readonly by?: string | undefined
  /** Also where no owner is left to administer. */
  readonly isForced?: boolean | undefined
}

export interface Subjects {
  /** @throws {Fault} email_taken */
  create(subject: {
    readonly email: string
    readonly passwordHash: string
    readonly emailVerified?: boolean
  }): Promise<Subject>
  /** Undefined also where the subject is disabled: to every sign-in it is then like nobody. */
  findByEmail(email: string): Promise<Subject | undefined>
  /** Undefined also where the subject is disabled. */
  findById(id: string): Promise<Subject | undefined>
  /** By address or id, disabled ones too: for the operator. */
  findAny(emailOrId: string): Promise<Subject | undefined>
  /** By id, a page at a time, disabled ones too. */
  list(page: { readonly limit: number; readonly afterId?: string | undefined }): Promise<Subject[]>
  /** Its sessions and access are ended by whoever calls. @returns whether that changed anything. @throws {Fault} admin_last_owner */
  setDisabled(id: string, isDisabled: boolean, deed?: OperatorDeed): Promise<boolean>
  setPasswordHash(id: string, passwordHash: string): Promise<void>
  setName(id: string, name: string | undefined): Promise<void>
  /** @returns whether that changed anything */
  setEmailCodes(id: string, isOn: boolean): Promise<boolean>
  /** @returns false where the subject has another address by now, or was verified before */
  verifyEmail(id: string, email: string): Promise<boolean>
  /** Takes the keys of the templates, the templates, consents, sessions and grants along; of the audit events the fact stays, without address or detail. @throws {Fault} admin_last_owner */
  erase(id: string, deed?: OperatorDeed): Promise<void>
}

/** One person, one spelling: how addresses are compared, never how they are shown. */
export function normaliseEmail(email: string): string {
  return email.normalize('NFKC').trim().toLowerCase()
}

export function createSubjects(database: Database, clock: () => Date): Subjects {
  return {
    create: async ({ email, passwordHash, emailVerified = false }) => {
      const row = newRow({ email, passwordHash, emailVerified }, clock())
      // The unique index decides, so that two at once cannot both be first.
      await database.run((manager) => manager.insert(subjectRows, row)).catch(asEmailTaken)
      return subjectOf(row)
    },
    findByEmail: async (email) => {
      const emailKey = normaliseEmail(email)
      const row = await database.run((manager) => manager.findOneBy(subjectRows, { emailKey }))
      return row?.disabledAt === null ? subjectOf(row) : undefined
    },
    findById: async (id) => {
      const row = await database.run((manager) => manager.findOneBy(subjectRows, { id }))
      return row?.disabledAt === null ? subjectOf(row) : undefined
    },
    ...forOperator(database, clock),
    setPasswordHash: async (id, passwordHash) => {
      await database.run((manager) =>
        manager.update(subjectRows, { id }, { passwordHash, updatedAt: clock().getTime() }),
      )
    },
    setName: async (id, name) => {
      const updatedAt = clock().getTime()
      await database.run((manager) => manager.update(subjectRows, { id }, { name: name ?? null, updatedAt }))
    },
    setEmailCodes: (id, isOn) => setEmailCodes(database, clock, { id, isOn }),
    verifyEmail: async (id, email) => {
      const unverified = { id, emailKey: normaliseEmail(email), emailVerified: false }
      const verified = { emailVerified: true, updatedAt: clock().getTime() }
      const { affected } = await database.run((manager) => manager.update(subjectRows, unverified, verified))
      return affected === 1
    },
    erase: async (id, deed = {}) => {
      await database.transact(async (manager) => {
        await lockOwners(manager)
        if (deed.isForced !== true) await requireOwnerBeside(manager, id)
        await manager.delete(oidcRecordRows, { subjectId: id })
        await manager.update(attemptRows, { subjectId: id }, { subjectId: null, address: '' })
        // Keys, templates and consents follow by their foreign keys.
        const { affected } = await manager.delete(subjectRows, { id })
        if (affected !== 1) return
        const detail = detailOf(deed)
        await appendEvent(manager, { type: erasureType, subjectId: id, detail, at: clock().getTime() })
        await erasePersonalPart(manager, id)
      })
      await database.scrub()
    },
  }
}

async function setEmailCodes(
  database: Database,
  clock: () => Date,
  { id, isOn }: { readonly id: string; readonly isOn: boolean },
): Promise<boolean> {
  const now = clock().getTime()
  const from = { id, emailCodesOffAt: isOn ? Not(IsNull()) : IsNull() }
  const to = { emailCodesOffAt: isOn ? null : now, updatedAt: now }
  const { affected } = await database.run((manager) => manager.update(subjectRows, from, to))
  return affected === 1
}

function forOperator(
  database: Database,
  clock: () => Date,
): Pick<Subjects, 'findAny' | 'list' | 'setDisabled'> {
  return {
    findAny: async (emailOrId) => {
      const where = [{ id: emailOrId }, { emailKey: normaliseEmail(emailOrId) }]
      const row = await database.run((manager) => manager.findOne(subjectRows, { where }))
      return row === null ? undefined : subjectOf(row)
    },
    list: async ({ limit, afterId }) => {
      const rows = await database.run((manager) =>
        manager.find(subjectRows, {
          where: afterId === undefined ? {} : { id: MoreThan(afterId) },
          order: { id: 'ASC' },
          take: limit,
        }),
      )
      return rows.map(subjectOf)
    },
    setDisabled: (id, isDisabled, deed = {}) =>
      database.transact(async (manager) => {
        if (isDisabled) await lockOwners(manager)
        if (isDisabled && deed.isForced !== true) await requireOwnerBeside(manager, id)
        const at = clock().getTime()
        const from = { id, disabledAt: isDisabled ? IsNull() : Not(IsNull()) }
        const { affected } = await manager.update(subjectRows, from, { disabledAt: isDisabled ? at : null })
        if (affected !== 1) return false
        const type = isDisabled ? 'account_disabled' : 'account_enabled'
        await appendEvent(manager, { type, subjectId: id, detail: detailOf(deed), at })
        return true
      }),
  }
}

function detailOf({ by, isForced = false }: OperatorDeed): Readonly<Record<string, string | boolean>> {
  return { ...(by === undefined ? {} : { by }), ...(isForced ? { isForced } : {}) }
}

function newRow(
  { email, passwordHash, emailVerified }: Pick<SubjectRow, 'email' | 'passwordHash' | 'emailVerified'>,
  at: Date,
): SubjectRow {
  const now = at.getTime()
  return {
    id: randomUUID(),
    email: email.normalize('NFKC').trim(),
    emailKey: normaliseEmail(email),
    emailVerified,
    name: null,
    passwordHash,
    createdAt: now,
    updatedAt: now,
    disabledAt: null,
    emailCodesOffAt: null,
  }
}

function asEmailTaken(error: unknown): never {
  if (isUniqueViolation(error)) throw new Fault('email_taken', { cause: error })
  throw error
}

export function subjectOf(row: SubjectRow): Subject {
  return {
    id: row.id,
    email: row.email,
    emailVerified: row.emailVerified,
    name: row.name ?? undefined,
    passwordHash: row.passwordHash,
    createdAt: new Date(row.createdAt),
    updatedAt: new Date(row.updatedAt),
    disabledAt: row.disabledAt === null ? undefined : new Date(row.disabledAt),
    takesEmailCodes: row.emailCodesOffAt === null,
  }
}
