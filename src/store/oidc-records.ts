/** What the provider library keeps for a while: found by keyed digests, sealed, and consumed at most once. */
import type { EntityManager } from 'typeorm'
import { IsNull } from 'typeorm'
import type { Database } from './database.ts'
import { oidcRecordRows, type OidcRecordRow } from './oidc-rows.ts'
import { digest, open, seal } from './sealing.ts'

export type OidcPayload = Readonly<Record<string, unknown>>

/** The records of one model of the library. */
export interface OidcRecords {
  upsert(id: string, payload: OidcPayload, expiresInSeconds?: number): Promise<void>
  find(id: string): Promise<OidcPayload | undefined>
  findByUserCode(userCode: string): Promise<OidcPayload | undefined>
  findByUid(uid: string): Promise<OidcPayload | undefined>
  /** @returns whether this call was the one that consumed it */
  consume(id: string): Promise<boolean>
  destroy(id: string): Promise<void>
  revokeByGrantId(grantId: string): Promise<void>
}

export interface OidcStore {
  recordsOf(model: string): OidcRecords
  /** What is kept of one model for one subject. */
  listOf(model: string, subjectId: string): Promise<OidcPayload[]>
  /** Ends every session and grant of the subject. */
  destroyOf(subjectId: string): Promise<void>
}

export interface OidcRecordDependencies {
  readonly database: Database
  readonly clock: () => Date
  /** Keys the digests and the seals, so that a copy of the database yields neither bearer values nor what they stand for. */
  readonly recordKey: Uint8Array
}

/** The library allows its own clock this much; records live as much longer. */
export const clockToleranceMs = 15_000

export function createOidcStore(dependencies: OidcRecordDependencies): OidcStore {
  const { database } = dependencies
  return {
    recordsOf: (model) => createRecords(dependencies, model),
    listOf: async (model, subjectId) => {
      const rows = await database.run((manager) => manager.findBy(oidcRecordRows, { model, subjectId }))
      return rows.map((row) => openRow(dependencies, row)).filter((payload) => payload !== undefined)
    },
    destroyOf: async (subjectId) => {
      await database.run((manager) => manager.delete(oidcRecordRows, { subjectId }))
    },
  }
}

/** Undefined where it is not there, or over. */
export function openRow(
  { clock, recordKey }: OidcRecordDependencies,
  row: OidcRecordRow | null,
): OidcPayload | undefined {
  if (row === null || isOver(row, clock())) return undefined
  const payload = readPayload(open(recordKey, row.sealedPayload, bindingOf(row)))
  return row.consumedAt === null ? payload : { ...payload, consumed: Math.floor(row.consumedAt / 1000) }
}

function createRecords(dependencies: OidcRecordDependencies, model: string): OidcRecords {
  const { database, clock, recordKey } = dependencies
  const digestOf: DigestOf = (kind, value) => digest(recordKey, kind, value)
  const keyOf = (id: string) => ({ model, idDigest: digestOf(model, id) })

  return {
    upsert: async (id, payload, expiresInSeconds) => {
      const key = keyOf(id)
      const sealedPayload = seal(recordKey, Buffer.from(JSON.stringify(payload)), bindingOf(key))
      const expiresAt = expiresInSeconds === undefined ? null : clock().getTime() + expiresInSeconds * 1000
      const row = { ...key, ...handlesOf(payload, digestOf), sealedPayload, expiresAt }
      await database.run((manager) => upsertRow(manager, row))
    },
    find: (id) =>
      database.run(async (manager) =>
        openRow(dependencies, await manager.findOneBy(oidcRecordRows, keyOf(id))),
      ),
    findByUserCode: (userCode) => {
      const userCodeDigest = digestOf('user code', userCode)
      return database.run(async (manager) =>
        openRow(dependencies, await manager.findOneBy(oidcRecordRows, { model, userCodeDigest })),
      )
    },
    findByUid: (uid) => {
      const uidDigest = digestOf('uid', uid)
      return database.run(async (manager) =>
        openRow(dependencies, await manager.findOneBy(oidcRecordRows, { model, uidDigest })),
      )
    },
    consume: async (id) => {
      const consumedAt = clock().getTime()
      const unspent = { ...keyOf(id), consumedAt: IsNull() }
      const { affected } = await database.run((manager) =>
        manager.update(oidcRecordRows, unspent, { consumedAt }),
      )
      return affected === 1
    },
    destroy: async (id) => {
      await database.run((manager) => manager.delete(oidcRecordRows, keyOf(id)))
    },
    revokeByGrantId: async (grantId) => {
      const grantDigest = digestOf('grant', grantId)
      await database.run((manager) => manager.delete(oidcRecordRows, { model, grantDigest }))
    },
  }
}

/** One statement; a record that was consumed stays consumed, whatever is saved over it. */
async function upsertRow(manager: EntityManager, row: Omit<OidcRecordRow, 'consumedAt'>): Promise<void> {
  const changed = [
    'sealedPayload',
    'subjectId',
    'grantDigest',
    'userCodeDigest',
    'uidDigest',
    'clientDigest',
    'expiresAt',
  ]
  await manager
    .createQueryBuilder()
    .insert()
    .into(oidcRecordRows)
    .values(row)
    .orUpdate(changed, ['model', 'idDigest'])
    .execute()
}

function isOver({ expiresAt }: OidcRecordRow, now: Date): boolean {
  return expiresAt !== null && !(now.getTime() < expiresAt + clockToleranceMs)
}

function bindingOf({ model, idDigest }: Pick<OidcRecordRow, 'model' | 'idDigest'>): string[] {
  return ['oidc record', model, idDigest]
}

type DigestOf = (kind: string, value: string) => string

/** By what else than its id a record is found. */
function handlesOf(payload: OidcPayload, digestOf: DigestOf) {
  const digestIfAny = (kind: string, value: unknown): string | null => {
    const given = textOf(value)
    return given === undefined ? null : digestOf(kind, given)
  }
  return {
    subjectId: textOf(payload['accountId']) ?? null,
    grantDigest: digestIfAny('grant', payload['grantId']),
    userCodeDigest: digestIfAny('user code', payload['userCode']),
    uidDigest: digestIfAny('uid', payload['uid']),
    clientDigest: digestIfAny('client', payload['clientId']),
  }
}

export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

export function readPayload(bytes: Buffer): OidcPayload {
  const payload: unknown = JSON.parse(bytes.toString())
  if (typeof payload !== 'object' || payload === null) throw new TypeError('a record must hold an object')
  return { ...payload }
}
