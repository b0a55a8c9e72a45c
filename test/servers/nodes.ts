/** Two or more real processes of the provider behind one address, which tests kill and stop. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { closeServer, freePort } from '../flows/house.ts'
import { modelsDir } from '../media.ts'
import { startRoundRobin, type RoundRobin } from './round-robin.ts'

export { closeServer, freePort }

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

export interface NodesWish {
  /** Two unless said otherwise. */
  readonly count?: number
  /** Of every node: `MIEN_DATABASE_URL`, `MIEN_REDIS_URL` and whatever else. */
  readonly settings?: Readonly<Record<string, string>>
  /** More clients, as YAML. */
  readonly clients?: string
  /** The proxy in front sends only to nodes that say they are ready, and asks them so often. */
  readonly probeEveryMs?: number
  readonly rpPort?: number
}

export interface ServerNode {
  readonly name: string
  readonly port: number
  /** The node itself, past the proxy. */
  readonly origin: string
  /** All that it has said and logged. */
  logged(): string
  isRunning(): boolean
  /** kill -9: nothing is finished, nothing is said. */
  kill(): Promise<void>
  /** SIGTERM. @returns its exit code */
  stop(): Promise<number | null>
}

export interface ServerNodes {
  /** The issuer: the proxy, which sends every request to the next node. */
  readonly origin: string
  readonly rpOrigin: string
  /** Where the mails of all of them lie, as in the data folder of one. */
  readonly dataDir: string
  readonly proxy: RoundRobin
  /** Those that were started and not ended, oldest first. */
  nodes(): readonly ServerNode[]
  /** One more, ready. */
  start(): Promise<ServerNode>
  close(): Promise<void>
}

interface Fleet {
  readonly folder: string
  readonly settings: Readonly<Record<string, string>>
  readonly running: ServerNode[]
  started: number
}

/** Each node has a data folder of its own where a database is given, so that nothing but that is shared; else one for all. */
export async function startNodes(wish: NodesWish = {}): Promise<ServerNodes> {
  const folder = await mkdtemp(join(tmpdir(), 'mien-nodes-'))
  const [port, rpPort] = [await freePort(), wish.rpPort ?? (await freePort())]
  const rpOrigin = `http://localhost:${rpPort}`
  const clientsFile = join(folder, 'clients.yaml')
  await writeFile(clientsFile, clientsYaml(rpOrigin, wish.clients))
  const fleet: Fleet = {
    folder,
    running: [],
    started: 0,
    settings: {
      MIEN_ISSUER: `http://localhost:${port}`,
      MIEN_CLIENTS_FILE: clientsFile,
      MIEN_DEMO: 'off',
      MIEN_FACE_ALONE: 'on',
      MIEN_CHALLENGE: 'look',
      MIEN_FACE_WORKERS: '1',
      MIEN_LOG_LEVEL: 'info',
      // Each visitor of the tests has an address of its own, which the proxy hands on.
      MIEN_TRUST_PROXY: 'loopback',
      // Of the tests alone: it protects nothing.
      ...(wish.settings?.['MIEN_DATABASE_URL'] === undefined
        ? {}
        : { MIEN_KEYS_KEY: Buffer.alloc(32, 7).toString('base64url') }),
      ...(modelsDir === undefined ? {} : { MIEN_MODELS_DIR: modelsDir }),
      ...wish.settings,
    },
  }
  const upstreams = (): number[] => fleet.running.map((node) => node.port)
  const { probeEveryMs } = wish
  // One after the other: the first makes the schema and the keys, as a careful operator would.
  for (let at = 0; at < (wish.count ?? 2); at += 1) await startNode(fleet)
  const proxy = await startRoundRobin({
    port,
    upstreams,
    ...(probeEveryMs === undefined ? {} : { probeEveryMs }),
  })
  return {
    origin: proxy.origin,
    rpOrigin,
    dataDir: folder,
    proxy,
    nodes: () => fleet.running,
    start: () => startNode(fleet),
    close: async () => {
      await proxy.close()
      await Promise.all([...fleet.running].map((node) => node.kill()))
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function startNode(fleet: Fleet): Promise<ServerNode> {
  fleet.started += 1
  const name = `node-${fleet.started}`
  const port = await freePort()
  const isShared = fleet.settings['MIEN_DATABASE_URL'] === undefined
  const dataDir = join(fleet.folder, isShared ? 'data' : name)
  await shareOutbox(fleet.folder, dataDir)
  const child = spawn(process.execPath, [main], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      MIEN_DATA_DIR: dataDir,
      ...fleet.settings,
      MIEN_PORT: String(port),
    },
  })
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (piece: string) => lines.push(piece))
  }
  const node = nodeOf(child, { name, port, lines, running: fleet.running })
  await untilReady(node)
  fleet.running.push(node)
  return node
}

/** Whichever node sends a mail, the test finds it in one place. */
async function shareOutbox(folder: string, dataDir: string): Promise<void> {
  const outbox = join(folder, 'outbox')
  for (const path of [outbox, dataDir]) await mkdir(path, { recursive: true, mode: 0o700 })
  await symlink(outbox, join(dataDir, 'outbox')).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  })
}

interface Started {
  readonly name: string
  readonly port: number
  readonly lines: readonly string[]
  readonly running: ServerNode[]
}

function nodeOf(child: ChildProcess, { name, port, lines, running }: Started): ServerNode {
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null
  const over = once(child, 'exit')
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (isRunning()) child.kill(signal)
    await over
    const at = running.findIndex((each) => each.port === port)
    if (at >= 0) running.splice(at, 1)
    return child.exitCode
  }
  return {
    name,
    port,
    origin: `http://localhost:${port}`,
    logged: () => lines.join(''),
    isRunning,
    kill: async () => {
      await end('SIGKILL')
    },
    stop: () => end('SIGTERM'),
  }
}

const startLimitMs = 60_000

async function untilReady(node: ServerNode): Promise<void> {
  const late = Date.now() + startLimitMs
  while (node.isRunning() && Date.now() < late) {
    const isReady = await fetch(`${node.origin}/readyz`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (isReady) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  await node.kill()
  throw new Error(`${node.name} did not start:\n${node.logged()}`)
}

function clientsYaml(rpOrigin: string, more = ''): string {
  return `
clients:
- client_id: demo
  name: Demo Shop
  type: public
  redirect_uris: ['${rpOrigin}/callback']
  post_logout_redirect_uris: ['${rpOrigin}/']
${more}
resources:
- identifier: https://api.example/
  scopes:
    use: use the API
`
}
