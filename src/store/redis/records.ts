/** The provider's short-lived records in Redis: found by keyed digests and sealed as in the database, and ended by Redis itself. */
import {
  clockToleranceMs,
  readPayload,
  textOf,
  type OidcPayload,
  type OidcRecords,
  type OidcStore,
} from '../oidc-records.ts'
import { shortLivedModels } from '../oidc-models.ts'
import { digest, open, seal } from '../sealing.ts'
import type { RedisConnection, RedisScript } from './connection.ts'
import type { RedisHouse } from './house.ts'
import {
  consumeRecord,
  destroyRecord,
  destroyRecordsBy,
  handles,
  readRecordsBy,
  saveRecord,
  type Handle,
} from './record-scripts.ts'

/** Where a payload says it, and what its digest is bound to: the same words as in the database. */
const fieldOf: Readonly<Record<Handle, readonly [field: string, kind: string]>> = {
  subject: ['accountId', 'subject'],
  grant: ['grantId', 'grant'],
  userCode: ['userCode', 'user code'],
  uid: ['uid', 'uid'],
  client: ['clientId', 'client'],
}

/** Tokens of an app itself stand on no grant that would end them; of all others, its list would be as long as the app is large. */
const modelsOfClients: readonly string[] = ['ClientCredentials']
const mostAtOnce = 500

interface Scripts {
  readonly save: RedisScript
  readonly consume: RedisScript
  readonly destroy: RedisScript
  readonly destroyBy: RedisScript
  readonly readBy: RedisScript
}

/** One model of the library in one house. */
interface Shelf {
  readonly house: RedisHouse
  readonly scripts: Scripts
  readonly model: string
}

interface Found {
  readonly idDigest: string
  readonly sealed: string
  /** Empty for never. */
  readonly overAt: string
  /** Empty where it was not. */
  readonly consumedAt: string
}

export interface RedisOidcStore extends OidcStore {
  /** Of what stands on no grant. */
  destroyOfClient(clientId: string): Promise<void>
}

export function createRedisOidcStore(house: RedisHouse): RedisOidcStore {
  const scripts = openScripts(house.connection)
  const shelfOf = (model: string): Shelf => ({ house, scripts, model })
  return {
    recordsOf: (model) => createRecords(shelfOf(model)),
    listOf: (model, subjectId) => readBy(shelfOf(model), 'subject', subjectId),
    destroyOf: async (subjectId) => {
      for (const model of shortLivedModels) await destroyBy(shelfOf(model), 'subject', subjectId)
    },
    destroyOfClient: async (clientId) => {
      for (const model of modelsOfClients) await destroyBy(shelfOf(model), 'client', clientId)
    },
  }
}

function openScripts(connection: RedisConnection): Scripts {
  return {
    save: connection.script(saveRecord),
    consume: connection.script(consumeRecord),
    destroy: connection.script(destroyRecord),
    destroyBy: connection.script(destroyRecordsBy),
    readBy: connection.script(readRecordsBy),
  }
}

function createRecords(shelf: Shelf): OidcRecords {
  const { house, scripts, model } = shelf
  const { connection, prefix, clock, recordKey } = house
  const digestOf = (id: string) => digest(recordKey, model, id)
  const keyOf = (id: string) => `${prefix}record:${model}:${digestOf(id)}`
  return {
    upsert: (id, payload, expiresInSeconds) => save(shelf, keyOf(id), { id, payload, expiresInSeconds }),
    find: async (id) => {
      const [sealed, overAt, consumedAt] = await connection.run((client) =>
        client.hmget(keyOf(id), 'sealed', 'overAt', 'consumedAt'),
      )
      if (typeof sealed !== 'string' || typeof overAt !== 'string') return undefined
      return openFound(shelf, { idDigest: digestOf(id), sealed, overAt, consumedAt: consumedAt ?? '' })
    },
    findByUserCode: async (userCode) => (await readBy(shelf, 'userCode', userCode))[0],
    findByUid: async (uid) => (await readBy(shelf, 'uid', uid))[0],
    consume: async (id) => (await scripts.consume([keyOf(id)], [clock().getTime()])) === 1,
    destroy: async (id) => {
      await scripts.destroy([], [prefix, model, digestOf(id)])
    },
    revokeByGrantId: (grantId) => destroyBy(shelf, 'grant', grantId),
  }
}

interface Saved {
  readonly id: string
  readonly payload: OidcPayload
  readonly expiresInSeconds: number | undefined
}

async function save(shelf: Shelf, key: string, { id, payload, expiresInSeconds }: Saved): Promise<void> {
  const { house, scripts, model } = shelf
  const { prefix, clock, recordKey } = house
  const idDigest = digest(recordKey, model, id)
  const now = clock().getTime()
  const ttlMs = ttlOf(expiresInSeconds)
  const overAt = ttlMs === 0 ? '' : now + ttlMs
  const sealed = seal(recordKey, Buffer.from(JSON.stringify(payload)), bindingOf(model, idDigest))
  const digests = handles.map((handle) => {
    if (handle === 'client' && !modelsOfClients.includes(model)) return ''
    const value = textOf(payload[fieldOf[handle][0]])
    return value === undefined ? '' : digestBy(shelf, handle, value)
  })
  await scripts.save([key], [prefix, model, idDigest, now, sealed, overAt, ttlMs, ...digests])
}

/** 0 where it does not end. */
function ttlOf(seconds: number | undefined): number {
  return seconds === undefined ? 0 : Math.max(1, Math.ceil(seconds * 1000) + clockToleranceMs)
}

async function readBy(shelf: Shelf, handle: Handle, value: string): Promise<OidcPayload[]> {
  const { house, scripts, model } = shelf
  const answer = await scripts.readBy([], [house.prefix, model, handle, digestBy(shelf, handle, value)])
  return foundOf(answer)
    .map((found) => openFound(shelf, found))
    .filter((payload) => payload !== undefined)
}

async function destroyBy(shelf: Shelf, handle: Handle, value: string): Promise<void> {
  const { house, scripts, model } = shelf
  const args = [house.prefix, model, handle, digestBy(shelf, handle, value), mostAtOnce]
  while ((await scripts.destroyBy([], args)) === mostAtOnce);
}

function digestBy({ house }: Shelf, handle: Handle, value: string): string {
  return digest(house.recordKey, fieldOf[handle][1], value)
}

/** Undefined where it is over, by our clock: Redis may keep it a moment longer. */
function openFound({ house, model }: Shelf, found: Found): OidcPayload | undefined {
  const { idDigest, sealed, overAt, consumedAt } = found
  if (overAt !== '' && !(house.clock().getTime() < Number(overAt))) return undefined
  const payload = readPayload(open(house.recordKey, sealed, bindingOf(model, idDigest)))
  return consumedAt === '' ? payload : { ...payload, consumed: Math.floor(Number(consumedAt) / 1000) }
}

function bindingOf(model: string, idDigest: string): string[] {
  return ['oidc record', model, idDigest]
}

function foundOf(answer: unknown): Found[] {
  const lines: readonly unknown[] = Array.isArray(answer) ? answer : []
  return lines.map((line) => {
    const [idDigest = '', sealed = '', overAt = '', consumedAt = ''] = Array.isArray(line)
      ? line.map(String)
      : []
    return { idDigest, sealed, overAt, consumedAt }
  })
}
