/** Settings of what several nodes share; `config.ts` reads them with the rest. */
import { z } from 'zod'

const whole = (least: number, most: number) => z.coerce.number().int().min(least).max(most)

export const settings = {
  MIEN_DATABASE_URL: z
    .string()
    .optional()
    .describe(
      'A PostgreSQL database (14 or newer) in place of the SQLite file, like `postgres://mien:password@db.example.com/mien`. Connections are encrypted and the server’s certificate is checked, unless the server is on this machine or `sslmode` says otherwise: `disable`, `require` (any certificate), `verify-ca`, `verify-full`; `sslrootcert`, `sslcert` and `sslkey` name files. Needs `MIEN_KEYS_KEY`. Default: none, and `mien.sqlite` in the data folder.',
    ),
  MIEN_DATABASE_POOL: whole(2, 200)
    .default(10)
    .describe(
      'How many connections to PostgreSQL this node opens for its work at the most; one more says that it runs.',
    ),
  MIEN_REDIS_URL: z
    .string()
    .refine(
      isRedisUrl,
      'is not an address like `redis://redis.internal:6379` or `rediss://user:password@host/1`',
    )
    .optional()
    .describe(
      'A Redis or Valkey for what is short-lived (sessions, interactions, codes, challenges, rate limits, job locks), like `redis://redis.internal:6379` or `rediss://user:password@redis.example.com:6380/1`. Every key begins with `mien:`, so it may be shared; its `maxmemory-policy` must be `noeviction`. Default: none, and all of it is kept in the database.',
    ),
  MIEN_DRAIN_SECONDS: whole(0, 300)
    .optional()
    .describe(
      'How many seconds a node that is told to stop answers on while `/readyz` says no: longer than the load balancer takes to notice. Default: 2, and none at localhost.',
    ),
}

export const secrets = ['MIEN_DATABASE_URL', 'MIEN_REDIS_URL'] as const

export interface ScaleConfig {
  readonly databaseUrl: string | undefined
  readonly databasePool: number
  readonly redisUrl: string | undefined
  /** Undefined: as the issuer’s address calls for. */
  readonly drainSeconds: number | undefined
}

type Settings = z.infer<z.ZodObject<typeof settings>>

/** What the settings say of each other, and of parts of themselves; never with a password. */
export function findProblems(
  given: Settings & { readonly MIEN_KEYS_KEY?: string | undefined },
): readonly string[] {
  const { MIEN_DATABASE_URL: url, MIEN_KEYS_KEY: keysKey } = given
  if (url === undefined) return []
  const problems = databaseUrlProblems(url).map((problem) => `MIEN_DATABASE_URL: ${problem}`)
  if (keysKey !== undefined) return problems
  return [
    ...problems,
    'MIEN_DATABASE_URL needs MIEN_KEYS_KEY: secrets and signing keys lie in the database then, sealed by it',
  ]
}

const modes: readonly string[] = ['disable', 'require', 'verify-ca', 'verify-full']
const parameters: readonly string[] = ['host', 'sslmode', 'sslrootcert', 'sslcert', 'sslkey']

function databaseUrlProblems(text: string): readonly string[] {
  if (!URL.canParse(text)) return ['is not an address like postgres://user:password@host/database']
  const { protocol, hostname, pathname, searchParams, hash } = new URL(text)
  if (protocol !== 'postgres:' && protocol !== 'postgresql:') return ['does not begin with postgres://']
  const mode = searchParams.get('sslmode')
  const unknown = [...searchParams.keys()].filter((name) => !parameters.includes(name))
  return [
    ...(hostname === '' && searchParams.get('host')?.startsWith('/') !== true
      ? ['names no host, nor the folder of a socket as ?host=/…']
      : []),
    ...(/^\/[^/]+$/.test(pathname) ? [] : ['names no database after the host']),
    ...(hash === '' ? [] : ['has a # in it: write %23']),
    ...(mode === null || modes.includes(mode) ? [] : [`sslmode is none of ${modes.join(', ')}`]),
    ...(mode === 'verify-ca' && !searchParams.has('sslrootcert')
      ? ['sslmode=verify-ca needs sslrootcert']
      : []),
    ...unknown.map((name) => `${JSON.stringify(name)} is none of ${parameters.join(', ')}`),
  ]
}

export function toConfig(given: Settings): ScaleConfig {
  return {
    databaseUrl: given.MIEN_DATABASE_URL,
    databasePool: given.MIEN_DATABASE_POOL,
    redisUrl: given.MIEN_REDIS_URL,
    drainSeconds: given.MIEN_DRAIN_SECONDS,
  }
}

/** The path is the number of a database, of which Redis has sixteen unless told otherwise. */
function isRedisUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, pathname } = new URL(text)
  return /^rediss?:$/.test(protocol) && hostname !== '' && /^(\/\d{0,3})?$/.test(pathname)
}
