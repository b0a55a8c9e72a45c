/** Joins the library's persistence contract to the store; a code or refresh token that is spent twice takes its grant along. */
import { errors, type Adapter, type AdapterFactory, type AdapterPayload } from 'oidc-provider'
import { Fault } from '../errors.ts'

type Payload = Readonly<Record<string, unknown>>

/** What is needed of the store for one model. */
export interface Records {
  upsert(id: string, payload: Payload, expiresInSeconds?: number): Promise<void>
  find(id: string): Promise<Payload | undefined>
  findByUserCode(userCode: string): Promise<Payload | undefined>
  findByUid(uid: string): Promise<Payload | undefined>
  /** @returns whether this call was the one that consumed it */
  consume(id: string): Promise<boolean>
  destroy(id: string): Promise<void>
  revokeByGrantId(grantId: string): Promise<void>
}

export type RecordsOf = (model: string) => Records

/** Whatever a grant gave out. */
const grantedModels = ['AuthorizationCode', 'DeviceCode', 'AccessToken', 'RefreshToken'] as const

export function createAdapterFactory(recordsOf: RecordsOf): AdapterFactory {
  return (model): Adapter => {
    const records = sayingWhatIsOut(recordsOf(model))
    return {
      upsert: (id, payload, expiresIn) => records.upsert(id, { ...payload }, expiresIn),
      find: async (id) => asPayload(await records.find(id)),
      findByUserCode: async (userCode) => asPayload(await records.findByUserCode(userCode)),
      findByUid: async (uid) => asPayload(await records.findByUid(uid)),
      destroy: (id) => records.destroy(id),
      revokeByGrantId: (grantId) => records.revokeByGrantId(grantId),
      consume: async (id) => {
        if (await records.consume(id)) return
        // Two at once both saw it unspent; the library has looked already, so the refusal must come from here.
        if (model === 'PushedAuthorizationRequest') throw new errors.InvalidRequestUri('already used')
        await revokeGrant(recordsOf, (await records.find(id))?.['grantId'])
        throw new errors.InvalidGrant('already used')
      },
    }
  }
}

/** RFC 6749 §4.1.2, RFC 9700 §4.14.2: what was given out for a replayed code or refresh token is revoked. */
export async function revokeGrant(recordsOf: RecordsOf, grantId: unknown): Promise<void> {
  if (typeof grantId !== 'string') return
  await Promise.all(grantedModels.map((model) => recordsOf(model).revokeByGrantId(grantId)))
  await recordsOf('Grant').destroy(grantId)
}

/** The library's own words, saved and handed back to it unread. */
function asPayload(payload: Payload | undefined): AdapterPayload | undefined {
  return isWhole(payload) ? payload : undefined
}

function isWhole(payload: Payload | AdapterPayload | undefined): payload is AdapterPayload {
  return payload !== undefined
}

/** The library answers what is of its own kind as it says, and everything else as a fault of ours. */
class StorageUnavailable extends errors.OIDCProviderError {
  constructor(cause: Fault) {
    // RFC 6749 §4.1.2.1 has no other word for it; the token endpoint has none at all.
    super(503, 'temporarily_unavailable', { cause })
    this.expose = true
    // The person is told here: the app could do no more than send them back at once.
    this.allow_redirect = false
    this.error_description = 'try again in a moment'
  }
}

function sayingWhatIsOut(records: Records): Records {
  const say = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work
    } catch (error) {
      if (error instanceof Fault && error.code === 'storage_unavailable') throw new StorageUnavailable(error)
      throw error
    }
  }
  return {
    upsert: (...given) => say(records.upsert(...given)),
    find: (id) => say(records.find(id)),
    findByUserCode: (userCode) => say(records.findByUserCode(userCode)),
    findByUid: (uid) => say(records.findByUid(uid)),
    consume: (id) => say(records.consume(id)),
    destroy: (id) => say(records.destroy(id)),
    revokeByGrantId: (grantId) => say(records.revokeByGrantId(grantId)),
  }
}
