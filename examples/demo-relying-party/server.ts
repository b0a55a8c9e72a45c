/** A small shop that signs people in with Mien: everything it knows of the provider comes from discovery. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { pathToFileURL } from 'node:url'
import * as client from 'openid-client'
import { claimsPage, errorPage, homePage, style } from './pages.ts'
import { createVisits, type Visit } from './visits.ts'

export interface DemoOptions {
  readonly issuer: string
  readonly port: number
  readonly clientId: string
  /** Where browsers find this shop; `<baseUrl>/callback` is its redirect address. */
  readonly baseUrl: string
}

interface Shop extends DemoOptions {
  /** Asks the provider about itself at the first need, so that the shop may start before it. */
  readonly discover: () => Promise<client.Configuration>
  readonly visits: ReturnType<typeof createVisits>
}

type Answer = (shop: Shop, visit: Visit, url: URL) => Promise<Reply>

interface Reply {
  readonly status: number
  readonly location?: string
  readonly page?: string
}

const nothingHere: Reply = { status: 404, page: errorPage('There is nothing at this address.') }

const routes: Readonly<Record<string, Answer>> = {
  'GET /': (_shop, visit) =>
    Promise.resolve({
      status: 200,
      page: visit.signedIn === undefined ? homePage() : claimsPage(visit.signedIn.claims),
    }),
  'POST /sign-in': beginSignIn,
  'GET /callback': finishSignIn,
  'POST /sign-out': signOut,
}

export async function startDemo(options: DemoOptions): Promise<{ close: () => Promise<void> }> {
  const { protocol } = new URL(options.baseUrl)
  const shop: Shop = {
    ...options,
    discover: rememberOnceFound(() => discover(options)),
    visits: createVisits({ isSecure: protocol === 'https:' }),
  }
  const server = createServer((request, response) => void answer(shop, request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, 'localhost', resolve)
  })
  return { close: () => close(server) }
}

function discover({ issuer, clientId }: DemoOptions): Promise<client.Configuration> {
  const server = new URL(issuer)
  const isLocal = server.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(server.hostname)
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- plain http, for a provider on this very machine alone
  const execute = isLocal ? [client.allowInsecureRequests] : []
  return client.discovery(server, clientId, undefined, client.None(), { execute })
}

function rememberOnceFound<T>(find: () => Promise<T>): () => Promise<T> {
  let found: Promise<T> | undefined
  return () => {
    found ??= find().catch((error: unknown) => {
      found = undefined
      throw error
    })
    return found
  }
}

async function beginSignIn(shop: Shop, visit: Visit): Promise<Reply> {
  const configuration = await shop.discover()
  const verifier = client.randomPKCECodeVerifier()
  visit.pending = { verifier, state: client.randomState(), nonce: client.randomNonce() }
  const url = client.buildAuthorizationUrl(configuration, {
    redirect_uri: `${shop.baseUrl}/callback`,
    scope: 'openid email',
    code_challenge: await client.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state: visit.pending.state,
    nonce: visit.pending.nonce,
  })
  return { status: 303, location: url.href }
}

async function finishSignIn(shop: Shop, visit: Visit, url: URL): Promise<Reply> {
  const { pending } = visit
  // Used up whatever comes of it: an answer counts once.
  visit.pending = undefined
  if (pending === undefined) return { status: 303, location: '/' }
  const tokens = await client.authorizationCodeGrant(await shop.discover(), url, {
    pkceCodeVerifier: pending.verifier,
    expectedState: pending.state,
    expectedNonce: pending.nonce,
    idTokenExpected: true,
  })
  const claims = tokens.claims()
  if (claims === undefined || tokens.id_token === undefined) throw new TypeError('an ID token was expected')
  // A new cookie for a new state of affairs: whoever knew the old one does not come along.
  shop.visits.renew(visit)
  visit.signedIn = { idToken: tokens.id_token, claims }
  return { status: 303, location: '/' }
}

async function signOut(shop: Shop, visit: Visit): Promise<Reply> {
  const { signedIn } = visit
  shop.visits.end(visit)
  if (signedIn === undefined) return { status: 303, location: '/' }
  const url = client.buildEndSessionUrl(await shop.discover(), {
    id_token_hint: signedIn.idToken,
    post_logout_redirect_uri: `${shop.baseUrl}/`,
  })
  return { status: 303, location: url.href }
}

async function answer(shop: Shop, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { method = 'GET', url: path = '/' } = request
  const url = new URL(path.startsWith('/') ? shop.baseUrl + path : shop.baseUrl)
  if (url.pathname === '/style.css') {
    response.writeHead(200, { ...headers(shop), 'content-type': 'text/css; charset=utf-8' }).end(style)
    return
  }
  const route = routes[`${method} ${url.pathname}`]
  const visit = shop.visits.enter(request.headers.cookie)
  const isRefused = isForged(shop, request) || route === undefined
  const reply = isRefused ? nothingHere : await route(shop, visit, url).catch(refuse)
  response.writeHead(reply.status, {
    ...headers(shop),
    'content-type': 'text/html; charset=utf-8',
    'set-cookie': shop.visits.cookieOf(visit),
    ...(reply.location === undefined ? {} : { location: reply.location }),
  })
  response.end(reply.page ?? '')
}

/** A form of another site may not sign anybody in or out here. */
function isForged({ baseUrl }: Shop, { method, headers: { origin } }: IncomingMessage): boolean {
  return method === 'POST' && origin !== new URL(baseUrl).origin
}

function refuse(error: unknown): Reply {
  if (error instanceof client.AuthorizationResponseError) {
    const isWish = error.error === 'access_denied'
    return { status: isWish ? 200 : 400, page: errorPage(isWish ? 'You chose not to sign in.' : error.error) }
  }
  const reason = error instanceof Error ? error.message : String(error)
  process.stderr.write(`demo relying party: ${reason}\n`)
  return { status: 502, page: errorPage('The sign-in provider did not answer as it should. Try again.') }
}

function headers({ issuer }: Shop): Record<string, string> {
  return {
    // Sign-in and sign-out are forms, and browsers hold their redirects to form-action too.
    'content-security-policy': `default-src 'none'; style-src 'self'; form-action 'self' ${new URL(issuer).origin}; frame-ancestors 'none'; base-uri 'none'`,
    // Not no-referrer: with it, browsers send forms with the origin “null”.
    'referrer-policy': 'same-origin',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'cache-control': 'no-store',
  }
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => {
      resolve()
    })
    server.closeAllConnections()
  })
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const port = Number(process.env['DEMO_PORT'] ?? 3001)
  const baseUrl = process.env['DEMO_BASE_URL'] ?? `http://localhost:${port}`
  const issuer = process.env['DEMO_ISSUER'] ?? 'http://localhost:3000'
  await startDemo({ issuer, port, baseUrl, clientId: process.env['DEMO_CLIENT_ID'] ?? 'demo' })
  process.stdout.write(`Demo Shop is ready at ${baseUrl}\n`)
}
