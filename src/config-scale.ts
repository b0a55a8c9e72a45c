/** Settings of what is shared by several nodes; `config.ts` reads them with the rest. */
import { z } from 'zod'

export const settings = {
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
}

export const secrets = ['MIEN_REDIS_URL'] as const

export interface ScaleConfig {
  readonly redisUrl: string | undefined
}

type Settings = z.infer<z.ZodObject<typeof settings>>

export function toConfig(settings: Settings): ScaleConfig {
  return { redisUrl: settings.MIEN_REDIS_URL }
}

/** The path is the number of a database, of which Redis has sixteen unless told otherwise. */
function isRedisUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname, pathname } = new URL(text)
  return /^rediss?:$/.test(protocol) && hostname !== '' && /^(\/\d{0,3})?$/.test(pathname)
}
