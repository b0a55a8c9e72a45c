/** A house whose operator lets clients at the API of administration, and how a client asks and calls. */
import * as oauth from 'oauth4webapi'
import { adminScopeNames } from '../../src/policy/administration.ts'
import { freePort, startHouse, type House } from '../flows/house.ts'

export const secret = 'a-secret-of-more-than-thirty-two-characters'
// The house of a test has no TLS.
// eslint-disable-next-line @typescript-eslint/no-deprecated
const insecure = { [oauth.allowInsecureRequests]: true }

export async function startHouseWithClients(): Promise<House> {
  const port = await freePort()
  const audience = `http://localhost:${port}/admin/api`
  const robot = (id: string, resources: string): string => `
- client_id: ${id}
  name: ${id}
  type: confidential
  secret: ${secret}
  grants: [client_credentials]
  resources: ${resources}
`
  const clients = [
    robot('robot', `['${audience}']`),
    robot('reader', `[{ identifier: '${audience}', scopes: ['admin:subjects:read', 'admin:clients:read'] }]`),
    `
- client_id: desk
  name: Desk
  type: public
  redirect_uris: ['http://localhost:${port}/nowhere']
  resources: ['${audience}']
- client_id: veiled
  name: Veiled
  type: public
  subject_type: pairwise
  redirect_uris: ['http://localhost:${port}/nowhere']
  resources: ['${audience}']
- client_id: bound
  name: Bound
  type: confidential
  secret: ${secret}
  grants: [client_credentials]
  sender_constrained: dpop
  resources: ['${audience}']
`,
  ]
  return startHouse({ port, clients: clients.join('') })
}

export async function discover({ origin }: Pick<House, 'origin'>): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(origin)
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure))
}

export interface TokenWish {
  readonly clientId?: string
  readonly scopes?: readonly string[]
}

/** By client credentials, as a program gets it. */
export async function tokenFor(
  house: Pick<House, 'origin'>,
  { clientId = 'robot', scopes = adminScopeNames }: TokenWish = {},
): Promise<string> {
  const server = await discover(house)
  const response = await oauth.clientCredentialsGrantRequest(
    server,
    { client_id: clientId },
    oauth.ClientSecretBasic(secret),
    { scope: scopes.join(' '), resource: `${house.origin}/admin/api` },
    insecure,
  )
  const { access_token: token } = await oauth.processClientCredentialsResponse(
    server,
    { client_id: clientId },
    response,
  )
  return token
}

export interface ApiAnswer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Readonly<Record<string, unknown>>
}

export async function call(
  house: Pick<House, 'origin'>,
  token: string | undefined,
  wish: {
    readonly method?: string
    readonly path: string
    readonly body?: unknown
    readonly headers?: Readonly<Record<string, string>>
  },
): Promise<ApiAnswer> {
  const { method = 'get', path, body, headers = {} } = wish
  const response = await fetch(`${house.origin}/admin/api/v1${path}`, {
    method: method.toUpperCase(),
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  const isJson = /json/.test(response.headers.get('content-type') ?? '')
  const parsed = isJson ? (JSON.parse(text) as ApiAnswer['body']) : {}
  return { status: response.status, headers: response.headers, text, body: parsed }
}
