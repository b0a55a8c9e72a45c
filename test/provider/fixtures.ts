/** A provider on a free port over a real store, whose interaction pages sign in whom the test says, and a browser without a screen. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Koa, { type Context } from 'koa'
import type Provider from 'oidc-provider'
import * as client from 'openid-client'
import type { CertificateSettings } from '../../src/provider/certificates.ts'
import { createClientRegistry } from '../../src/provider/client-registry.ts'
import { openClients } from '../../src/provider/clients.ts'
import { checkClients, createProvider } from '../../src/provider/provider.ts'
import { privateFiles } from '../../src/provider/private-documents.ts'
import { openSecrets } from '../../src/provider/secrets.ts'
import { endSession, findSignedIn } from '../../src/provider/session.ts'
import { openSigningKeys, type SigningKeys } from '../../src/provider/signing-keys.ts'
import { callback, rpOrigin, secret, standardClients } from './standard-clients.ts'
import { testPages } from './test-pages.ts'
import { createOutbound, type Outbound } from '../../src/provider/outbound.ts'
import { openStore, type Store } from '../../src/store/open-store.ts'

export { callback, rpOrigin, secret }

/** What a test adds to the file of clients. */
export interface TestWish {
  readonly clients?: readonly object[]
  readonly resources?: readonly object[]
  readonly registrationToken?: string
  readonly certificates?: CertificateSettings
  readonly outbound?: Outbound
}

export interface Login {
  readonly subjectId: string
  readonly acr: string
  readonly amr: readonly string[]
}

export interface TestProvider {
  readonly issuer: string
  readonly provider: Provider
  readonly store: Store
  /** Whom the interaction pages sign in, and whether they say yes to consent. */
  login: Login
  readonly prompts: string[]
  readonly serverErrors: Error[]
  readonly clientsFile: string
  /** What the consent page says of scopes. */
  sentences(): Promise<Readonly<Record<string, string>>>
  /** Managed entries that could not be used, and their settings. */
  readonly faults: string[]
  dump(): Buffer
  /** Moves our clock; the library has one of its own. */
  pass(seconds: number): void
  readonly clock: () => Date
  close(): Promise<void>
}

/** Keys of 3072 bits take a while: one folder of them serves all tests of a file. */
export function openTestKeys(): Promise<SigningKeys> {
  return openSigningKeys(privateFiles(join(tmpdir(), `mien-test-keys-${process.pid}`)))
}

export async function startProvider(wish: TestWish = {}): Promise<TestProvider> {
  const dataDir = mkdtempSync(join(tmpdir(), 'mien-provider-'))
  const file = join(dataDir, 'clients.yaml')
  const { clients = [], resources = [] } = wish
  // JSON is YAML too.
  writeFileSync(file, JSON.stringify({ clients: [...standardClients, ...clients], resources }))
  let ahead = 0
  const clock = (): Date => new Date(Date.now() + ahead)
  const clientList = openClients({ file })
  const secrets = await openSecrets({ documents: privateFiles(dataDir) })
  const store = await openStore({
    location: { kind: 'sqlite', path: join(dataDir, 'mien.sqlite') },
    secrets,
    clock,
  })
  const { id } = await store.subjects.create({ email: 'anna@example.com', passwordHash: 'h' })

  const app = new Koa()
  const server = createServer((request, response) => void app.callback()(request, response))
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port was given')
  const issuer = `http://localhost:${address.port}`

  const serverErrors: Error[] = []
  const faults: string[] = []
  const registry = createClientRegistry({
    file: clientList,
    managed: store.managedClients,
    onFault: (id, problems) => faults.push(`${id}: ${problems.map(({ path }) => path).join()}`),
  })
  const provider = createProvider({
    issuer,
    trustProxy: false,
    acrValues: ['urn:mien:acr:face', 'urn:mien:acr:password'],
    clock,
    clients: registry,
    keys: await openTestKeys(),
    secrets,
    recordsOf: (model) => store.oidc.recordsOf(model),
    accounts: {
      find: async (sub) => {
        const subject = await store.subjects.findById(sub)
        return subject && { ...subject, sub }
      },
    },
    registrationToken: wish.registrationToken,
    certificates: wish.certificates,
    logouts: store.logoutDeliveries,
    outbound: wish.outbound ?? createOutbound({ isTrial: true, allowsPrivate: false }),
    pages: testPages,
    onServerError: (error) => serverErrors.push(error),
  })
  await checkClients(provider, clientList).catch(async (error: unknown) => {
    server.close()
    await store.close()
    throw error
  })
  const test: TestProvider = {
    issuer,
    provider,
    store,
    login: { subjectId: id, acr: 'urn:mien:acr:face', amr: ['face'] },
    prompts: [],
    serverErrors,
    faults,
    clientsFile: file,
    sentences: () => registry.scopeSentences(),
    clock,
    pass: (seconds) => {
      ahead += seconds * 1000
    },
    dump: () =>
      Buffer.concat(
        readdirSync(dataDir)
          .filter((name) => name.startsWith('mien.sqlite'))
          .map((name) => readFileSync(join(dataDir, name))),
      ),
    close: async () => {
      server.closeAllConnections()
      server.close()
      await store.close()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  app.use((ctx) => serve(test, ctx))
  return test
}

async function serve(test: TestProvider, ctx: Context): Promise<void> {
  if (ctx.path.startsWith('/interaction/')) return interact(test, ctx)
  if (ctx.path === '/whoami') {
    ctx.body = (await findSignedIn(test.provider, ctx)) ?? {}
    return
  }
  if (ctx.path === '/leave') {
    await endSession(test.provider, ctx)
    ctx.body = {}
    return
  }
  if (ctx.path === '/account') {
    ctx.body = 'account page'
    return
  }
  ctx.respond = false
  await test.provider.callback()(ctx.req, ctx.res)
}

/** Says yes to everything, at once: the pages themselves are tested elsewhere. */
async function interact({ provider, login, prompts }: TestProvider, ctx: Context): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(ctx.req, ctx.res)
  prompts.push(prompt.name)
  ctx.respond = false
  if (prompt.name !== 'consent') {
    const { subjectId, acr, amr } = login
    await provider.interactionFinished(ctx.req, ctx.res, {
      login: { accountId: subjectId, acr, amr: [...amr] },
    })
    return
  }
  const grant = new provider.Grant({ accountId: session!.accountId, clientId: String(params['client_id']) })
  const asked = new Set(String(params['scope']).split(' '))
  grant.addOIDCScope(
    ['openid', 'profile', 'email', 'offline_access'].filter((each) => asked.has(each)).join(' '),
  )
  grant.addOIDCClaims(['acr', 'email'])
  const missing = (prompt.details['missingResourceScopes'] ?? {}) as Record<string, string[]>
  for (const [resource, scopes] of Object.entries(missing)) grant.addResourceScope(resource, scopes.join(' '))
  const grantId = await grant.save()
  await provider.interactionFinished(
    ctx.req,
    ctx.res,
    { consent: { grantId } },
    { mergeWithLastSubmission: true },
  )
}

export async function discover(
  test: TestProvider,
  clientId = 'demo',
  authentication: client.ClientAuth = client.None(),
): Promise<client.Configuration> {
  return client.discovery(new URL(test.issuer), clientId, undefined, authentication, {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- the provider under test is on this machine
    execute: [client.allowInsecureRequests],
  })
}

export interface Flow {
  readonly configuration: client.Configuration
  readonly url: URL
  readonly verifier: string
  readonly state: string
  readonly nonce: string
}

export async function beginFlow(
  configuration: client.Configuration,
  extra: Readonly<Record<string, string>> = {},
): Promise<Flow> {
  const verifier = client.randomPKCECodeVerifier()
  const state = client.randomState()
  const nonce = client.randomNonce()
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: callback,
    scope: 'openid email profile',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...extra,
  })
  return { configuration, url, verifier, state, nonce }
}

export function redeem(
  flow: Flow,
  url: URL,
): Promise<client.TokenEndpointResponse & client.TokenEndpointResponseHelpers> {
  return client.authorizationCodeGrant(flow.configuration, url, {
    pkceCodeVerifier: flow.verifier,
    expectedState: flow.state,
    expectedNonce: flow.nonce,
    idTokenExpected: true,
  })
}

/** The OAuth error that the request ends in. */
export async function errorOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise
  } catch (error) {
    if (error instanceof client.ResponseBodyError || error instanceof client.AuthorizationResponseError)
      return error.error
    if (error instanceof client.WWWAuthenticateChallengeError)
      return error.cause[0]?.parameters.error ?? 'challenge'
    throw error
  }
  return 'none'
}
