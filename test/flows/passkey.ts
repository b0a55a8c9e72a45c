/** A browser that keeps passkeys, without a screen: finds what the page carries for its script, and does what that does. */
import { assert } from 'chai'
import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import type { Lies, SoftwareAuthenticator } from '../authenticator.ts'
import type { House } from './house.ts'
import { attributeOf, createVisitor, type JsonAnswer, type Page, type Visitor } from './visitor.ts'
import { password } from './stories.ts'

const type = { 'content-type': 'application/json' }

export interface PasskeyPart {
  readonly optionsUrl: string
  readonly answerUrl: string
  readonly csrf: string
  readonly anyAccount: boolean
}

export function partOf(page: Page): PasskeyPart {
  const tag = /<[a-z]+\b[^>]*\bdata-passkey(?=[\s>])[^>]*>/.exec(page.text)?.[0] ?? ''
  const of = (name: string): string => attributeOf(tag, `data-${name}`) ?? ''
  assert.notEqual(tag, '', `no passkey on ${page.url.pathname}:\n${page.text.slice(0, 400)}`)
  return {
    optionsUrl: of('options-url'),
    answerUrl: of('answer-url'),
    csrf: of('csrf'),
    anyAccount: of('any-account') === 'yes',
  }
}

export async function postJson(
  visitor: Visitor,
  page: Page,
  { url, content }: { readonly url: string; readonly content: object },
): Promise<JsonAnswer> {
  const headers = { ...type, 'x-csrf-token': partOf(page).csrf }
  return visitor.post(url, page, { headers, body: JSON.stringify(content) })
}

export interface Options {
  readonly challenge: string
  readonly allowCredentials: readonly { readonly id: string }[]
  readonly excludeCredentials: readonly { readonly id: string }[]
  readonly user: { readonly id: string; readonly name: string }
}

export async function optionsOn(visitor: Visitor, page: Page): Promise<Options> {
  const { status, body } = await postJson(visitor, page, { url: partOf(page).optionsUrl, content: {} })
  assert.equal(status, 200, JSON.stringify(body))
  assert.isTrue('challenge' in body)
  return body as unknown as Options
}

export interface Content {
  readonly credential: AuthenticationResponseJSON | RegistrationResponseJSON
}

export function answerOn(visitor: Visitor, page: Page, content: Content): Promise<JsonAnswer> {
  const { answerUrl, anyAccount } = partOf(page)
  return postJson(visitor, page, { url: answerUrl, content: { anyAccount, ...content } })
}

export interface Wish {
  readonly authenticator: SoftwareAuthenticator
  readonly lies?: Lies
  readonly more?: object
}

/** Signs in with a passkey on the page that stands there. */
export async function signInOn(
  visitor: Visitor,
  page: Page,
  { authenticator, lies = {}, more = {} }: Wish,
): Promise<JsonAnswer> {
  const options = await optionsOn(visitor, page)
  return answerOn(visitor, page, { credential: authenticator.assert(options, lies), ...more })
}

/** Adds a passkey on the page of the account. */
export async function addOn(
  visitor: Visitor,
  page: Page,
  { authenticator, lies = {}, more = {} }: Wish,
): Promise<JsonAnswer> {
  const options = await optionsOn(visitor, page)
  return answerOn(visitor, page, { credential: authenticator.register(options, lies), ...more })
}

/** An account with a password alone; the browser is signed in to its account page. */
export async function createPlainAccount(
  house: Pick<House, 'origin' | 'rpOrigin'>,
  email: string,
): Promise<Visitor> {
  const visitor = createVisitor(house.origin, [house.rpOrigin])
  const home = await visitor.open('/')
  const link = /href="([^"]*prompt=create[^"]*)"/.exec(home.text)?.[1]
  assert.isString(link)
  const form = await visitor.open(link!.replaceAll('&amp;', '&'))
  const page = await visitor.submit(form, '/register', { email, password })
  assert.equal(page.url.pathname, '/account', page.text.slice(0, 300))
  return visitor
}
