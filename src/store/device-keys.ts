/** The devices that a subject trusts: public keys, each with its name and when it was used. */
import { randomUUID } from 'node:crypto'
import { IsNull, type EntityManager } from 'typeorm'
import { appendEvent } from './audit.ts'
import type { Database } from './database.ts'
import { deviceKeyRows, type DeviceKeyRow } from './entities.ts'

export interface DeviceKey {
  readonly id: string
  /** A JSON Web Key, as text. */
  readonly publicKey: string
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | undefined
}

export interface NewDeviceKey {
  readonly subjectId: string
  readonly publicKey: string
  /** RFC 7638, SHA-256. */
  readonly thumbprint: string
  readonly name: string
}

export interface DeviceKeys {
  /** A device that was removed, or is trusted already, is trusted from now on. @returns whether trust begins with this */
  trust(key: NewDeviceKey): Promise<boolean>
  /** Undefined also where the key was revoked, or is another subject's. */
  find(subjectId: string, thumbprint: string): Promise<DeviceKey | undefined>
  touch(id: string): Promise<void>
  /** Those that are trusted, newest first. */
  list(subjectId: string): Promise<DeviceKey[]>
  revoke(subjectId: string, id: string): Promise<void>
  /** Every one that the subject trusts. */
  revokeAll(subjectId: string): Promise<void>
  /** @returns whether the subject trusts such a device */
  rename(subjectId: string, id: string, name: string): Promise<boolean>
}

export function createDeviceKeys(database: Database, clock: () => Date): DeviceKeys {
  return {
    trust: async ({ subjectId, publicKey, thumbprint, name }) => {
      const at = clock().getTime()
      const fresh = { publicKey, name, createdAt: at, lastUsedAt: null, revokedAt: null }
      return database.transact(async (manager) => {
        const known = await manager.findOneBy(deviceKeyRows, { subjectId, thumbprint })
        if (known?.revokedAt === null) {
          await manager.update(deviceKeyRows, { id: known.id }, { lastUsedAt: at })
          return false
        }
        if (known === null) {
          await manager.insert(deviceKeyRows, { id: randomUUID(), subjectId, thumbprint, ...fresh })
        } else await manager.update(deviceKeyRows, { id: known.id }, fresh)
        await appendEvent(manager, { type: 'device_trusted', subjectId, detail: { name }, at })
        return true
      })
    },
    find: async (subjectId, thumbprint) => {
      const wanted = { subjectId, thumbprint, revokedAt: IsNull() }
      const row = await database.run((manager) => manager.findOneBy(deviceKeyRows, wanted))
      return row === null ? undefined : deviceKeyOf(row)
    },
    touch: async (id) => {
      const lastUsedAt = clock().getTime()
      await database.run((manager) => manager.update(deviceKeyRows, { id }, { lastUsedAt }))
    },
    list: async (subjectId) => {
      const rows = await database.run((manager) =>
        manager.find(deviceKeyRows, {
          where: { subjectId, revokedAt: IsNull() },
          order: { createdAt: 'DESC' },
        }),
      )
      return rows.map(deviceKeyOf)
    },
    revoke: (subjectId, id) => database.transact((manager) => revoke(manager, { subjectId, id }, clock())),
    revokeAll: (subjectId) => database.transact((manager) => revoke(manager, { subjectId }, clock())),
    rename: (subjectId, id, name) => database.run((manager) => renameKey(manager, { id, subjectId }, name)),
  }
}

/** One entry of the audit trail for each. */
async function revoke(
  manager: EntityManager,
  owned: Pick<DeviceKeyRow, 'subjectId'> & { readonly id?: string },
  now: Date,
): Promise<void> {
  const at = now.getTime()
  const trusted = { ...owned, revokedAt: IsNull() }
  const { affected = 0 } = await manager.update(deviceKeyRows, trusted, { revokedAt: at })
  for (let each = 0; each < affected; each += 1) {
    await appendEvent(manager, { type: 'device_revoked', subjectId: owned.subjectId, at })
  }
}

async function renameKey(
  manager: EntityManager,
  owned: Pick<DeviceKeyRow, 'id' | 'subjectId'>,
  name: string,
): Promise<boolean> {
  const { affected } = await manager.update(deviceKeyRows, { ...owned, revokedAt: IsNull() }, { name })
  return affected === 1
}

function deviceKeyOf(row: DeviceKeyRow): DeviceKey {
  return {
    id: row.id,
    publicKey: row.publicKey,
    name: row.name,
    createdAt: new Date(row.createdAt),
    lastUsedAt: row.lastUsedAt === null ? undefined : new Date(row.lastUsedAt),
  }
}
