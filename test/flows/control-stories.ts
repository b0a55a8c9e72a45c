/** Signing up and in by password, in browsers with names, for what people do with their accounts afterwards. */
import { assert } from 'chai'
import type { House } from './house.ts'
import { comeBack, createRelyingParty, type RelyingParty } from './relying-party.ts'
import { password } from './stories.ts'
import { createVisitor, type Page, type Visitor } from './visitor.ts'

type Where = Pick<House, 'origin' | 'rpOrigin'>

export const agents = {
  firefox: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  phone:
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36',
} as const

export function browserOf(house: Where, agent: string = agents.firefox): Visitor {
  return createVisitor(house.origin, [house.rpOrigin], { 'user-agent': agent })
}

/** From the front door to the account page, without a face. */
export async function signUp(house: Where, email: string, visitor = browserOf(house)): Promise<Page> {
  const home = await visitor.open('/')
  const link = /href="([^"]*prompt=create[^"]*)"/.exec(home.text)?.[1] ?? ''
  const form = await visitor.open(link.replaceAll('&amp;', '&'))
  const enrol = await visitor.submit(form, '/register', { email, password, agree: 'yes' })
  const page = await visitor.submit(enrol, '/enrol/later')
  assert.equal(page.url.pathname, '/account', page.text.slice(0, 300))
  return page
}

/** From wherever a sign-in begins to where its password leads. */
export async function signIn(
  visitor: Visitor,
  email: string,
  from: string | URL = '/account',
): Promise<Page> {
  const first = await visitor.open(from)
  const camera = await visitor.submit(first, '/identify', { email })
  const form = await visitor.open(camera.url.pathname.replace(/\/face$/, '/password'))
  return visitor.submit(form, '/password', { password })
}

/** To the app and back with tokens; the first time with consent. */
export async function visitApp(
  visitor: Visitor,
  party: RelyingParty,
  extra: Readonly<Record<string, string>> = {},
): ReturnType<RelyingParty['finish']> {
  const request = await party.begin(extra)
  const page = await visitor.open(request.url)
  return party.finish(request, page.status === 200 ? await comeBack(visitor, page.url.href) : page.url)
}

export function openParty(house: Where): Promise<RelyingParty> {
  return createRelyingParty(house.origin, `${house.rpOrigin}/callback`)
}
