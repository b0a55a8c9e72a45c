import { assert } from 'chai'
import * as client from 'openid-client'
import { privateFiles } from '../../src/provider/private-documents.ts'
import { rotateSigningKeys } from '../../src/provider/signing-keys.ts'
import { modelsDir } from '../media.ts'
import { agents, browserOf, openParty, signIn, signUp, visitApp } from './control-stories.ts'
import { readRecords } from './records.ts'
import { startHouse, there, type House } from './house.ts'
import type { RelyingParty } from './relying-party.ts'
import type { Page, Visitor } from './visitor.ts'

const minute = 60
const hour = 3600

describe('The sessions of a person', function () {
  this.timeout(60_000)
  let house: House | undefined
  let party: RelyingParty
  let count = 0

  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouse()
    party = await openParty(house)
  })
  after(async () => {
    await house?.close()
  })

  interface Two {
    readonly email: string
    readonly laptop: Visitor
    readonly phone: Visitor
  }

  async function signInTwice(): Promise<Two> {
    count += 1
    const email = `person-${count}@example.com`
    const laptop = browserOf(there(house))
    const phone = browserOf(there(house), agents.phone)
    await signUp(there(house), email, laptop)
    const page = await signIn(phone, email)
    assert.equal(page.url.pathname, '/account', page.text.slice(0, 300))
    return { email, laptop, phone }
  }

  const isIn = async (visitor: Visitor): Promise<boolean> =>
    (await visitor.open('/account')).url.pathname === '/account'
  const sessionIds = (page: Page): string[] =>
    [...page.text.matchAll(/name="session" value="([^"]+)"/g)].map(([, id = '']) => id)

  it('are listed by browser, the one at hand marked, and by nothing that would let anybody in', async () => {
    const { laptop } = await signInTwice()
    const page = await laptop.open('/account/devices')
    assert.match(page.text, /Firefox on Linux\s*<span class="badge badge-good">This browser/)
    assert.include(page.text, 'Chrome on Android')
    assert.lengthOf(sessionIds(page), 2)
    for (const [, { value }] of laptop.jar) assert.notInclude(page.text, value.slice(0, 20))
  })

  it('end one at a time, with the tokens that apps got there', async () => {
    const { laptop, phone } = await signInTwice()
    const tokens = await visitApp(phone, party)
    const access = tokens.access_token
    const sub = tokens.claims()?.sub ?? ''
    await client.fetchUserInfo(party.configuration, access, sub)
    const page = await laptop.open('/account/devices')
    const other = page.text.split('<li class="device">').find((each) => each.includes('Chrome on Android'))
    const session = /name="session" value="([^"]+)"/.exec(other ?? '')?.[1] ?? ''
    const after = await laptop.submit(page, '/sessions/end', { session })
    assert.lengthOf(sessionIds(after), 1)
    assert.isFalse(await isIn(phone))
    assert.isTrue(await isIn(laptop))
    const refused = await fetch(new URL('/userinfo', there(house).origin), {
      headers: { authorization: `Bearer ${access}` },
    })
    assert.equal(refused.status, 401)
  })

  it('end everywhere else, and the one at hand stays with its apps', async () => {
    const { laptop, phone } = await signInTwice()
    const here = await visitApp(laptop, party, { scope: 'openid offline_access', prompt: 'consent' })
    const elsewhere = await visitApp(phone, party, { scope: 'openid offline_access', prompt: 'consent' })
    await laptop.submit(await laptop.open('/account/devices'), '/sessions/end-others')
    assert.isTrue(await isIn(laptop))
    assert.isFalse(await isIn(phone))
    await client.refreshTokenGrant(party.configuration, here.refresh_token ?? '')
    const refused = client.refreshTokenGrant(party.configuration, elsewhere.refresh_token ?? '')
    assert.equal(await refused.then(() => 'granted', errorOf), 'invalid_grant')
  })

  it('end everywhere, this browser included, also for apps that stay signed in', async () => {
    const { laptop, phone } = await signInTwice()
    const tokens = await visitApp(laptop, party, { scope: 'openid offline_access', prompt: 'consent' })
    const page = await laptop.submit(await laptop.open('/account/devices'), '/sessions/end-all')
    assert.equal(page.url.pathname, '/')
    assert.isFalse(await isIn(laptop))
    assert.isFalse(await isIn(phone))
    const refused = client.refreshTokenGrant(party.configuration, tokens.refresh_token ?? '')
    assert.equal(await refused.then(() => 'granted', errorOf), 'invalid_grant')
  })

  it('cannot be ended by another person, nor by a form from elsewhere', async () => {
    const first = await signInTwice()
    const second = await signInTwice()
    const [session = ''] = sessionIds(await first.laptop.open('/account/devices'))
    const page = await second.laptop.open('/account/devices')
    await second.laptop.submit(page, '/sessions/end', { session })
    assert.isTrue(await isIn(first.laptop))
    assert.isTrue(await isIn(first.phone))
    const forged = await second.laptop.open('/account/sessions/end-all', {
      method: 'POST',
      body: new URLSearchParams({ csrf: 'forged' }),
    })
    assert.equal(forged.status, 403)
    assert.isTrue(await isIn(second.laptop))
  })

  it('get a new number at each sign-in, and the old cookie is worth nothing', async () => {
    const { email, laptop } = await signInTwice()
    const before = laptop.jar.get('mien_session\n/')
    const request = await party.begin({ prompt: 'login', acr_values: 'urn:mien:acr:password' })
    await signIn(laptop, email, request.url)
    const after = laptop.jar.get('mien_session\n/')
    assert.isString(before?.value)
    assert.notDeepEqual(after, before)
    const thief = browserOf(there(house))
    for (const [key, cookie] of laptop.jar) thief.jar.set(key, cookie)
    assert.isTrue(await isIn(thief), 'the new cookies are good')
    for (const name of ['mien_session\n/', 'mien_session.sig\n/']) thief.jar.delete(name)
    assert.isFalse(await isIn(thief))
  })

  it('end after an hour without use, and use prolongs them, up to twelve hours', async () => {
    const { laptop, phone } = await signInTwice()
    for (let passed = 0; passed < 11; passed += 1) {
      there(house).pass(50 * minute)
      assert.isTrue(await isIn(laptop), `after ${(passed + 1) * 50} minutes of use`)
    }
    assert.isFalse(await isIn(phone), 'nobody used that one')
    there(house).pass(3 * hour)
    assert.isFalse(await isIn(laptop))
  })

  it('end by way of an app as well: nothing of them is listed any more, and the trail says who asked', async () => {
    const { laptop, phone } = await signInTwice()
    const tokens = await visitApp(phone, party, { scope: 'openid' })
    const hint = new URLSearchParams({ id_token_hint: tokens.id_token ?? '' })
    const page = await phone.open(`/logout?${hint.toString()}`)
    await phone.submit(page, '/logout/confirm', { logout: 'yes' })
    assert.isFalse(await isIn(phone))
    assert.lengthOf(sessionIds(await laptop.open('/account/devices')), 1)
    const { sub = '' } = tokens.claims() ?? {}
    const rows = await readRecords(
      there(house),
      `SELECT id FROM browser_sessions WHERE "subjectId" = '${sub}'`,
    )
    assert.lengthOf(rows, 1)
    const told = await readRecords(
      there(house),
      `SELECT "clientId", "subjectId" FROM audit_events WHERE type = 'signed_out' ORDER BY seq DESC LIMIT 1`,
    )
    assert.deepEqual(told, [{ clientId: 'demo', subjectId: sub }])
    assert.include((await laptop.open('/account/activity')).text, 'Signed out')
  })

  it('are still noticed after the signing keys have changed, and so is what apps do with their access', async () => {
    const { dataDir, app } = there(house)
    await rotateSigningKeys(privateFiles(dataDir), { now: new Date(), sessionSeconds: 43_200 })
    await app.refreshKeys()
    const { laptop, phone } = await signInTwice()
    assert.lengthOf(sessionIds(await laptop.open('/account/devices')), 2)
    await visitApp(phone, party)
    const issued = await readRecords(
      there(house),
      'SELECT "clientId", detail FROM audit_events WHERE type = \'tokens_issued\' ORDER BY seq DESC LIMIT 1',
    )
    assert.deepEqual(issued, [{ clientId: 'demo', detail: '{"grantType":"authorization_code"}' }])
  })

  it('end at twelve hours however busy they are', async () => {
    const { laptop } = await signInTwice()
    for (let at = 0; at < 14; at += 1) {
      there(house).pass(50 * minute)
      assert.isTrue(await isIn(laptop))
    }
    there(house).pass(21 * minute)
    assert.isFalse(await isIn(laptop))
  })
})

function errorOf(error: unknown): string {
  return error instanceof client.ResponseBodyError ? error.error : String(error)
}
