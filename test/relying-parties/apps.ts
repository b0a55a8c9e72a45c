/** The apps of other people's making: where they live, how they are known to the provider, and how they run. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { digestSecret } from '../../src/provider/client-metadata.ts'
import { freePort } from '../flows/house.ts'

/** What an operator might paste: whoever does not encode it for HTTP Basic (RFC 6749 §2.3.1) fails. */
const awkwardSecret = 'a+b/c=d%2Be&f:g h~i-j_k.l!m*n(o)p;q,r'
/** For clients that put a secret on the wire as it is. */
const plainSecret = 'tVb5s0Yk3mC8wq1Zr7Jd2uHn6Lx4Pe9aGfKo'

export interface AppWish {
  /** The folder under `apps/`. */
  readonly name: string
  /** `plain` where the app cannot do with special characters. */
  readonly secret?: 'awkward' | 'plain'
  /** Where browsers find it; another host name than the provider's makes it another site. */
  readonly host?: 'localhost' | '127.0.0.1'
}

export interface App {
  readonly name: string
  readonly folder: string
  readonly port: number
  readonly origin: string
  readonly clientId: string
  readonly secret: string
  /** Its entry in the clients file. */
  readonly entry: string
  /** The APIs that it asks tokens for, as the clients file has them. */
  readonly resources: string
}

/** Gives the app a port and writes its entry as an operator would: the recipe's, with the real address and digest. */
export async function planApp({ name, secret: kind, host = 'localhost' }: AppWish): Promise<App> {
  const folder = fileURLToPath(new URL(`apps/${name}/`, import.meta.url))
  const port = await freePort()
  const origin = `http://${host}:${port}`
  const secret = kind === 'plain' ? plainSecret : awkwardSecret
  const recipe = await readFile(`${folder}clients.yaml`, 'utf8')
  const clientId = /client_id: (\S+)/.exec(recipe)?.[1]
  if (clientId === undefined) throw new Error(`${name}/clients.yaml names no client`)
  const entry = recipe
    .replaceAll('https://app.example.com', origin)
    .replaceAll('sha256:…', `sha256:${digestSecret(secret).toString('base64url')}`)
  const apis = `${folder}resources.yaml`
  const resources = existsSync(apis) ? await readFile(apis, 'utf8') : ''
  return { name, folder, port, origin, clientId, secret, entry, resources }
}

export interface Running {
  /** What it has written so far. */
  readonly said: () => string
  readonly stop: () => Promise<void>
}

/** The settings that every app takes from its environment. */
export function environmentOf(app: App, issuer: string): Readonly<Record<string, string>> {
  return {
    PATH: process.env['PATH'] ?? '',
    ISSUER: issuer,
    BASE_URL: app.origin,
    CLIENT_ID: app.clientId,
    CLIENT_SECRET: app.secret,
    COOKIE_SECRET: 'a long secret of the app for its own cookies',
    PORT: String(app.port),
  }
}

export interface Command {
  readonly program: string
  readonly args: readonly string[]
  readonly env: Readonly<Record<string, string>>
  /** Whether it is ready, for servers of something else than web pages. */
  readonly isThere?: () => Promise<boolean>
}

/** Starts a server and waits until something answers at its address. */
export async function run(app: App, { program, args, env, isThere }: Command): Promise<Running> {
  // Some end with their standard input: it stays open, and nothing comes.
  const child = spawn(program, args, { cwd: app.folder, env, stdio: ['pipe', 'pipe', 'pipe'] })
  const lines: string[] = []
  child.stdout.on('data', (chunk: Buffer) => lines.push(chunk.toString()))
  child.stderr.on('data', (chunk: Buffer) => lines.push(chunk.toString()))
  const said = (): string => lines.join('')
  try {
    await answers(isThere ?? (() => hasPages(app.origin)), child)
  } catch (error) {
    await stop(child)
    throw new Error(`${app.name} did not start:\n${said()}`, { cause: error })
  }
  return { said, stop: () => stop(child) }
}

async function hasPages(address: string): Promise<boolean> {
  return fetch(address, { redirect: 'manual' }).then(
    () => true,
    () => false,
  )
}

async function answers(isThere: () => Promise<boolean>, child: ChildProcess): Promise<void> {
  const giveUpAt = Date.now() + 30_000
  for (;;) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`)
    if (await isThere()) return
    if (Date.now() > giveUpAt) throw new Error('nothing answered within 30 s')
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill()
  await ended
}
