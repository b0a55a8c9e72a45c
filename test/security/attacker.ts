/** What an attacker has: a browser, another person's code or token, and requests made by hand. */
import { assert } from 'chai'
import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import { createBrowser, type Arrival, type Browser } from '../provider/browser.ts'
import { beginFlow, callback, discover, secret, type Flow, type TestProvider } from '../provider/fixtures.ts'

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** Empty where the answer is no JSON object. */
  readonly body: Readonly<Record<string, unknown>>
}

type Fields = Readonly<Record<string, string>> | URLSearchParams

/** A request as a program makes it: no cookies, no redirects followed. */
export async function send(address: string, init: RequestInit = {}): Promise<Answer> {
  const response = await fetch(address, { redirect: 'manual', ...init })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: parse(text) }
}

export function postTo(
  address: string,
  fields: Fields,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return send(address, { method: 'POST', body: new URLSearchParams(fields), headers })
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? { ...value } : {}
  } catch {
    return {}
  }
}

export function basic(clientId: string, password: string = secret): { readonly authorization: string } {
  return { authorization: `Basic ${Buffer.from(`${clientId}:${password}`).toString('base64')}` }
}

/** As a client of the fixtures; one of the public ones unless it is known to have the secret. */
export function configurationOf(
  test: TestProvider,
  clientId: string,
  isConfidential = false,
): Promise<client.Configuration> {
  return discover(test, clientId, isConfidential ? client.ClientSecretBasic(secret) : client.None())
}

export interface SignedInFlow {
  readonly flow: Flow
  /** The address at the app, with the code. */
  readonly url: URL
  readonly browser: Browser
}

export interface SignInWish {
  readonly clientId?: string
  readonly isConfidential?: boolean
  readonly browser?: Browser
  readonly extra?: Readonly<Record<string, string>>
}

/** To the code of a person who agrees to everything. */
export async function signInAt(test: TestProvider, wish: SignInWish = {}): Promise<SignedInFlow> {
  const { clientId = 'demo', isConfidential = false, browser = createBrowser(test.issuer), extra } = wish
  const flow = await beginFlow(await configurationOf(test, clientId, isConfidential), extra)
  const { url } = await browser.open(flow.url)
  assert.equal(url.origin, new URL(callback).origin, `no code: ${url.href}`)
  return { flow, url, browser }
}

export function codeIn(url: URL): string {
  const code = url.searchParams.get('code') ?? ''
  assert.isNotEmpty(code, `no code in ${url.href}`)
  return code
}

/** The token request for a code, with what the attacker changed; an empty text leaves a field out. */
export function redeemByHand(
  { issuer }: Pick<TestProvider, 'issuer'>,
  { flow, url }: Pick<SignedInFlow, 'flow' | 'url'>,
  changed: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const whole = {
    grant_type: 'authorization_code',
    client_id: 'demo',
    code: codeIn(url),
    redirect_uri: callback,
    code_verifier: flow.verifier,
    ...changed,
  }
  const fields = Object.entries(whole).filter(([, value]) => value !== '')
  return postTo(`${issuer}/token`, new URLSearchParams(fields))
}

/** An authorization request with exactly these parameters. */
export function authorizationUrl({ issuer }: Pick<TestProvider, 'issuer'>, fields: Fields): URL {
  const url = new URL(`${issuer}/authorize`)
  url.search = new URLSearchParams(fields).toString()
  return url
}

export function open(test: TestProvider, url: URL): Promise<Arrival> {
  return createBrowser(test.issuer).open(url)
}

/** What the app is told: in the query, or in the fragment where it asked for tokens there. */
export function answerIn(url: URL): URLSearchParams {
  return new URLSearchParams(url.hash.length > 1 ? url.hash.slice(1) : url.search)
}

/** The error that the app is told, or the one of the page that is shown instead. */
export async function refusalOf(test: TestProvider, url: URL): Promise<string> {
  const arrival = await open(test, url)
  const told = answerIn(arrival.url).get('error')
  return told ?? (arrival.url.origin === test.issuer ? `page ${arrival.status} ${arrival.text}` : 'none')
}

/** A refusal to a person: a page of our own, and no way to anywhere else. */
export function assertOwnErrorPage(arrival: Arrival, issuer: string, name: string): void {
  assert.equal(arrival.status, 400, name)
  assert.equal(arrival.url.origin, new URL(issuer).origin, name)
  assert.isNull(arrival.headers.get('location'), name)
}

/** The claims of a JWT, not verified. */
export function claimsIn(jwt: unknown): Readonly<Record<string, unknown>> {
  return { ...decodeJwt(String(jwt)) }
}
