/** The connection to Redis or Valkey: fails at once while it is down, comes back by itself, and never sends a command twice. */
import { createHash } from 'node:crypto'
import { Redis } from 'ioredis'
import { Fault } from '../../errors.ts'

/** Is told of each outage once, and of its end. */
export interface RedisWatcher {
  lost(reason: string): void
  found(): void
  /** Does each piece of work, and looks at the clock. */
  readonly around?: <T>(work: () => Promise<T>) => Promise<T>
}

export type RedisArgument = string | number

/** A Lua script, which Redis runs as one step. */
export type RedisScript = (keys: readonly string[], args: readonly RedisArgument[]) => Promise<unknown>

export interface RedisConnection {
  /** @throws {Fault} storage_unavailable, where Redis does not answer or refuses; whether it has done it is then unknown */
  run<T>(work: (client: Redis) => Promise<T>): Promise<T>
  script(lua: string): RedisScript
  /** For libraries that bring commands of their own. */
  readonly client: Redis
  close(): Promise<void>
}

export interface RedisOptions {
  readonly url: string
  readonly watcher?: RedisWatcher | undefined
  /** How long the first connection may take. */
  readonly patienceMs?: number
}

const commandTimeoutMs = 2000
/** A connection on which nothing has come back for so long, though something was asked, is given up. */
const socketTimeoutMs = 5000
const connectTimeoutMs = 3000
const longestPauseMs = 1000

/** @throws {Error} saying where nothing answered, without the password */
export async function openRedis({
  url,
  watcher,
  patienceMs = 10_000,
}: RedisOptions): Promise<RedisConnection> {
  const client = new Redis(url, {
    lazyConnect: true,
    connectionName: 'mien',
    // A request that cannot be served now is refused now; queued, it would come when nobody waits for it.
    enableOfflineQueue: false,
    // What was cut off may have been done: sent again, a code would be spent by one who has spent it.
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    commandTimeout: commandTimeoutMs,
    socketTimeout: socketTimeoutMs,
    connectTimeout: connectTimeoutMs,
    keepAlive: 10_000,
    retryStrategy: (times) => Math.min(times * 50, longestPauseMs),
    // After a fail-over the name leads to another server; this connection still leads to a replica.
    reconnectOnError: (error) => error.message.startsWith('READONLY'),
  })
  const reasonOf = watchOver(client, watcher)
  try {
    await readyWithin(client, patienceMs)
  } catch {
    client.disconnect()
    const { host, pathname } = new URL(url)
    throw new Error(`MIEN_REDIS_URL: no Redis answers at ${host}${pathname} (${reasonOf() ?? 'no answer'})`)
  }
  const run = watched(guarded(), watcher)
  return {
    client,
    run: (work) => run(() => work(client)),
    script: (lua) => {
      const call = scriptOf(client, lua)
      return (keys, args) => run(() => call(keys, args))
    },
    close: async () => {
      // `quit` would wait for a Redis that is gone.
      await Promise.race([client.quit().catch(() => undefined), pause(500)])
      client.disconnect()
    },
  }
}

/** @returns what was last wrong */
function watchOver(client: Redis, watcher: RedisWatcher | undefined): () => string | undefined {
  let reason: string | undefined
  let wasReady = false
  let isLost = false
  client.on('error', (error: Error) => {
    reason = wordsOf(error)
  })
  client.on('close', () => {
    if (!wasReady || isLost) return
    isLost = true
    watcher?.lost(reason ?? 'the connection was closed')
  })
  client.on('ready', () => {
    wasReady = true
    if (isLost) watcher?.found()
    isLost = false
    reason = undefined
  })
  return () => reason
}

async function readyWithin(client: Redis, ms: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>()
  const timer = setTimeout(() => {
    reject(new Error('too late'))
  }, ms)
  client.once('ready', () => {
    resolve(undefined)
  })
  try {
    client.connect().catch(() => undefined)
    await promise
  } finally {
    clearTimeout(timer)
  }
}

type Run = <T>(work: () => Promise<T>) => Promise<T>

function watched(run: Run, watcher: RedisWatcher | undefined): Run {
  const { around } = watcher ?? {}
  return around === undefined ? run : (work) => around(() => run(work))
}

function guarded(): Run {
  return async (work) => {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Fault) throw error
      // Its own words alone: the library hangs the whole command on its errors.
      const cause = new Error(wordsOf(error))
      throw new Fault('storage_unavailable', { detail: 'Redis failed', cause, retryAfterSeconds: 5 })
    }
  }
}

function scriptOf(client: Redis, lua: string): RedisScript {
  // Not a secret: it is how Redis names the scripts that it knows.
  const sha = createHash('sha1').update(lua).digest('hex')
  return async (keys, args) => {
    try {
      return await client.evalsha(sha, keys.length, ...keys, ...args)
    } catch (error) {
      // Refused before it began, so nothing was done: a Redis that is new knows no scripts.
      if (!wordsOf(error).startsWith('NOSCRIPT')) throw error
      return client.eval(lua, keys.length, ...keys, ...args)
    }
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
