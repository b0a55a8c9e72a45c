/** One running provider: its listener, its demo, what it says on the terminal, and its end. */
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pino, { type Logger } from 'pino'
import { createApp, type App } from './app.ts'
import type { Config } from './config.ts'
import { createLog } from './log.ts'
import { createRequestContext } from './request-context.ts'

/** Requests under way get this long to end before the process does. */
const graceMs = 10_000
/** Before that, `/readyz` says no for so long while new visitors are still served: time for a load balancer to look. */
const standardDrainSeconds = 2

export async function serve(config: Config): Promise<void> {
  const context = createRequestContext()
  const log = createLog(config.logLevel, pino.destination(2), context)
  const app = await createApp({ config, log, context })
  let isDraining = false
  const server = createServer((request, response) => {
    // Whoever holds a connection open learns with this answer to open the next one elsewhere (RFC 9112 §9.6).
    if (isDraining) response.shouldKeepAlive = false
    void app.callback(request, response)
  })
  // Slow senders are cut off: a frame or a form takes a fraction of this (security check 60).
  server.requestTimeout = 20_000
  server.headersTimeout = 10_000
  await listen(server, config)
  const demo = config.demo ? await startDemo(config) : undefined
  sayHello(config, demo?.url)
  const firstAdministratorUrl = await app.beginAdministration()
  if (firstAdministratorUrl !== undefined) say(adminNote(firstAdministratorUrl))
  app.ready.then(
    ({ imageAdapter, workers }) => {
      const place = config.faceWorkerUrls.length > 0 ? ' on other machines,' : ''
      const crew = `${workers} worker${workers === 1 ? '' : 's'}${place}`
      say(`  Faces are measured by ${crew} with ${adapterNames[imageAdapter]}.\n`)
    },
    (error: unknown) => {
      const message = error instanceof Error ? error.message : String(error)
      process.stderr.write(`\nMien cannot start: its face workers do not.\n${message}\n`)
      process.exit(1)
    },
  )
  const drain = (): void => {
    isDraining = true
    app.drain()
  }
  stopOnSignal({ server, app, drain, demo, log, lingerMs: 1000 * drainSecondsOf(config) })
}

/** At localhost no load balancer looks. */
function drainSecondsOf({ issuer, drainSeconds }: Config): number {
  return drainSeconds ?? (new URL(issuer).hostname === 'localhost' ? 0 : standardDrainSeconds)
}

const adapterNames = {
  opencv: 'OpenCV (decoding and cutting) and onnxruntime',
  sharp: 'sharp and onnxruntime (npm run setup:opencv builds the OpenCV binding)',
} as const

async function listen(server: Server, { host, port }: Config): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const isTaken = error.code === 'EADDRINUSE'
      const advice = 'Stop what listens there, or set MIEN_PORT and MIEN_ISSUER.'
      reject(isTaken ? new Error(`Port ${port} of ${host} is taken. ${advice}`, { cause: error }) : error)
    })
    server.listen(port, host, resolve)
  })
}

interface Demo {
  readonly url: string
  close(): Promise<void>
}

async function startDemo(config: Config): Promise<Demo> {
  const { startDemo: start } = await import('../examples/demo-relying-party/server.ts')
  const url = `http://localhost:${config.demoPort}`
  const { close } = await start({
    issuer: config.issuer,
    port: config.demoPort,
    clientId: 'demo',
    baseUrl: url,
  })
  return { url, close }
}

function sayHello(config: Config, demoUrl: string | undefined): void {
  say(`\n  Mien is ready.\n\n    Provider   ${config.issuer}\n`)
  if (demoUrl !== undefined) say(`    Demo app   ${demoUrl}\n`)
  say(`\n  What to do next\n    1. Open ${config.issuer} and create an account with your webcam.\n`)
  if (demoUrl !== undefined)
    say(`    2. Open ${demoUrl} and choose “Sign in with Face”: turn your head as you are told.\n`)
  say(`    Your own app: add it to ${config.clientsFile}.\n`)
  if (config.smtpUrl === undefined) say(`    Mails are written into ${join(config.dataDir, 'outbox')}.\n`)
  say('\n')
  if (config.challenge === 'look') say(lookNote)
  if (config.faceAlone) say(faceAloneNote)
}

const adminNote = (url: string): string =>
  '  Nobody administers this provider yet. Whoever opens this address first, within a day, and signs in with two factors\n' +
  `  becomes its owner; it is shown this once, and \`npm run mien -- admin token\` makes another:\n\n    ${url}\n\n`

const lookNote = '  MIEN_CHALLENGE=look: one look is enough, and any photograph can give it.\n\n'

const faceAloneNote =
  '  A face alone signs in here, for trying out. Where others can reach the provider, a new device asks for\n' +
  '  something else once; MIEN_FACE_ALONE=off asks for that here too.\n\n'

function say(text: string): void {
  process.stdout.write(text)
}

interface Running {
  readonly server: Server
  readonly app: App
  readonly drain: () => void
  readonly demo: Demo | undefined
  readonly log: Logger
  readonly lingerMs: number
}

function stopOnSignal({ server, app, drain, demo, log, lingerMs }: Running): void {
  let isStopping = false
  const stop = async (): Promise<void> => {
    if (isStopping) return
    isStopping = true
    log.info('stopping')
    drain()
    setTimeout(() => process.exit(1), graceMs + lingerMs).unref()
    await sleep(lingerMs)
    await Promise.all([closeServer(server), demo?.close()])
    await app.close()
    process.exit(0)
  }
  process.on('SIGINT', () => void stop())
  process.on('SIGTERM', () => void stop())
}

async function closeServer(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve()
    })
    server.closeIdleConnections()
  })
}
