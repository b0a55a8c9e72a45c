/** Whether a Redis answers and keeps what it was given. */
import { Fault } from '../../errors.ts'
import type { RedisConnection } from './connection.ts'

export interface RedisState {
  readonly version: string | undefined
  /** Undefined where Redis does not let us see it. */
  readonly evictionPolicy: string | undefined
  /** Whether it writes down what it is told (AOF), and so knows it after a restart. */
  readonly isLogged: boolean | undefined
}

/** @throws {Fault} storage_unavailable */
export async function inspectRedis(connection: RedisConnection): Promise<RedisState> {
  return connection.run(async (client) => {
    await client.ping()
    try {
      const info = await client.info()
      return {
        version: field(info, 'valkey_version') ?? field(info, 'redis_version'),
        evictionPolicy: field(info, 'maxmemory_policy'),
        isLogged: field(info, 'aof_enabled') === '1',
      }
    } catch (error) {
      // Those who rent Redis out, and rules for its users (ACL), may forbid the question.
      if (error instanceof Error && /NOPERM|unknown command/i.test(error.message)) {
        return { version: undefined, evictionPolicy: undefined, isLogged: undefined }
      }
      throw error
    }
  })
}

/** A Redis that throws keys away when it is full forgets which codes were spent. */
export function forgets({ evictionPolicy }: RedisState): boolean {
  return evictionPolicy !== undefined && evictionPolicy !== 'noeviction'
}

/** @throws {Fault} storage_unavailable, where nothing may be entrusted to it */
export async function checkRedis(connection: RedisConnection): Promise<void> {
  const state = await inspectRedis(connection)
  if (!forgets(state)) return
  throw new Fault('storage_unavailable', {
    detail: `the maxmemory-policy of Redis is ${String(state.evictionPolicy)}, and must be noeviction`,
  })
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1]
}
