/** A whole provider on a free port, with its own empty data folder and the real networks. */
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createApp, type App } from '../../src/app.ts'
import { readConfig } from '../../src/config.ts'
import { createLog } from '../../src/log.ts'
import { createRequestContext } from '../../src/request-context.ts'
import { modelsDir } from '../media.ts'
import { freePort } from '../servers/ports.ts'
import { aheadOf, keepClock, lendClock } from './clocks.ts'
import { openEngine } from './engine.ts'

export { freePort }

export interface House {
  readonly origin: string
  readonly rpOrigin: string
  readonly dataDir: string
  readonly app: App
  /** The server’s clock. */
  readonly clock: () => Date
  /** Moves it. */
  pass(seconds: number): void
  /** Everything that was logged so far. */
  logged(): string
  /** Ends the house and, unless told to keep it, its data. */
  close(keepsData?: boolean): Promise<void>
}

export interface HouseWish {
  readonly settings?: Readonly<Record<string, string>>
  /** Its clock is the one on the wall, by which the protocol library counts the age of a session: nothing moves it on. */
  readonly isInRealTime?: boolean
  /** Where the relying party listens; the demo’s redirect address is made of it. */
  readonly rpPort?: number
  readonly isGenerous?: boolean
  /** More clients, as YAML. */
  readonly clients?: string
  /** The APIs that they may ask tokens for, as YAML. */
  readonly resources?: string
  /** A folder of an earlier house, which then goes on where that one stopped; so does its clock. */
  readonly dataDir?: string
  readonly port?: number
  /** SQLite unless said otherwise. */
  readonly engine?: 'postgres'
  /** What passes is kept there instead of in the database. */
  readonly redisUrl?: string
  /** How often what is over is thrown away; as the house does it unless said otherwise. */
  readonly tidyEveryMs?: number
}

/** Tests come from one address; what limits an address is tested on its own. */
const generous = {
  capturesPerMinute: 10_000,
  passwordsPerMinute: 10_000,
  passkeysPerMinute: 10_000,
  registrationsPerHour: 10_000,
  mailsPerHour: 10_000,
  mailsPerMailboxAndHour: 10_000,
}

/** Pages are served from here on; faces are waited for where they are shown, or by `app.ready`. */
export async function startHouse(wish: HouseWish = {}): Promise<House> {
  const port = wish.port ?? (await freePort())
  const origin = `http://localhost:${port}`
  const rpPort = wish.rpPort ?? (await freePort())
  const dataDir = wish.dataDir ?? (await mkdtemp(join(tmpdir(), 'mien-house-')))
  const engine = await openEngine(dataDir, wish.engine)
  const clientsFile = join(dataDir, 'clients.yaml')
  const clients = clientsYaml(`http://localhost:${rpPort}`) + (wish.clients ?? '')
  const { resources } = wish
  await writeFile(
    clientsFile,
    resources === undefined ? clients : `clients:\n${clients}\nresources:\n${resources}`,
  )
  const config = readConfig({
    MIEN_ISSUER: origin,
    MIEN_PORT: String(port),
    MIEN_DATA_DIR: dataDir,
    MIEN_CLIENTS_FILE: clientsFile,
    MIEN_DEMO: 'off',
    // Most visitors of these tests have no device key; where it matters, the test says otherwise.
    MIEN_FACE_ALONE: 'on',
    // Videos do not do as they are told; what does is in test/attacks.
    MIEN_CHALLENGE: 'look',
    // One person after the other: more workers would only take their time to start.
    MIEN_FACE_WORKERS: '1',
    ...(modelsDir === undefined ? {} : { MIEN_MODELS_DIR: modelsDir }),
    ...engine.settings,
    ...(wish.redisUrl === undefined ? {} : { MIEN_REDIS_URL: wish.redisUrl }),
    ...wish.settings,
  })
  const lines: string[] = []
  const context = createRequestContext()
  const log = createLog('debug', { write: (line: string) => lines.push(line) }, context)
  let ahead = aheadOf(dataDir)
  const clock = (): Date => new Date(Date.now() + ahead)
  const app = await createApp({
    config,
    log,
    context,
    clock,
    ...(wish.tidyEveryMs === undefined ? {} : { tidyEveryMs: wish.tidyEveryMs }),
    ...(wish.isGenerous === false ? {} : { addressLimits: generous }),
  })
  // A house may be closed before its workers have loaded their networks.
  app.ready.catch(() => undefined)
  const server = createServer((request, response) => void app.callback(request, response))
  server.listen(port, 'localhost')
  await once(server, 'listening')
  const pass = (seconds: number): void => {
    ahead += seconds * 1000
  }
  const takeClockBack = wish.isInRealTime === true ? undefined : lendClock(origin, pass)
  return {
    origin,
    rpOrigin: `http://localhost:${rpPort}`,
    dataDir,
    app,
    clock,
    pass,
    logged: () => lines.join(''),
    close: async (keepsData = false) => {
      takeClockBack?.()
      await closeServer(server)
      await app.close()
      if (keepsData) {
        keepClock(dataDir, ahead)
        return
      }
      await engine.end()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

function clientsYaml(rpOrigin: string): string {
  return `
- client_id: demo
  name: Demo Shop
  type: public
  redirect_uris: ['${rpOrigin}/callback']
  post_logout_redirect_uris: ['${rpOrigin}/']
- client_id: strict-shop
  name: Strict Shop
  type: public
  minimum_acr: urn:mien:acr:password-otp
  redirect_uris: ['${rpOrigin}/callback']
- client_id: old-shop
  name: Old Shop
  type: confidential
  secret: a-secret-of-more-than-thirty-two-characters
  pkce: exempt
  redirect_uris: ['${rpOrigin}/callback']
`
}

export async function closeServer(server: Server): Promise<void> {
  server.closeAllConnections()
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve()
    })
  })
}

/** What a hook has made is there when a test runs; where the hook has skipped, no test does. */
export function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the hook that makes this did not run')
  return value
}
