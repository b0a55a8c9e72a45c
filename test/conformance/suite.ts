/** What every module does: asks, goes through the pages, redeems and verifies, with a client that nobody of this house wrote (oauth4webapi). */
import { assert } from 'chai'
import * as oauth from 'oauth4webapi'
import type { House } from '../flows/house.ts'
import type { Visitor } from '../flows/visitor.ts'
import { walk, type Answer, type Person } from './walk.ts'

export interface Suite {
  readonly house: House
  readonly server: oauth.AuthorizationServer
  readonly person: Person
  /** Somebody who signs in by face; not on a machine without videos, and not in every plan. */
  readonly faced?: Person
  readonly callback: string
  /** What every authorization request of the plan says besides. */
  readonly always: Extra
  /** The API that its tokens are for, where they are for one (RFC 8707). */
  readonly api?: Api
  browser(): Visitor
  close(): Promise<void>
}

export interface Api {
  readonly address: string
  /** How requests for tokens name it. */
  readonly resource: string
}

/** Plain http is for this very machine alone. */
// eslint-disable-next-line @typescript-eslint/no-deprecated -- the provider under test is on this machine
export const insecure = { [oauth.allowInsecureRequests]: true } as const

export async function discover(issuer: string): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer)
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, insecure))
}

/** One client of the file, and how it proves itself. */
export interface Party {
  readonly client: oauth.Client
  readonly auth: oauth.ClientAuth
  readonly redirectUri?: string
  /** Hands a certificate over, as the proxy before the provider would. */
  readonly fetch?: Fetch
}

export type Fetch = (
  url: string,
  options: Pick<RequestInit, 'method' | 'signal'> & {
    readonly headers: Readonly<Record<string, string>>
    readonly body?: oauth.ProtectedResourceRequestBody
  },
) => Promise<Response>

/** How requests of this party go out. */
export const optionsOf = ({ fetch }: Party, DPoP?: oauth.DPoPHandle) => ({
  ...insecure,
  ...(fetch === undefined ? {} : { [oauth.customFetch]: fetch }),
  ...(DPoP === undefined ? {} : { DPoP }),
})

export interface Asked {
  readonly url: URL
  readonly state: string
  readonly nonce: string
}

export type Extra = Readonly<Record<string, string | undefined>>

/** An authorization request; a parameter that is `undefined` is left out. */
export function ask(
  { server, callback, always }: Suite,
  { client, redirectUri = callback }: Party,
  extra: Extra = {},
): Asked {
  const state = oauth.generateRandomState()
  const nonce = oauth.generateRandomNonce()
  const url = new URL(server.authorization_endpoint ?? '')
  const parameters: Extra = {
    client_id: client.client_id,
    response_type: 'code',
    scope: 'openid',
    redirect_uri: redirectUri,
    state,
    nonce,
    ...always,
    ...extra,
  }
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) url.searchParams.set(name, value)
  }
  return { url, state, nonce }
}

/** Through the pages, with whatever they ask of the person, to the answer that the app gets. */
export function authorize(
  { house, person }: Suite,
  visitor: Visitor,
  { url, says = 'yes' }: Pick<Asked, 'url'> & { readonly says?: 'yes' | 'no' },
): Promise<Answer> {
  return walk({ visitor, from: url, person: { ...person, says }, rpOrigin: house.rpOrigin })
}

/** @throws {oauth.AuthorizationResponseError} for an answer that is an error */
export function codeOf({ server }: Suite, { client }: Party, given: Given): URLSearchParams {
  const { parameters, page } = given.answer
  if (parameters === undefined)
    return assert.fail(`the app has no answer, but ${page?.text.slice(0, 600) ?? ''}`)
  const state = given.hasState === false ? oauth.expectNoState : given.asked.state
  return oauth.validateAuthResponse(server, client, parameters, state)
}

export interface Given {
  readonly asked: Asked
  readonly answer: Answer
  readonly hasState?: boolean
}

export interface Redemption {
  readonly verifier?: string
  readonly expectsNoNonce?: boolean
  readonly maxAge?: number
  readonly DPoP?: oauth.DPoPHandle
}

export interface Tokens extends oauth.TokenEndpointResponse {
  readonly claims: oauth.IDToken
}

/* eslint-disable @typescript-eslint/no-deprecated -- the Basic plan is of apps that know no PKCE */
const withoutPkce: typeof oauth.nopkce = oauth.nopkce
/* eslint-enable @typescript-eslint/no-deprecated */

/** One request to the token endpoint; the answer as it came. */
export function requestTokens(
  suite: Suite,
  party: Party,
  { code, verifier, DPoP }: Redemption & { readonly code: URLSearchParams },
): Promise<Response> {
  return oauth.authorizationCodeGrantRequest(
    suite.server,
    party.client,
    party.auth,
    code,
    party.redirectUri ?? suite.callback,
    verifier ?? withoutPkce,
    { ...optionsOf(party, DPoP), additionalParameters: resourceOf(suite) },
  )
}

/** What a request for tokens says of the API that they are for. */
export const resourceOf = ({ api }: Suite): Readonly<Record<string, string>> =>
  api === undefined ? {} : { resource: api.resource }

/** Redeems the code and holds the ID token against OpenID Connect Core §3.1.3.7, signature included. */
export async function redeem(
  suite: Suite,
  party: Party,
  { asked, code, ...rest }: Redemption & { readonly asked: Asked; readonly code: URLSearchParams },
): Promise<Tokens> {
  const response = await requestTokens(suite, party, { code, ...rest })
  const tokens = await oauth.processAuthorizationCodeResponse(suite.server, party.client, response, {
    expectedNonce: rest.expectsNoNonce === true ? oauth.expectNoNonce : asked.nonce,
    requireIdToken: true,
    ...(rest.maxAge === undefined ? {} : { maxAge: rest.maxAge }),
  })
  await oauth.validateApplicationLevelSignature(suite.server, response, insecure)
  const claims = oauth.getValidatedIdTokenClaims(tokens)
  if (claims === undefined) throw new Error('no ID token')
  return { ...tokens, claims }
}

/** Asks, walks and redeems. */
export async function signIn(
  suite: Suite,
  party: Party,
  { extra = {}, visitor = suite.browser(), ...rest }: SignInWish = {},
): Promise<{ readonly tokens: Tokens; readonly answer: Answer; readonly visitor: Visitor }> {
  const asked = ask(suite, party, extra)
  const answer = await authorize(suite, visitor, asked)
  const code = codeOf(suite, party, { asked, answer })
  return { tokens: await redeem(suite, party, { asked, code, ...rest }), answer, visitor }
}

export interface SignInWish extends Redemption {
  readonly extra?: Extra
  readonly visitor?: Visitor
}

export async function userinfo(
  { server }: Suite,
  { client }: Party,
  { access_token: token, claims }: Tokens,
): Promise<oauth.UserInfoResponse> {
  const response = await oauth.userInfoRequest(server, client, token, insecure)
  return oauth.processUserInfoResponse(server, client, claims.sub, response)
}

/** The error of an answer or of the page in its place; undefined where there was none. */
export function errorIn({ parameters, page }: Answer): string | undefined {
  return parameters?.get('error') ?? (page === undefined ? undefined : `page ${page.status}`)
}

/** Does something when these seconds have passed here, and comes back: the library’s own clock has not moved. */
export async function later<T>({ house }: Suite, seconds: number, work: () => Promise<T>): Promise<T> {
  house.pass(seconds)
  try {
    return await work()
  } finally {
    house.pass(-seconds)
  }
}

/** The error that the app was told, after the answer itself was held against RFC 9207 and its state. */
export function refusalOf(suite: Suite, party: Party, given: Given): string {
  try {
    codeOf(suite, party, given)
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) return error.error
    throw error
  }
  return assert.fail('the app was given a code')
}

/** The error of the token endpoint. */
export async function tokenErrorOf(response: Response): Promise<{ status: number; error: unknown }> {
  const body: unknown = await response.json()
  return { status: response.status, error: body instanceof Object ? Reflect.get(body, 'error') : undefined }
}
