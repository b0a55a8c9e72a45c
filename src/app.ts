/** The composition root: builds every part once, joins them, and closes what it opened. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import Koa, { type Context } from 'koa'
import type Provider from 'oidc-provider'
import type { Logger } from 'pino'
import { settleEmailChanges } from './account/email-change.ts'
import { accountRoutes } from './account/routes.ts'
import { apiRoutes } from './admin/api/routes.ts'
import { consoleRoutes } from './admin/console.ts'
import { entryRoutes } from './admin/entry.ts'
import { consoleDependencies } from './console-parts.ts'
import { beginAdministration, openAdministration } from './admin-parts.ts'
import { type AddressLimitSettings } from './address-limits.ts'
import { backUpBefore, copiesFolder, pruneCopies } from './backup/before-migration.ts'
import { openCaptureDesk } from './capture-parts.ts'
import type { Config } from './config.ts'
import { openFaceParts } from './face-parts.ts'
import { loadAssets } from './http/assets.ts'
import { errorHandler, noSuchPage, type ErrorEntry } from './http/error-handler.ts'
import { healthPages } from './http/health.ts'
import { securityHeaders } from './http/headers.ts'
import { createRender } from './http/render.ts'
import { sameOriginGuard } from './http/request-guards.ts'
import { createProxyTrust } from './http/trusted-proxies.ts'
import type { CaptureDesk } from './interactions/capture.ts'
import { createKnownBrowsers, type KnownBrowsers } from './interactions/known-browser.ts'
import { openApiDocument } from './interactions/openapi.ts'
import { interactionRoutes } from './interactions/routes.ts'
import { openLetters } from './mail-joins.ts'
import { openMail } from './mail-parts.ts'
import { tellOfNewBrowser } from './browser-notice-parts.ts'
import { startUpkeep } from './upkeep.ts'
import type { Letter } from './mail/letter.ts'
import { accountDependencies } from './account-parts.ts'
import { interactionDependencies } from './interaction-parts.ts'
import { deriveKey, type Parts } from './parts.ts'
import { openProvider } from './provider-parts.ts'
import { routes } from './provider/routes.ts'
import type { Secrets } from './provider/secrets.ts'
import { postedAuthorization } from './posted-authorization.ts'
import { protocolLimits } from './protocol-limits.ts'
import { createReadiness, type Readiness } from './readiness.ts'
import { redisOf } from './redis-parts.ts'
import { startPurging } from './purge.ts'
import { createSessionControl, type SessionControl } from './session-parts.ts'
import { openHouseStore, type HouseStore } from './store-parts.ts'
import { createRequestContext, type RequestContext } from './request-context.ts'
import { openTelemetryParts } from './telemetry-parts.ts'
import { readGauges, watchedDesk, watchedStore, watchEvents } from './watched-parts.ts'
import { version } from './version.ts'

/** Whatever the protocol library answers. */
const protocolPaths = ['/.well-known', ...Object.values(routes)]

export interface AppOptions {
  readonly config: Config
  readonly log: Logger
  /** What the log takes the reference of a request from. */
  readonly context?: RequestContext
  readonly clock?: () => Date
  readonly addressLimits?: AddressLimitSettings
  /** How often what is over is thrown away, in milliseconds, where that is not the house's to say. */
  readonly tidyEveryMs?: number
}

export interface App {
  readonly callback: (request: IncomingMessage, response: ServerResponse) => Promise<void>
  /** Settles when faces can be measured; pages are served before. */
  readonly ready: Promise<{ readonly imageAdapter: 'opencv' | 'sharp'; readonly workers: number }>
  /** Looks whether the signing keys are to change; done each minute by itself. */
  refreshKeys(): Promise<void>
  /** The one-time address behind which somebody becomes the first owner, to be shown once; undefined where none is needed. */
  beginAdministration(): Promise<string | undefined>
  /** Before `close`: `/readyz` says no, and everything is still answered. */
  drain(): void
  close(): Promise<void>
}

/** @throws {Error} saying what is wrong and what to do: settings, clients, keys, networks, calibration. */
export async function createApp(options: AppOptions): Promise<App> {
  const { config, log, clock = () => new Date(), context = createRequestContext() } = options
  const telemetry = await openTelemetryParts({ config, log, context })
  const { secrets, documents, store } = await openRecords({ config, clock, telemetry, log })
  const face = await openFaceParts(config, log, telemetry.onPoolEvent)
  const mail = openMail({ config, clock, log, box: store.mailQueue, telemetry })
  const render = createRender(loadAssets())
  const ground = { ...options, clock, context, telemetry, secrets, documents, store, face, render }
  const protocol = await openProvider(ground)
  const knownBrowsers = browsersOf(config, secrets)
  const letters = openLetters({ config, clock, store, mail, log })
  const base = { ...ground, ...protocol, knownBrowsers, letters }
  const parts: Parts = { ...base, sessions: openSessions(base, (letter) => mail.post(letter)) }
  const desk = openDesk(parts)
  warnOfWeakness(config, log)
  const purging = startKeepingTidy(parts, desk)
  const upkeep = startUpkeep(parts, (letter) => mail.post(letter))
  const readiness = createReadiness({ hasWorker: face.engine.hasWorker, pingDatabase: store.ping })
  readGauges(parts, { desk, ...readiness })
  const callback = await createCallback(parts, desk, readiness)
  return {
    callback,
    beginAdministration: () => beginAdministration(store, config.issuer),
    ready: face.engine.ready.then(() => ({
      imageAdapter: face.engine.imageAdapter,
      workers: face.engine.workers,
    })),
    refreshKeys: protocol.refreshKeys,
    drain: readiness.end,
    close: async () => {
      purging.stop()
      await upkeep.close()
      protocol.closeProvider()
      await Promise.all([face.engine.close(), mail.close()])
      await store.close()
      await telemetry.close()
    },
  }
}

function browsersOf({ issuer }: Config, { identifierPepper }: Secrets): KnownBrowsers {
  // Not of the cookie keys: a change of those must not make every browser a stranger.
  return createKnownBrowsers({ issuer, secret: deriveKey(identifierPepper, 'known browsers') })
}

type RecordNeeds = Pick<Parts, 'config' | 'clock' | 'telemetry' | 'log'>

async function openRecords({ config, clock, telemetry, log }: RecordNeeds): Promise<HouseStore> {
  const watch = { database: telemetry.database, onEvent: watchEvents(telemetry) }
  const beforeMigration = backUpBefore(config, clock, log)
  const redis = redisOf(config, log, telemetry)
  const opened = await openHouseStore(config, { clock, watch, beforeMigration, isServing: true, ...redis })
  return { ...opened, store: watchedStore(opened.store, telemetry) }
}

function openDesk(parts: Parts): CaptureDesk {
  const { clock, telemetry, config } = parts
  return watchedDesk(openCaptureDesk(parts), { clock, telemetry, captureSeconds: config.captureSeconds })
}

function startKeepingTidy(parts: Parts, desk: Pick<CaptureDesk, 'purge'>): { stop(): void } {
  const { config, store, log, clock, letters } = parts
  return startPurging({
    store,
    kept: config.retention,
    everyMs: parts.tidyEveryMs,
    desk,
    log,
    settle: () => settleEmailChanges(letters.emailChange),
    tidy: () => pruneCopies(copiesFolder(config.dataDir), clock()),
  })
}

/** At localhost the terminal says it; nobody else can reach that. */
function warnOfWeakness({ issuer, challenge, faceAlone }: Config, log: Logger): void {
  if (new URL(issuer).hostname === 'localhost') return
  if (challenge === 'look') log.warn('MIEN_CHALLENGE=look: any photograph may sign in')
  if (faceAlone) log.warn('MIEN_FACE_ALONE=on: a face signs in on any device')
}

function openSessions(parts: Omit<Parts, 'sessions'>, post: (letter: Letter) => void): SessionControl {
  const { config, log } = parts
  return createSessionControl({
    ...parts,
    limits: config.sessionLimits,
    onFailure: (error) => log.error({ error }, 'an event could not be recorded'),
    onLogoutFailure: (clientId, error) => log.warn({ clientId, error }, 'an app was not told of a sign-out'),
    onNewBrowser: (arrival) => tellOfNewBrowser({ ...parts, post }, arrival),
  })
}

/** The order is the design: errors are caught outermost, headers stand on every answer, and what is not ours is the protocol's. */
async function createCallback(
  parts: Parts,
  desk: CaptureDesk,
  readiness: Readiness,
): Promise<App['callback']> {
  const { config, log, render, telemetry, context } = parts
  const koa = new Koa({ proxy: config.trustProxy.length > 0 })
  const dependencies = await interactionDependencies(parts, desk)
  const document = openApiDocument(config.issuer, version)
  const administration = openAdministration(parts, dependencies.forgery)
  const own = [
    interactionRoutes(dependencies),
    accountRoutes(accountDependencies(parts, dependencies)),
    entryRoutes(administration.guards),
    apiRoutes(administration.api),
    consoleRoutes(consoleDependencies(parts, administration)),
  ]
  koa.use(telemetry.requests)
  koa.use(securityHeaders({ issuer: config.issuer }))
  koa.use(errorHandler({ render, reference: context.reference, log: (entry) => tellRefusal(parts, entry) }))
  koa.use(healthPages(readiness))
  koa.use(loadAssets().middleware)
  koa.use(async (ctx, next) => {
    if (ctx.path === '/openapi.json' && ctx.method === 'GET') ctx.body = document
    else await next()
  })
  koa.use(guardOwnPages(config.issuer))
  for (const router of own) koa.use(router.routes())
  koa.use(postedAuthorization())
  koa.use(protocolLimits(parts.store.openLimiter))
  koa.use((ctx) => handOver(ctx, parts.currentProvider()))
  koa.on('error', (error: unknown) => log.error({ error }, 'an answer could not be written'))
  const believe = proxyTrustOf(config)
  const answer = koa.callback()
  return (request, response) => {
    believe(request)
    return answer(request, response)
  }
}

function proxyTrustOf({ trustProxy, clientCertHeader, clientCertVerifiedHeader }: Config) {
  const certificates = [clientCertHeader, clientCertVerifiedHeader].filter((each) => each !== undefined)
  return createProxyTrust({ ranges: trustProxy, headers: certificates })
}

function tellRefusal({ log, telemetry }: Parts, { level, ...entry }: ErrorEntry): void {
  telemetry.metrics.count('mien_refusals_total', { code: entry.code })
  log[level](entry, 'request refused')
}

/** Apps call the protocol's endpoints and the API of administration from anywhere; our pages are called by our pages alone. */
function guardOwnPages(issuer: string): Koa.Middleware {
  const guard = sameOriginGuard(issuer)
  return async (ctx, next) => {
    // The routers take capital letters for small ones, and so does this.
    const isOurs = /^\/(interaction|account|admin(?!\/api(\/|$)))(\/|$)/i.test(ctx.path)
    await (isOurs ? guard(ctx, next) : next())
  }
}

/** What the protocol does not know either is our page to say, not the library's. */
async function handOver(ctx: Context, provider: Provider): Promise<void> {
  const isProtocol = protocolPaths.some((path) => ctx.path === path || ctx.path.startsWith(`${path}/`))
  // The library answers behind a slash as well, where no limit of ours counts who asks.
  if (!isProtocol || ctx.path.endsWith('/')) throw noSuchPage()
  ctx.respond = false
  await provider.callback()(ctx.req, ctx.res)
}
