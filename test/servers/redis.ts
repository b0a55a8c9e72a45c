/** A real Redis (or Valkey) on a free port of this machine, in memory alone; stopped and gone after the tests. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProgram } from '../../scripts/lib/system.mjs'
import { freePort } from './ports.ts'

export interface RedisServer {
  readonly url: string
  readonly port: number
  /** Cuts every connection; the port is free until `restart`. */
  halt(): Promise<void>
  /** Empty, on the same port. */
  restart(): Promise<void>
  /** Keeps connections open and answers nothing, until `thaw`. */
  freeze(): void
  thaw(): void
  stop(): Promise<void>
}

export interface RedisWish {
  readonly password?: string
  /** What Redis does when its memory is full; `noeviction` unless said otherwise. */
  readonly evictionPolicy?: string
  readonly maxMemory?: string
}

const program = findProgram('redis-server') ?? findProgram('valkey-server')

/** Tests that need one skip themselves by name where neither is installed. */
export const hasRedis = program !== undefined

export async function startRedis(wish: RedisWish = {}): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'mien-redis-'))
  const port = await freePort()
  const options = optionsOf(wish, { folder, port })
  let server = await launch(options, port)
  const halt = async (): Promise<void> => {
    if (server.exitCode !== null || server.signalCode !== null) return
    const gone = once(server, 'exit')
    server.kill('SIGKILL')
    await gone
  }
  const secret = wish.password === undefined ? '' : `:${wish.password}@`
  return {
    url: `redis://${secret}127.0.0.1:${port}`,
    port,
    halt,
    restart: async () => {
      await halt()
      server = await launch(options, port)
    },
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    stop: async () => {
      await halt()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function optionsOf(
  { password, evictionPolicy = 'noeviction', maxMemory }: RedisWish,
  { folder, port }: { readonly folder: string; readonly port: number },
): string[] {
  const settings: Record<string, string | undefined> = {
    bind: '127.0.0.1',
    port: String(port),
    dir: folder,
    save: '',
    appendonly: 'no',
    'maxmemory-policy': evictionPolicy,
    maxmemory: maxMemory,
    requirepass: password,
  }
  return Object.entries(settings).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name}`, value],
  )
}

async function launch(options: readonly string[], port: number): Promise<ChildProcess> {
  if (program === undefined) throw new Error('redis-server is not installed')
  const server = spawn(program, options, { stdio: 'ignore' })
  // A test run that is killed takes its servers along.
  const end = (): void => void server.kill('SIGKILL')
  process.once('exit', end)
  server.once('exit', () => process.off('exit', end))
  for (let tries = 0; tries < 400; tries += 1) {
    if (server.exitCode !== null) throw new Error(`redis-server ended with ${server.exitCode}`)
    if (await answers(port)) return server
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  throw new Error('redis-server did not start within ten seconds')
}

/** Whatever it says, it speaks. */
async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1')
  try {
    socket.write('PING\r\n')
    await once(socket, 'data')
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
