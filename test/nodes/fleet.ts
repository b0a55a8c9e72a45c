/** Nodes on real engines: a PostgreSQL each time, and a Redis where the test asks for one. */
import type { Context } from 'mocha'
import { hasPostgres, startPostgres } from '../servers/postgres.ts'
import { startNodes, type NodesWish, type ServerNodes } from '../servers/nodes.ts'
import { hasRedis, startRedis } from '../servers/redis.ts'
import { facesDir, modelsDir } from '../media.ts'

export interface Fleet extends ServerNodes {
  readonly databaseUrl: string
}

export interface FleetWish extends NodesWish {
  readonly hasRedis: boolean
}

/** The engines that nodes may share. */
export const engines = [
  { engine: 'PostgreSQL', hasRedis: false },
  { engine: 'PostgreSQL and Redis', hasRedis: true },
] as const

/** Skips by name where this machine lacks what it needs. */
export async function startFleet(test: Context, wish: FleetWish): Promise<Fleet> {
  if (!hasPostgres() || (wish.hasRedis && !hasRedis)) test.skip()
  if (modelsDir === undefined || facesDir === undefined) test.skip()
  const postgres = await startPostgres()
  const redis = wish.hasRedis ? await startRedis() : undefined
  const databaseUrl = await postgres.createDatabase()
  const nodes = await startNodes({
    ...wish,
    settings: {
      MIEN_DATABASE_URL: databaseUrl,
      ...(redis === undefined ? {} : { MIEN_REDIS_URL: redis.url }),
      ...wish.settings,
    },
  })
  return {
    ...nodes,
    databaseUrl,
    close: async () => {
      await nodes.close()
      await redis?.stop()
      await postgres.stop()
    },
  }
}
