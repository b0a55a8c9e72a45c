/** `ShortLived` in Redis: each change of a value is one script, so that of many callers one is first. */
import { randomUUID } from 'node:crypto'
import { digest, open, seal } from '../sealing.ts'
import type { ShortLived, ShortLivedKey } from '../short-lived.ts'
import type { RedisScript } from './connection.ts'
import type { RedisHouse } from './house.ts'

/** ARGV of each that writes: version, sealed value, when it is over, milliseconds until then. */
const write = `
redis.call('HSET', KEYS[1], 'version', ARGV[1], 'sealed', ARGV[2], 'overAt', ARGV[3])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1
`
const isAlive = `
local overAt = redis.call('HGET', KEYS[1], 'overAt')
local isAlive = overAt and tonumber(overAt) > tonumber(ARGV[5])
`
/** ARGV[5] is now, ARGV[6] the version that was read. */
const replaceValue = `${isAlive}
if not isAlive or redis.call('HGET', KEYS[1], 'version') ~= ARGV[6] then return 0 end
${write}`
const writeOnce = `${isAlive}
if isAlive then return 0 end
${write}`
const takeValue = `
local found = redis.call('HMGET', KEYS[1], 'sealed', 'overAt')
redis.call('DEL', KEYS[1])
return found
`
/** ARGV: the sealed piece with its end, milliseconds until then. The list ends with the last of its pieces. */
const appendPiece = `
local left = redis.call('PTTL', KEYS[1])
redis.call('RPUSH', KEYS[1], ARGV[1])
if tonumber(ARGV[2]) > left then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 1
`

interface Place {
  readonly valueKey: string
  readonly listKey: string
  readonly binding: readonly string[]
}

interface Scripts {
  readonly put: RedisScript
  readonly replace: RedisScript
  readonly once: RedisScript
  readonly take: RedisScript
  readonly append: RedisScript
}

export function createRedisShortLived(house: RedisHouse): ShortLived {
  const { connection } = house
  const scripts: Scripts = {
    put: connection.script(write),
    replace: connection.script(replaceValue),
    once: connection.script(writeOnce),
    take: connection.script(takeValue),
    append: connection.script(appendPiece),
  }
  return {
    ...values(house, scripts),
    ...pieces(house, scripts),
    erase: async (key) => {
      const { valueKey, listKey } = placeOf(house, key)
      await connection.run((client) => client.del(valueKey, listKey))
    },
    // Redis does it by itself.
  }
}

type Values = Pick<ShortLived, 'put' | 'get' | 'replace' | 'take' | 'once'>

function values(house: RedisHouse, scripts: Scripts): Values {
  const openIfAlive = ({ binding }: Place, sealed: unknown, overAt: unknown): Uint8Array | undefined => {
    if (typeof sealed !== 'string' || !(Number(overAt) > nowIn(house))) return undefined
    return open(house.recordKey, sealed, ['short-lived', ...binding])
  }
  return {
    put: async (key, value, expiresAt) => {
      const at = placeOf(house, key)
      await scripts.put([at.valueKey], written(house, at, { value, expiresAt }).args)
    },
    get: async (key) => {
      const at = placeOf(house, key)
      const [version, sealed, overAt] = await house.connection.run((client) =>
        client.hmget(at.valueKey, 'version', 'sealed', 'overAt'),
      )
      const value = openIfAlive(at, sealed, overAt)
      return value === undefined || typeof version !== 'string' ? undefined : { value, version }
    },
    replace: async (key, change) => {
      const at = placeOf(house, key)
      const { version, args } = written(house, at, change)
      return (await scripts.replace([at.valueKey], [...args, change.version])) === 1 ? version : undefined
    },
    take: async (key) => {
      const at = placeOf(house, key)
      const found = await scripts.take([at.valueKey], [])
      const [sealed, overAt] = Array.isArray(found) ? found.map(String) : []
      return openIfAlive(at, sealed, overAt)
    },
    once: async (key, expiresAt) => {
      const at = placeOf(house, key)
      const { args } = written(house, at, { value: new Uint8Array(), expiresAt })
      return (await scripts.once([at.valueKey], args)) === 1
    },
  }
}

function pieces(house: RedisHouse, { append }: Scripts): Pick<ShortLived, 'append' | 'list'> {
  const { connection, recordKey } = house
  return {
    append: async (key, piece, expiresAt) => {
      const { listKey, binding } = placeOf(house, key)
      const sealed = seal(recordKey, piece, ['short-lived piece', ...binding])
      await append([listKey], [`${expiresAt.getTime()} ${sealed}`, ttlOf(house, expiresAt)])
    },
    list: async (key, from = 0) => {
      const { listKey, binding } = placeOf(house, key)
      const lines = await connection.run((client) => client.lrange(listKey, from, -1))
      return lines.flatMap((line) => {
        const [overAt, sealed = ''] = line.split(' ')
        return Number(overAt) > nowIn(house)
          ? [open(recordKey, sealed, ['short-lived piece', ...binding])]
          : []
      })
    },
  }
}

interface Written {
  readonly value: Uint8Array
  readonly expiresAt: Date
}

/** What each script that writes a value is given. */
function written(house: RedisHouse, { binding }: Place, { value, expiresAt }: Written) {
  const version = randomUUID()
  const sealed = seal(house.recordKey, value, ['short-lived', ...binding])
  return { version, args: [version, sealed, expiresAt.getTime(), ttlOf(house, expiresAt), nowIn(house)] }
}

function ttlOf(house: RedisHouse, expiresAt: Date): number {
  return Math.max(1, expiresAt.getTime() - nowIn(house))
}

function nowIn({ clock }: RedisHouse): number {
  return clock().getTime()
}

function placeOf({ prefix, recordKey }: RedisHouse, { kind, id }: ShortLivedKey): Place {
  const idDigest = digest(recordKey, 'short-lived', kind, id)
  return {
    valueKey: `${prefix}value:${kind}:${idDigest}`,
    listKey: `${prefix}pieces:${kind}:${idDigest}`,
    binding: [kind, idDigest],
  }
}
