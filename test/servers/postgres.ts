/** A real PostgreSQL of this machine's package, on a free port in a folder of its own, gone when the tests are. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { freePort } from './ports.ts'

export interface TestPostgres {
  /** Of a database that nobody shall write to: see `createDatabase`. */
  readonly url: string
  /** @param template the URL of a database that nobody is connected to, to be copied. @returns its URL */
  createDatabase(template?: string): Promise<string>
  /** Whoever is connected to it is cut off. */
  dropDatabase(url: string): Promise<void>
  stop(): Promise<void>
}

export const postgresPassword = 'a test’s password: %/?#@'
const user = 'mien'
const startWithinMs = 30_000

/** Where this machine has none, tests of it are skipped: by name, each. */
export function hasPostgres(): boolean {
  return findBinaries() !== undefined
}

/** The newest that is installed: Debian keeps the servers out of PATH. */
function findBinaries(): string | undefined {
  const debian = '/usr/lib/postgresql'
  const versions = existsSync(debian) ? readdirSync(debian) : []
  const folders = [
    ...versions
      .sort((one, other) => Number(other) - Number(one))
      .map((version) => join(debian, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ]
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))))
}

/** PostgreSQL refuses to run as root. */
function anotherUser(): { readonly uid: number; readonly gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined
  const lines = readFileSync('/etc/passwd', 'utf8').split('\n')
  const users = lines.map((line) => line.split(':'))
  const found = users.find(([name]) => name === 'postgres') ?? users.find(([name]) => name === 'nobody')
  if (found === undefined) throw new Error('there is no user to run PostgreSQL as')
  return { uid: Number(found[2]), gid: Number(found[3]) }
}

/** It ends with the process that started it, however that ends. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<TestPostgres> {
  const binaries = findBinaries()
  if (binaries === undefined) throw new Error('PostgreSQL is not installed here')
  const folder = mkdtempSync(join(tmpdir(), 'mien-postgres-'))
  const who = anotherUser()
  const passwordFile = join(folder, 'password')
  writeFileSync(passwordFile, postgresPassword, { mode: 0o600 })
  if (who !== undefined) for (const path of [folder, passwordFile]) chownSync(path, who.uid, who.gid)
  const data = join(folder, 'data')
  const access = [`--username=${user}`, `--pwfile=${passwordFile}`, '--auth=scram-sha-256']
  // Words are sorted as people sort them: what relies on the order of bytes shows itself.
  const words = ['--encoding=UTF8', '--locale=C', '--locale-provider=icu', '--icu-locale=en-US']
  const making = ['--pgdata', data, '--no-sync', '--no-instructions', ...access, ...words]
  await promisify(execFile)(join(binaries, 'initdb'), making, { ...who, cwd: folder })
  const port = await freePort()
  const log = join(folder, 'log')
  const server = guarded({
    program: join(binaries, 'postgres'),
    args: serverArguments(data, port, settings),
    folder,
    log,
    who,
  })
  const url = `postgres://${user}:${encodeURIComponent(postgresPassword)}@127.0.0.1:${port}/postgres`
  await answer(url, log)
  return {
    url,
    createDatabase: createDatabases(url),
    dropDatabase: (dropped) => tell(url, `DROP DATABASE "${nameIn(dropped)}" WITH (FORCE)`),
    stop: async () => {
      const ended = new Promise((resolve) => server.once('close', resolve))
      // Nothing else may keep this process waiting.
      server.ref()
      server.stdin?.end()
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function serverArguments(
  data: string,
  port: number,
  others: Readonly<Record<string, string>>,
): readonly string[] {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    synchronous_commit: 'off',
    full_page_writes: 'off',
    max_connections: '200',
    shared_buffers: '64MB',
    autovacuum: 'off',
    log_timezone: 'UTC',
    ...others,
  }
  const given = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  return ['-D', data, '-p', String(port), ...given]
}

interface Guarded {
  readonly program: string
  readonly args: readonly string[]
  readonly folder: string
  readonly log: string
  readonly who: { readonly uid: number; readonly gid: number } | undefined
}

/** A shell between us waits for the end of our pipe, which comes also where this process is killed; then it ends the server and clears away. */
function guarded({ program, args, folder, log, who }: Guarded): ChildProcess {
  const script =
    'log="$1"; folder="$2"; shift 2; "$@" >"$log" 2>&1 </dev/null & read -r _; kill -QUIT $!; wait; cd /; rm -rf "$folder"'
  const shell = spawn('/bin/sh', ['-c', script, 'sh', log, folder, program, ...args], {
    ...who,
    cwd: folder,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  shell.unref()
  if (shell.stdin instanceof Socket) shell.stdin.unref()
  return shell
}

async function answer(url: string, log: string): Promise<void> {
  const end = performance.now() + startWithinMs
  for (;;) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.end()
      return
    } catch (cause) {
      if (performance.now() > end)
        throw new Error(`PostgreSQL does not start: ${readFileSync(log, 'utf8')}`, { cause })
      await sleep(50)
    }
  }
}

function createDatabases(url: string): TestPostgres['createDatabase'] {
  let made = 0
  return async (template) => {
    made += 1
    const name = `test_${made}`
    await tell(
      url,
      `CREATE DATABASE "${name}" TEMPLATE "${template === undefined ? 'template1' : nameIn(template)}"`,
    )
    return Object.assign(new URL(url), { pathname: `/${name}` }).href
  }
}

function nameIn(url: string): string {
  return new URL(url).pathname.slice(1)
}

async function tell(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
