/** Clients of the FAPI 2.0 plan: two banks with keys, and what they send by hand where each part is to be wrong. */
import { assert } from 'chai'
import { calculateJwkThumbprint } from 'jose'
import * as oauth from 'oauth4webapi'
import type { Visitor } from '../flows/visitor.ts'
import { assertionClaims, assertionType, makeClientKey, signed, type ClientKey } from '../provider/keys.ts'
import {
  ask,
  authorize,
  codeOf,
  optionsOf,
  redeem,
  requestTokens,
  type Asked,
  type Extra,
  type Party,
  type Redemption,
  type Suite,
} from './suite.ts'
import type { Answer } from './walk.ts'

export interface Bank extends Party {
  readonly id: string
  readonly key: ClientKey
  readonly rsaKey: ClientKey
}

/** What the plan runs in: its two banks, and by what their tokens are bound. */
export interface Banks extends Suite {
  readonly bank: Bank
  readonly otherBank: Bank
  readonly boundBy: 'dpop' | 'mtls'
}

/** The key that tokens are bound to, and another one. */
export const ownKey = await makeClientKey('ES256')
export const thiefKey = await makeClientKey('ES256')

/** What a redemption carries besides, where tokens are bound by proofs. */
export const boundBy = ({ boundBy: kind }: Banks, key: ClientKey = ownKey): { DPoP?: oauth.DPoPHandle } =>
  kind === 'dpop' ? { DPoP: handleOf(key) } : {}

export const handleOf = ({ publicKey, privateKey }: ClientKey, change?: Change): oauth.DPoPHandle =>
  oauth.DPoP({}, { publicKey, privateKey }, change === undefined ? {} : { [oauth.modifyAssertion]: change })

/** Puts a part of a proof or an assertion right or wrong, just before it is signed. */
export type Change = oauth.ModifyAssertionFunction

export const thumbprintOf = ({ publicJwk }: ClientKey): Promise<string> => calculateJwkThumbprint(publicJwk)

/** Once more where the server names its nonce (RFC 9449 §8). */
export async function withNonce<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request()
  } catch (error) {
    if (!oauth.isDPoPNonceError(error)) throw error
    return request()
  }
}

export interface Wish {
  readonly asked: Asked
  readonly verifier: string
  readonly parameters: URLSearchParams
}

/** What a bank asks for, not yet pushed. */
export async function wishOf(suite: Banks, extra: Extra = {}): Promise<Wish> {
  const verifier = oauth.generateRandomCodeVerifier()
  const code_challenge = await oauth.calculatePKCECodeChallenge(verifier)
  const asked = ask(suite, suite.bank, { code_challenge, code_challenge_method: 'S256', ...extra })
  return { asked, verifier, parameters: asked.url.searchParams }
}

export interface Pushed extends Wish {
  readonly requestUri: string
}

export interface Push {
  readonly extra?: Extra
  readonly DPoP?: oauth.DPoPHandle
}

/** @throws {oauth.ResponseBodyError} */
export async function push(suite: Banks, { extra, DPoP }: Push = {}): Promise<Pushed> {
  const wish = await wishOf(suite, extra)
  const { server, bank } = suite
  const { client, auth } = bank
  const options = optionsOf(bank, DPoP)
  const { request_uri: requestUri } = await withNonce(async () => {
    const parameters = new URLSearchParams(wish.parameters)
    const response = await oauth.pushedAuthorizationRequest(server, client, auth, parameters, options)
    return oauth.processPushedAuthorizationResponse(server, client, response)
  })
  return { ...wish, requestUri }
}

/** Only what RFC 9126 §4 asks for goes through the browser. */
export function frontDoor({ server, bank }: Banks, requestUri: string, clientId = bank.id): URL {
  const url = new URL(server.authorization_endpoint ?? '')
  url.search = new URLSearchParams({ client_id: clientId, request_uri: requestUri }).toString()
  return url
}

export function answerTo(
  suite: Banks,
  { asked, requestUri }: Pushed,
  visitor: Visitor = suite.browser(),
): Promise<Answer> {
  return authorize(suite, visitor, { ...asked, url: frontDoor(suite, requestUri) })
}

export interface Coded extends Pushed {
  readonly code: URLSearchParams
}

/** Pushes, and comes back with a code. */
export async function codeFor(
  suite: Banks,
  wanted: Push & { readonly hasState?: boolean } = {},
): Promise<Coded> {
  const pushed = await push(suite, wanted)
  const answer = await answerTo(suite, pushed)
  const { hasState = true } = wanted
  return { ...pushed, code: codeOf(suite, suite.bank, { asked: pushed.asked, answer, hasState }) }
}

/** What a bank gets for a code; in plain OAuth there is no ID token. */
export interface BankTokens extends oauth.TokenEndpointResponse {
  readonly claims?: oauth.IDToken
}

/** Redeems the code of a request as a client of OpenID Connect, or as one of plain OAuth where tokens are for an API. */
export async function redeemFor(
  suite: Banks,
  bank: Bank,
  { asked, code, ...rest }: Redemption & { readonly asked: Asked; readonly code: URLSearchParams },
): Promise<BankTokens> {
  if (suite.api === undefined) return redeem(suite, bank, { asked, code, ...rest })
  const response = await requestTokens(suite, bank, { code, ...rest })
  const tokens = await oauth.processAuthorizationCodeResponse(suite.server, bank.client, response)
  assert.notProperty(tokens, 'id_token')
  return tokens
}

/** Redeems it with proofs of this key. */
export function tokensFor(
  suite: Banks,
  { asked, code, verifier }: Coded,
  {
    by = ownKey,
    expectsNoNonce = false,
  }: { readonly by?: ClientKey; readonly expectsNoNonce?: boolean } = {},
): Promise<BankTokens> {
  const bound = boundBy(suite, by)
  return withNonce(() => redeemFor(suite, suite.bank, { asked, code, verifier, ...bound, expectsNoNonce }))
}

/** The `error` of a request that an endpoint refuses. */
export async function errorOf(tried: Promise<unknown>): Promise<string> {
  try {
    await tried
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError) return error.error
    if (error instanceof oauth.WWWAuthenticateChallengeError) {
      return error.cause[0]?.parameters.error ?? 'a challenge without an error'
    }
    throw error
  }
  return 'none'
}

export interface Assertion {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly by?: ClientKey
}

/** A form by hand, with an assertion by hand. */
export async function post(
  { server, bank }: Banks,
  address: string | undefined,
  { form, claims = {}, by = bank.key }: Assertion & { readonly form: URLSearchParams },
): Promise<{ readonly status: number; readonly error: string }> {
  const body = new URLSearchParams(form)
  body.set('client_assertion_type', assertionType)
  body.set('client_assertion', await signed(by, { ...assertionClaims(bank.id, server.issuer), ...claims }))
  const response = await fetch(address ?? '', { method: 'POST', body })
  const { error } = (await response.json()) as { error?: string }
  return { status: response.status, error: error ?? 'none' }
}

/** The error of a push whose assertion is as given. */
export async function pushError(suite: Banks, assertion: Assertion): Promise<string> {
  const { parameters: form } = await wishOf(suite)
  const address = suite.server.pushed_authorization_request_endpoint
  return (await post(suite, address, { form, ...assertion })).error
}
