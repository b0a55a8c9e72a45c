/** Authenticator apps, which are given what the set-up page shows and tell the code of a moment, and people who have one. */
import { assert } from 'chai'
import { HOTP, Secret } from 'otpauth'
import type { House } from './house.ts'
import { goToCamera, type RelyingParty, type Request } from './relying-party.ts'
import { createAccount, password } from './stories.ts'
import { createVisitor, type Page, type Visitor } from './visitor.ts'

export interface AuthenticatorApp {
  /** The code at the server’s time, or so many steps of 30 seconds from it. */
  code(stepsAhead?: number): string
}

/** Types in the key of the page, as somebody who cannot scan would. */
export function appWith(page: Pick<Page, 'text'>, house: Pick<House, 'clock'>): AuthenticatorApp {
  const shown = /<p class="secret"[^>]*>(.*?)<\/p>/s.exec(page.text)?.[1] ?? ''
  const key = shown.replaceAll(/<[^>]*>|\s/g, '')
  assert.match(key, /^[A-Z2-7]{32}$/, 'the page shows the key')
  const secret = Secret.fromBase32(key)
  return {
    code: (stepsAhead = 0) => {
      const counter = Math.floor(house.clock().getTime() / 30_000) + stepsAhead
      return HOTP.generate({ secret, counter, digits: 6, algorithm: 'SHA1' })
    },
  }
}

export function codesOf(page: Pick<Page, 'text'>): string[] {
  return [...page.text.matchAll(/<code>([^<]+)<\/code>/g)].map(([, code = '']) => code)
}

/** From a session that has just begun to an account with an app. @returns the app and its recovery codes */
export async function setUpApp(
  visitor: Visitor,
  house: Pick<House, 'clock'>,
): Promise<{ readonly app: AuthenticatorApp; readonly recoveryCodes: readonly string[] }> {
  const page = await visitor.open('/account/authenticator-setup')
  const app = appWith(page, house)
  const done = await visitor.submit(page, '/authenticator-setup', { code: app.code() })
  assert.equal(done.status, 200, done.text.slice(0, 400))
  const recoveryCodes = codesOf(done)
  assert.lengthOf(recoveryCodes, 10)
  return { app, recoveryCodes }
}

export interface Place {
  readonly house: Pick<House, 'origin' | 'rpOrigin' | 'clock'>
  readonly party: RelyingParty
}

/** @param at told when the hooks have run */
export function createPeople(at: () => Place) {
  let count = 0
  const stranger = (): Visitor => createVisitor(at().house.origin, [at().house.rpOrigin])

  /** A new account with a password alone, and the session in which it was made. */
  const somebody = async (): Promise<{ readonly email: string; readonly visitor: Visitor }> => {
    count += 1
    const email = `person-${count}@example.com`
    const { visitor, page } = await createAccount(at().house, email)
    await visitor.submit(page, '/enrol/later')
    return { email, visitor }
  }

  const somebodyWithApp = async () => {
    const person = await somebody()
    return { ...person, ...(await setUpApp(person.visitor, at().house)) }
  }

  /** Up to what is asked for after the password. */
  const givePassword = async (
    email: string,
    extra: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly visitor: Visitor; readonly request: Request; readonly page: Page }> => {
    const visitor = stranger()
    const request = await at().party.begin(extra)
    const camera = await goToCamera(visitor, request.url, email)
    const form = await visitor.open(camera.url.pathname.replace(/[^/]*$/, 'password'))
    return { visitor, request, page: await visitor.submit(form, '/password', { password }) }
  }

  /** What the app is told, once the person has said yes to it. */
  const claimsOf = async (visitor: Visitor, request: Request, page: Page) => {
    const isBack = page.status >= 300 && page.status < 400
    const callback = isBack ? page.url : (await visitor.submit(page, '/consent')).url
    return (await at().party.finish(request, callback)).claims()
  }

  return { stranger, somebody, somebodyWithApp, givePassword, claimsOf }
}
