/** The OpenID Provider as the app wants it: its clients, keys and accounts found, its pages drawn by our views. */
import type { Context } from 'koa'
import type { ClientMetadata } from 'oidc-provider'
import type Provider from 'oidc-provider'
import type { Logger } from 'pino'
import type { Config } from './config.ts'
import { assurancePolicyOf } from './factor-records.ts'
import type { Fault } from './errors.ts'
import type { Render } from './http/render.ts'
import { explainLostVisit } from './interactions/lost-visit.ts'
import { supportedAcrs } from './policy/assurance.ts'
import { createProviderPages, letFormsLeadToApps } from './provider-pages.ts'
import { startLogoutCourier, type LogoutCourier } from './provider/backchannel-logout.ts'
import { adminResource } from './provider/admin-resource.ts'
import { createClientRegistry, type ClientRegistry } from './provider/client-registry.ts'
import { openClientParts, type ClientParts } from './client-parts.ts'
import { openClients } from './provider/clients.ts'
import { openKeyRing, type KeyRing, type KeySet } from './provider/key-ring.ts'
import { createVisitTraces } from './provider/visit-traces.ts'
import { createOutbound, type Outbound } from './provider/outbound.ts'
import { checkClients, checkMetadata, createProvider } from './provider/provider.ts'
import type { PrivateDocuments } from './provider/private-documents.ts'
import type { Secrets } from './provider/secrets.ts'
import { watchProvider, type ProtocolWatcher } from './provider/sightings.ts'
import type { Scheduled } from './provider/key-schedule.ts'
import { watchedOutbound } from './watched-deliveries.ts'
import { observeProtocol } from './provider/protocol-watch.ts'
import type { RequestContext } from './request-context.ts'
import type { Store } from './store/open-store.ts'
import type { TelemetryParts } from './telemetry-parts.ts'

export interface ProviderParts {
  readonly config: Config
  readonly log: Logger
  readonly clock: () => Date
  readonly secrets: Secrets
  readonly documents: PrivateDocuments
  readonly store: Store
  readonly render: Render
  readonly context: Pick<RequestContext, 'reference'>
  readonly telemetry: Pick<TelemetryParts, 'protocol' | 'metrics' | 'spans'>
}

export interface ProviderHouse {
  /** For the pages: sessions, interactions, clients and grants are the same in each provider of this house. */
  readonly provider: Provider
  /** The one that holds the keys of now: it answers the protocol. */
  /** For a page of a visit that is over, or another browser’s. */
  readonly explainLostVisit: (ctx: Context, uid: string) => Promise<Fault>
  readonly currentProvider: () => Provider
  /** What the consent page says of the scopes of the operator’s APIs. */
  readonly scopeSentences: ClientRegistry['scopeSentences']
  /** Whether the operator listed the client; if not, it registered itself. */
  readonly isVetted: ClientRegistry['isVetted']
  /** Every client there is. */
  readonly clients: ClientRegistry
  /** What administrators do with them. */
  readonly clientParts: ClientParts
  readonly logoutCourier: LogoutCourier
  /** From now on this is told what happens, whichever keys are in use. */
  readonly watchWith: (watcher: ProtocolWatcher) => void
  /** Looks whether the keys are to change; done from time to time by itself. */
  readonly refreshKeys: () => Promise<void>
  /** The keys of now. */
  readonly keys: Pick<KeyRing, 'current' | 'rotate'>
  readonly closeProvider: () => void
  /** Those of now, by their times alone. */
  readonly signingKeys: () => readonly Scheduled[]
}

const refreshKeysEveryMs = 60_000

/** @throws {Error} saying what is wrong with the clients or the keys. */
export async function openProvider(parts: ProviderParts): Promise<ProviderHouse> {
  const { config, log, store, clock } = parts
  const clients = openRegistry(parts)
  for (const warning of clients.file.warnings) log.warn(warning)
  const guarded = createOutbound({
    isTrial: new URL(config.issuer).hostname === 'localhost',
    allowsPrivate: config.allowPrivateClients,
  })
  const outbound = watchedOutbound(guarded, parts.telemetry)
  const ring = await openKeyRing({
    documents: parts.documents,
    clock,
    rotationDays: config.keyRotationDays,
    sessionSeconds: config.sessionLimits.absoluteSeconds,
  })
  let watcher: ProtocolWatcher | undefined
  const shared = { clients, outbound, watcher: () => watcher }
  const provider = create(parts, shared, ring.current())
  await checkClients(provider, clients.file)
  // The library takes its keys once, so other keys are another provider; all else is in the store.
  let current = provider
  const refreshKeys = async (): Promise<void> => {
    if (!(await ring.refresh())) return
    current = create(parts, shared, ring.current())
    log.info('the signing keys have changed')
  }
  const stopRefreshing = keepRefreshing(refreshKeys, log)
  const queue = store.logoutDeliveries
  const logoutCourier = startLogoutCourier({ queue, provider: () => current, outbound, clock, log })
  return {
    provider,
    currentProvider: () => current,
    explainLostVisit: createExplainer(parts),
    scopeSentences: clients.scopeSentences,
    isVetted: clients.isVetted,
    clients,
    clientParts: joinClients(parts, clients, provider),
    logoutCourier,
    watchWith: (given) => {
      watcher = given
    },
    refreshKeys,
    signingKeys: () => ring.current().keys,
    keys: ring,
    closeProvider: () => {
      stopRefreshing()
      logoutCourier.stop()
    },
  }
}

/** @throws {ClientsError} naming every fault of the file */
function openRegistry({ config, log, store }: ProviderParts): ClientRegistry {
  const { clientsFile, demo, demoPort, issuer } = config
  const ownResources = [adminResource(issuer)]
  return createClientRegistry({
    file: openClients({ file: clientsFile, ownResources, ...(demo ? { demoPort } : {}) }),
    ownResources,
    managed: store.managedClients,
    onFault: (clientId, problems) => log.error({ clientId, problems }, 'a managed client cannot be used'),
    onWithdrawn: async (clientId) => {
      await store.clientRecords.endAccess(clientId)
    },
  })
}

function joinClients(
  { store, clock }: ProviderParts,
  registry: ClientRegistry,
  provider: Provider,
): ClientParts {
  const check = (metadata: ClientMetadata) => Promise.resolve(checkMetadata(provider, metadata))
  return openClientParts({ store, registry, clock, check })
}

interface Shared {
  readonly watcher: () => ProtocolWatcher | undefined
  readonly clients: ClientRegistry
  readonly outbound: Outbound
}

function create(parts: ProviderParts, { watcher, ...shared }: Shared, keys: KeySet): Provider {
  const { config, log, store } = parts
  const explainLost = createExplainer(parts)
  const provider = createProvider({
    issuer: config.issuer,
    trustProxy: config.trustProxy.length > 0,
    acrValues: supportedAcrs(assurancePolicyOf(config)),
    clock: parts.clock,
    sessionLimits: config.sessionLimits,
    ...shared,
    keys,
    secrets: parts.secrets,
    recordsOf: (model) => store.oidc.recordsOf(model),
    accounts: {
      find: async (sub) => {
        const subject = await store.subjects.findById(sub)
        return subject === undefined ? undefined : { sub, ...subject }
      },
    },
    registrationToken: config.registrationToken,
    certificates: certificatesOf(config),
    logouts: store.logoutDeliveries,
    pages: createProviderPages({
      render: parts.render,
      log,
      reference: parts.context.reference,
      explainLostVisit: explainLost,
    }),
    onServerError: (error) => log.error({ error }, 'the provider failed'),
  })
  provider.use(letFormsLeadToApps)
  watchProvider(provider, watcher)
  observeProtocol(provider, parts.telemetry.protocol)
  return provider
}

function createExplainer({ config, store }: ProviderParts): ProviderHouse['explainLostVisit'] {
  const traces = createVisitTraces(config.issuer, (model) => store.oidc.recordsOf(model))
  return (ctx, uid) => explainLostVisit(traces, ctx, uid)
}

function certificatesOf({ clientCertHeader, clientCertVerifiedHeader }: Config) {
  if (clientCertHeader === undefined) return undefined
  return { header: clientCertHeader, verifiedHeader: clientCertVerifiedHeader }
}

function keepRefreshing(refresh: () => Promise<void>, log: Logger): () => void {
  const timer = setInterval(() => {
    refresh().catch((error: unknown) => {
      log.error({ error }, 'the signing keys could not be looked at')
    })
  }, refreshKeysEveryMs)
  timer.unref()
  return () => {
    clearInterval(timer)
  }
}
