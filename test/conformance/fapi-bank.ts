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
  optionsOf,
  redeem,
  type Asked,
  type Extra,
  type Fetch,
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

/** What the plan runs in: its two banks, and by what their tokens are bound. */
export interface Banks extends Suite {
  readonly bank: Bank
  readonly otherBank: Bank
  readonly boundBy: 'dpop' | 'mtls'
}

const algorithms = { id_token_signed_response_alg: 'ES256' } as const

async function makeBank(id: string): Promise<Bank> {
  const [key, rsaKey] = await Promise.all([makeClientKey('ES256'), makeClientKey('RS256')])
  return {
    id,
    key,
    rsaKey,
    client: { client_id: id, ...algorithms },
    auth: oauth.PrivateKeyJwt({ key: key.privateKey, kid: key.publicJwk.kid }),
  }
}

/** The key that tokens are bound to, and another one. */
export const ownKey = await makeClientKey('ES256')
export const thiefKey = await makeClientKey('ES256')

const entryOf = (rpOrigin: string, { id }: Bank) => ({
  client_id: id,
  name: `The ${id}`,
  type: 'confidential',
  profile: 'fapi2',
  redirect_uris: [`${rpOrigin}/callback`],
})

/** The variant of signed clients and of tokens bound by proofs. */
export async function openBanks(): Promise<Banks> {
  const [bank, otherBank] = await Promise.all([makeBank('bank'), makeBank('other-bank')])
  const suite = await openSuite({
    clients: (rpOrigin) =>
      [bank, otherBank].map((each) => ({
        ...entryOf(rpOrigin, each),
        token_endpoint_auth_method: 'private_key_jwt',
        sender_constrained: 'dpop',
        jwks: { keys: [each.key.publicJwk, each.rsaKey.publicJwk] },
      })),
  })
  return { ...suite, bank, otherBank, boundBy: 'dpop' }
}

const header = 'x-client-cert'
const verifiedHeader = 'x-client-verify'

/** Known by a certificate whose authority the proxy trusts. */
async function makeCertifiedBank(id: string, certificate: string): Promise<Bank> {
  const fetchWith: Fetch = (url, options) =>
    fetch(url, {
      ...options,
      body: options.body ?? null,
      signal: options.signal ?? null,
      headers: { ...options.headers, [header]: encodeURIComponent(certificate), [verifiedHeader]: 'SUCCESS' },
    })
  return { ...(await makeBank(id)), auth: oauth.TlsClientAuth(), fetch: fetchWith }
}

/** The variant of certificates, for the clients and for their tokens (RFC 8705). */
export async function openCertifiedBanks(certificates: Certificates): Promise<Banks> {
  const { own, other, settings } = certificates
  const [bank, otherBank] = await Promise.all([
    makeCertifiedBank('bank', own.pem),
    makeCertifiedBank('other-bank', other.pem),
  ])
  const names = new Map([
    [bank.id, own.name],
    [otherBank.id, other.name],
  ])
  const suite = await openSuite({
    settings: {
      ...settings,
      MIEN_CLIENT_CERT_HEADER: header,
      MIEN_CLIENT_CERT_VERIFIED_HEADER: verifiedHeader,
    },
    clients: (rpOrigin) =>
      [bank, otherBank].map((each) => ({
        ...entryOf(rpOrigin, each),
        token_endpoint_auth_method: 'tls_client_auth',
        tls_san_dns: names.get(each.id),
        sender_constrained: 'mtls',
      })),
  })
  return { ...suite, bank, otherBank, boundBy: 'mtls' }
}

export interface Certificates {
  readonly own: { readonly pem: string; readonly name: string }
  readonly other: { readonly pem: string; readonly name: string }
  /** That the proxy is believed. */
  readonly settings: Readonly<Record<string, string>>
}

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

/** Redeems it with proofs of this key. */
export function tokensFor(
  suite: Banks,
  { asked, code, verifier }: Coded,
  {
    by = ownKey,
    expectsNoNonce = false,
  }: { readonly by?: ClientKey; readonly expectsNoNonce?: boolean } = {},
): Promise<Tokens> {
  const bound = boundBy(suite, by)
  return withNonce(() => redeem(suite, suite.bank, { asked, code, verifier, ...bound, expectsNoNonce }))
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
