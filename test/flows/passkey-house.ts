/** A house with two accounts, and people who keep passkeys: the steps that the tests of passkeys share. */
import { assert } from 'chai'
import { createAuthenticator, type AuthenticatorWish, type SoftwareAuthenticator } from '../authenticator.ts'
import { startHouse, type House } from './house.ts'
import { addOn, createPlainAccount } from './passkey.ts'
import { comeBack, createRelyingParty, type RelyingParty, type Request } from './relying-party.ts'
import { password } from './stories.ts'
import { createVisitor, type JsonAnswer, type Page, type Visitor } from './visitor.ts'

export const ada = 'ada@example.com'
export const ben = 'ben@example.com'
export const acr = (name: string): string => `urn:mien:acr:${name}`

export interface Visit {
  readonly visitor: Visitor
  readonly request: Request
  /** Where the address is asked for. */
  readonly page: Page
}

export interface PasskeyHouse {
  readonly house: House
  /** Signed in to their accounts. */
  readonly adas: Visitor
  readonly bens: Visitor
  authenticator(wish?: Partial<AuthenticatorWish>): SoftwareAuthenticator
  /** Adds a passkey to an account that is signed in. */
  added(visitor: Visitor, email: string, wish?: Partial<AuthenticatorWish>): Promise<SoftwareAuthenticator>
  visit(extra?: Readonly<Record<string, string>>): Promise<Visit>
  /** What the app is told, and whose account it is. */
  claimsOf(visit: Visit, answer: JsonAnswer): Promise<{ acr: unknown; amr: unknown; email: unknown }>
}

export async function openPasskeyHouse(): Promise<PasskeyHouse> {
  const house = await startHouse({ settings: { MIEN_FACE_ALONE: 'off' } })
  const party = await createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
  const authenticator = (wish: Partial<AuthenticatorWish> = {}): SoftwareAuthenticator =>
    createAuthenticator({ origin: house.origin, ...wish })
  return {
    house,
    adas: await createPlainAccount(house, ada),
    bens: await createPlainAccount(house, ben),
    authenticator,
    added: async (visitor, email, wish = {}) => {
      const made = authenticator(wish)
      const page = await ownPage(visitor, email)
      const answer = await addOn(visitor, page, { authenticator: made, more: { name: 'Test key' } })
      assert.equal(answer.status, 201, JSON.stringify(answer.body))
      return made
    },
    visit: async (extra = {}) => {
      const visitor = createVisitor(house.origin, [house.rpOrigin])
      const request = await party.begin(extra)
      return { visitor, request, page: await visitor.open(request.url) }
    },
    claimsOf: (visit, answer) => claimsOf(party, visit, answer),
  }
}

async function claimsOf(party: RelyingParty, { visitor, request }: Visit, answer: JsonAnswer) {
  assert.equal(answer.body.state, 'done', JSON.stringify(answer.body))
  const callback = await comeBack(visitor, answer.body.location ?? '')
  const claims = (await party.finish(request, callback)).claims()
  const account = await visitor.open('/account')
  const email = /\b\w+@example\.com/.exec(account.text)?.[0]
  return { acr: claims?.['acr'], amr: claims?.['amr'], email }
}

/** The page of the passkeys, after a fresh sign-in where the last one was long ago. */
export async function ownPage(visitor: Visitor, email: string): Promise<Page> {
  const page = await visitor.open('/account/passkeys')
  return page.text.includes('Confirm that it is you') ? confirm(visitor, page, email) : page
}

export async function confirm(visitor: Visitor, page: Page, email: string): Promise<Page> {
  const form = await visitor.submit(await goToConfirmation(visitor, page), '/identify', { email })
  return visitor.submit(form, '/password', { password })
}

export function goToConfirmation(visitor: Visitor, page: Page): Promise<Page> {
  const link = /href="([^"]*prompt=login[^"]*)"/.exec(page.text)?.[1] ?? ''
  return visitor.open(link.replaceAll('&amp;', '&'))
}

/** After the address: the page for a passkey. */
export async function goToPasskey({ visitor, page }: Visit, email: string): Promise<Page> {
  const camera = await visitor.submit(page, '/identify', { email })
  return visitor.open(camera.url.pathname.replace(/\w+$/, 'passkey'))
}

export function refused(answer: JsonAnswer): void {
  assert.equal(answer.status, 401, JSON.stringify(answer.body))
  assert.equal(answer.body.code, 'sign_in_failed')
  assert.sameMembers(Object.keys(answer.body), ['code', 'message', 'reference'])
}
