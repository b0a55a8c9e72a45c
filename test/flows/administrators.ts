/** People who administer: by the link of the first start or by an invitation, always with an authenticator app. */
import { assert } from 'chai'
import { setUpApp, type AuthenticatorApp } from './authenticator.ts'
import { browserOf } from './control-stories.ts'
import type { House } from './house.ts'
import { password } from './stories.ts'
import type { Page, Visitor } from './visitor.ts'

export interface Administrator {
  readonly visitor: Visitor
  readonly email: string
  readonly app: AuthenticatorApp
}

/** The address of the first link on the page with these words. */
export function linkOf(page: Page, text: string): string {
  const links = [...page.text.matchAll(/<a\b[^>]*\bhref="([^"]*)"[^>]*>([\s\S]*?)<\/a>/g)]
  const found = links.find(([, , inside = '']) => inside.replaceAll(/<[^>]*>/g, '').trim() === text)
  assert.isDefined(found, `no link “${text}” on ${page.url.pathname}:\n${page.text.slice(0, 600)}`)
  const [, href = ''] = found
  return href.replaceAll('&amp;', '&')
}

/** From the link to the console: a new account, an app as its second factor, and the one button. */
export async function becomeAdministrator(
  house: House,
  { link, email }: { readonly link: string; readonly email: string },
): Promise<Administrator> {
  const visitor = browserOf(house)
  const stranger = await visitor.open(link)
  const form = await visitor.open(linkOf(stranger, 'Create an account'))
  const weak = await visitor.submit(form, '/register', { email, password })
  assert.include(weak.text, 'Administrators sign in with two factors', weak.url.href)
  const { app } = await setUpApp(visitor, house)
  const asked = await visitor.open(linkOf(await visitor.open(link), 'Sign in with two factors'))
  const ready = await proveApp({ visitor, email, app }, house, asked)
  const inside = await visitor.submit(ready, '/admin/first')
  assert.equal(inside.url.pathname, '/admin', inside.text.slice(0, 400))
  return { visitor, email, app }
}

/** Wherever a code is asked for; the clock moves on, because each works once. */
export async function proveApp({ visitor, app }: Administrator, house: House, page: Page): Promise<Page> {
  house.pass(60)
  return visitor.submit(page, '/otp', { code: app.code() })
}

/** A new sign-in with both factors, such as what is dangerous asks for. */
export async function signInAgain(administrator: Administrator, house: House, page: Page): Promise<Page> {
  const { visitor, email } = administrator
  const camera = await visitor.submit(page, '/identify', { email })
  const form = await visitor.open(camera.url.pathname.replace(/\/face$/, '/password'))
  return proveApp(administrator, house, await visitor.submit(form, '/password', { password }))
}
