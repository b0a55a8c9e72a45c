/** Clients of the FAPI 2.0 plan: two banks with keys, and what they send by hand where each part is to be wrong. */
import { createHash, randomUUID } from 'node:crypto'
import { calculateJwkThumbprint } from 'jose'
import * as oauth from 'oauth4webapi'
import type { Visitor } from '../flows/visitor.ts'
import {
  assertionClaims,
  assertionType,
  makeClientKey,
  now,
  signed,
  type ClientKey,
} from '../provider/keys.ts'
import { openSuite } from './open-suite.ts'
import {
  ask,
  authorize,
  codeOf,
  insecure,
  redeem,
  type Asked,
  type Extra,
  type Party,
  type Suite,
  type Tokens,
} from './suite.ts'
import type { Answer } from './walk.ts'

export interface Bank extends Party {
  readonly id: string
  readonly key: ClientKey
  readonly rsaKey: ClientKey
}

async function makeBank(id: string): Promise<Bank> {
  const [key, rsaKey] = await Promise.all([makeClientKey('ES256'), makeClientKey('RS256')])
  return {
    id,
    key,
    rsaKey,
    client: { client_id: id, id_token_signed_response_alg: 'ES256' },
    auth: oauth.PrivateKeyJwt({ key: key.privateKey, kid: key.publicJwk.kid }),
  }
}

export const bank = await makeBank('bank')
export const otherBank = await makeBank('other-bank')

/** The key that tokens are bound to, and another one. */
export const ownKey = await makeClientKey('ES256')
export const thiefKey = await makeClientKey('ES256')

export const openBanks = (): Promise<Suite> =>
  openSuite({
    clients: (rpOrigin) =>
      [bank, otherBank].map(({ id, key, rsaKey }) => ({
        client_id: id,
        name: `The ${id}`,
        type: 'confidential',
        profile: 'fapi2',
        token_endpoint_auth_method: 'private_key_jwt',
        sender_constrained: 'dpop',
        jwks: { keys: [key.publicJwk, rsaKey.publicJwk] },
        redirect_uris: [`${rpOrigin}/callback`],
      })),
  })

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
export async function wishOf(suite: Suite, extra: Extra = {}): Promise<Wish> {
  const verifier = oauth.generateRandomCodeVerifier()
  const code_challenge = await oauth.calculatePKCECodeChallenge(verifier)
  const asked = ask(suite, bank, { code_challenge, code_challenge_method: 'S256', ...extra })
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
export async function push(suite: Suite, { extra, DPoP }: Push = {}): Promise<Pushed> {
  const wish = await wishOf(suite, extra)
  const options = { ...insecure, ...(DPoP === undefined ? {} : { DPoP }) }
  const { server } = suite
  const { client, auth } = bank
  const { request_uri: requestUri } = await withNonce(async () => {
    const parameters = new URLSearchParams(wish.parameters)
    const response = await oauth.pushedAuthorizationRequest(server, client, auth, parameters, options)
    return oauth.processPushedAuthorizationResponse(server, client, response)
  })
  return { ...wish, requestUri }
}

/** Only what RFC 9126 §4 asks for goes through the browser. */
export function frontDoor({ server }: Suite, requestUri: string, clientId = bank.id): URL {
  const url = new URL(server.authorization_endpoint ?? '')
  url.search = new URLSearchParams({ client_id: clientId, request_uri: requestUri }).toString()
  return url
}

export function answerTo(
  suite: Suite,
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
  suite: Suite,
  wanted: Push & { readonly hasState?: boolean } = {},
): Promise<Coded> {
  const pushed = await push(suite, wanted)
  const answer = await answerTo(suite, pushed)
  const { hasState = true } = wanted
  return { ...pushed, code: codeOf(suite, bank, { asked: pushed.asked, answer, hasState }) }
}

/** Redeems it with proofs of this key. */
export function tokensFor(
  suite: Suite,
  { asked, code, verifier }: Coded,
  {
    by = ownKey,
    expectsNoNonce = false,
  }: { readonly by?: ClientKey; readonly expectsNoNonce?: boolean } = {},
): Promise<Tokens> {
  const DPoP = handleOf(by)
  return withNonce(() => redeem(suite, bank, { asked, code, verifier, DPoP, expectsNoNonce }))
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
  { server }: Suite,
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
export async function pushError(suite: Suite, assertion: Assertion): Promise<string> {
  const { parameters: form } = await wishOf(suite)
  const address = suite.server.pushed_authorization_request_endpoint
  return (await post(suite, address, { form, ...assertion })).error
}

/** A proof for the userinfo endpoint by hand (RFC 9449 §4.2). */
export function proofFor(
  { server }: Suite,
  token: string,
  { claims = {}, header = {}, by = ownKey }: Assertion & { readonly header?: object } = {},
): Promise<string> {
  const { kty, crv, x, y } = by.publicJwk
  const whole = {
    jti: randomUUID(),
    htm: 'GET',
    htu: server.userinfo_endpoint,
    iat: now(),
    ath: createHash('sha256').update(token).digest('base64url'),
    ...claims,
  }
  return signed(by, whole, { typ: 'dpop+jwt', jwk: { kty, crv, x, y }, kid: undefined, ...header })
}

/** Asks userinfo with headers by hand. */
export function askUserinfo({ server }: Suite, headers: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(server.userinfo_endpoint ?? '', { headers })
}

/** The nonce that the next proof has to carry. */
export async function nonceFor(suite: Suite, token: string): Promise<string> {
  const dpop = await proofFor(suite, token)
  const response = await askUserinfo(suite, { authorization: `DPoP ${token}`, dpop })
  return response.headers.get('dpop-nonce') ?? ''
}
