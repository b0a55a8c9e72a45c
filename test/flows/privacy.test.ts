import { assert } from 'chai'
import * as client from 'openid-client'
import { consentVersion } from '../../src/interactions/registration.ts'
import { facesDir, frames, modelsDir } from '../media.ts'
import { until } from '../until.ts'
import { agents, browserOf, openParty, signIn, signUp, visitApp } from './control-stories.ts'
import { startHouse, there, type House } from './house.ts'
import { comeBack, createRelyingParty, type RelyingParty } from './relying-party.ts'
import { readRecords } from './records.ts'
import { createAccountWithFace, password } from './stories.ts'
import type { Page, Visitor } from './visitor.ts'

describe('What people do with what is known of them', function () {
  this.timeout(120_000)
  let house: House | undefined
  let party: RelyingParty
  let count = 0

  before(async function () {
    if (modelsDir === undefined) this.skip()
    // Port 9 takes nothing: what matters is that the app is to be told.
    house = await startHouse({
      clients: `
- client_id: listening
  name: Listening Shop
  type: public
  redirect_uris: ['http://localhost:4998/callback']
  backchannel_logout_uri: 'http://localhost:9/logout'
`,
    })
    party = await openParty(house)
  })
  after(async () => {
    await house?.close()
  })

  async function arrive(): Promise<{ readonly email: string; readonly visitor: Visitor }> {
    count += 1
    const email = `person-${count}@example.com`
    const visitor = browserOf(there(house))
    await signUp(there(house), email, visitor)
    return { email, visitor }
  }
  const offline = { scope: 'openid email offline_access', prompt: 'consent' }
  const refresh = (token: string | undefined) =>
    client.refreshTokenGrant(party.configuration, token ?? '').then(() => 'granted', errorOf)
  const userinfo = async (token: string): Promise<number> => {
    const headers = { authorization: `Bearer ${token}` }
    return (await fetch(new URL('/userinfo', there(house).origin), { headers })).status
  }

  it('see which apps have access, with name, address and what they can do, and take it back', async () => {
    const { visitor } = await arrive()
    assert.include((await visitor.open('/account/apps')).text, 'No app has access')
    const tokens = await visitApp(visitor, party, offline)
    const page = await visitor.open('/account/apps')
    assert.include(page.text, 'Demo Shop')
    assert.include(page.text, new URL(there(house).rpOrigin).host)
    assert.include(page.text, 'see your e-mail address')
    assert.notInclude(page.text, 'your Mien account')
    const after = await visitor.submit(page, '/apps/revoke', { app: 'demo' })
    assert.include(after.text, 'No app has access')
    assert.equal(await refresh(tokens.refresh_token), 'invalid_grant')
    assert.equal(await userinfo(tokens.access_token), 401)
    // The account itself stays signed in, and the app asks for consent again.
    assert.equal((await visitor.open('/account')).url.pathname, '/account')
    const again = await visitor.open((await party.begin()).url)
    assert.include(again.text, 'Demo Shop')
    assert.equal(again.status, 200)
  })

  it('cannot take back what another person allowed', async () => {
    const first = await arrive()
    const second = await arrive()
    const tokens = await visitApp(first.visitor, party, offline)
    await visitApp(second.visitor, party, offline)
    const page = await second.visitor.open('/account/apps')
    await second.visitor.submit(page, '/apps/revoke', { app: 'demo' })
    assert.equal(await refresh(tokens.refresh_token), 'granted')
  })

  it('see what happened: sign-ins with how, where and which app, refusals, changes; a page at a time', async () => {
    const { email, visitor } = await arrive()
    const phone = browserOf(there(house), agents.phone)
    const form = await phone.open('/account')
    const camera = await phone.submit(form, '/identify', { email })
    const wrong = await phone.open(camera.url.pathname.replace(/\/face$/, '/password'))
    await phone.submit(wrong, '/password', { password: 'not this one at all' })
    await signIn(phone, email)
    const page = await visitor.open('/account/activity')
    const lines = linesOf(page)
    assert.deepInclude(lines, ['Signed in', 'Password', 'Chrome on Android', 'your Mien account'])
    assert.deepInclude(lines, ['Sign-in refused', 'Password', '', 'your Mien account'])
    assert.deepInclude(lines, ['Consent to face sign-in given', '', '', ''])
    assert.notMatch(page.text, /no_match|127\.0\.0\.1|(?<![\w-])0\.\d{3}/)
    for (let at = 0; at < 30; at += 1) await visitor.submit(await visitor.open('/account/privacy'), '/export')
    const newest = await visitor.open('/account/activity')
    assert.lengthOf(linesOf(newest), 25)
    const older = await visitor.open(/href="(\/account\/activity\?before=\d+)"/.exec(newest.text)?.[1] ?? '')
    assert.isAbove(linesOf(older).length, 4)
    assert.deepInclude(linesOf(older), ['Signed in', 'Password', 'Firefox on Linux', 'your Mien account'])
  })

  it('see their own activity alone', async () => {
    const { visitor } = await arrive()
    const other = await arrive()
    await other.visitor.submit(await other.visitor.open('/account/privacy'), '/export')
    assert.notInclude((await visitor.open('/account/activity?before=999999')).text, 'downloaded')
    assert.equal((await visitor.open('/account/activity?before=x%27%20OR%201')).status, 200)
  })

  it('take their consent back: the face is erased at once, the account stays, and there are receipts', async function () {
    if (facesDir === undefined) this.skip()
    const faces = await frames('d12', { from: 0, to: 3.5, fps: 8 })
    const email = 'face@example.com'
    const { visitor } = await createAccountWithFace(there(house), email, faces)
    const privacy = await visitor.open('/account/privacy')
    assert.include(privacy.text, 'badge-good">Given')
    const after = await visitor.submit(privacy, '/withdraw')
    assert.include(after.text, 'Not given')
    assert.include(after.text, 'The templates of your face were erased')
    for (const table of ['templates', 'template_keys']) {
      assert.isEmpty(await readRecords(there(house), `SELECT * FROM ${table}`), table)
    }
    assert.equal((await signIn(browserOf(there(house)), email)).url.pathname, '/account')
    const links = [...after.text.matchAll(/href="(\/account\/privacy\/receipts\/[^"]+)"/g)].map(
      ([, url]) => url,
    )
    assert.lengthOf(links, 6, 'given, taken back and erased, as text and as JSON')
    const texts = await Promise.all(links.map(async (url) => (await visitor.open(url ?? '')).text))
    assert.isTrue(texts.some((text) => text.includes(`version ${consentVersion}, SHA-256`)))
    assert.isTrue(
      texts.some((text) => /Erased: {3}\d templates, because you took back your consent/.test(text)),
    )
    const stranger = await arrive()
    assert.equal((await stranger.visitor.open(links[0] ?? '')).status, 404)
  })

  it('take everything along as one file that holds no secret', async () => {
    const { email, visitor } = await arrive()
    await visitApp(visitor, party, offline)
    const file = await visitor.submit(await visitor.open('/account/privacy'), '/export')
    assert.match(file.headers.get('content-disposition') ?? '', /^attachment; filename="mien-my-data\.json"$/)
    const data = JSON.parse(file.text) as Readonly<Record<string, unknown>>
    assert.nestedInclude(data, { 'account.email': email, 'browsers[0].family': 'Firefox on Linux' })
    assert.nestedInclude(data, { 'apps[0].name': 'Demo Shop', 'consents[0].version': consentVersion })
    for (const name of ['face', 'passkeys', 'sessions', 'receipts', 'attempts', 'events', 'trustedDevices']) {
      assert.property(data, name)
    }
    assert.notMatch(file.text, /argon2|"score|vector|passwordHash|publicKey|wrappedKey|secret|"uid"/i)
  })

  it('are asked for their password again before everything is handed out, or the account closed', async () => {
    const { email, visitor } = await arrive()
    const page = await visitor.open('/account/privacy')
    there(house).pass(11 * 60)
    const late = await visitor.submit(page, '/export')
    assert.equal(late.status, 403)
    const fresh = await visitor.open('/account/privacy')
    assert.notInclude(fresh.text, 'action="/account/privacy/export"')
    const back = await signIn(visitor, email, '/account/close')
    assert.equal(back.url.pathname, '/account/close')
  })

  it('close their account: nothing is left of it, everywhere at once', async () => {
    const { email, visitor } = await arrive()
    const phone = browserOf(there(house), agents.phone)
    await signIn(phone, email)
    const tokens = await visitApp(phone, party, offline)
    const form = await visitor.open('/account/close')
    for (const fields of [{ email }, { understood: 'yes', email: 'somebody@example.com' }, {}]) {
      assert.equal((await visitor.submit(form, '/close', fields)).status, 400)
    }
    const goodbye = await visitor.submit(form, '/close', { email: email.toUpperCase(), understood: 'yes' })
    assert.include(goodbye.text, 'Your account is closed')
    for (const each of [visitor, phone]) {
      assert.notEqual((await each.open('/account')).url.pathname, '/account')
    }
    assert.equal(await refresh(tokens.refresh_token), 'invalid_grant')
    assert.equal(await userinfo(tokens.access_token), 401)
    const again = await signIn(browserOf(there(house)), email)
    assert.equal(again.status, 401, 'the address signs nobody in')
    const rows = await readRecords(there(house), 'SELECT * FROM subjects')
    assert.notInclude(JSON.stringify(rows), email)
    const closed = await readRecords(
      there(house),
      "SELECT address, detail FROM audit_events WHERE type IN ('account_closed', 'account_erased')",
    )
    assert.deepEqual(closed, [
      { address: null, detail: '{}' },
      { address: null, detail: '{}' },
    ])
    // The address is free again, and whoever takes it finds nothing of before.
    await signUp(there(house), email)
  })

  it('have the apps told that listen for sign-outs, when access is taken back and when the account is closed', async () => {
    const listening = await createRelyingParty(
      there(house).origin,
      'http://localhost:4998/callback',
      'listening',
    )
    const told = async (): Promise<number> =>
      (await readRecords(there(house), 'SELECT id FROM logout_deliveries WHERE "clientId" = \'listening\''))
        .length
    const { email, visitor } = await arrive()
    const visit = async (): Promise<void> => {
      const request = await listening.begin({ scope: 'openid' })
      const page = await visitor.open(request.url)
      await listening.finish(request, page.status === 200 ? await comeBack(visitor, page.url.href) : page.url)
    }
    await visit()
    await visitor.submit(await visitor.open('/account/apps'), '/apps/revoke', { app: 'listening' })
    await until(async () => (await told()) === 1)
    await visit()
    await visitor.submit(await visitor.open('/account/close'), '/close', { email, understood: 'yes' })
    await until(async () => (await told()) === 2)
  })

  it('cannot be made to close it by a form from elsewhere', async () => {
    const { email, visitor } = await arrive()
    const body = new URLSearchParams({ email, understood: 'yes', csrf: 'forged' })
    assert.equal((await visitor.open('/account/close', { method: 'POST', body })).status, 403)
    const headers = { origin: 'https://evil.example' }
    const page = await visitor.open('/account/close')
    const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? ''
    const whole = new URLSearchParams({ email, understood: 'yes', csrf })
    assert.equal((await visitor.open('/account/close', { method: 'POST', body: whole, headers })).status, 403)
    assert.equal((await visitor.open('/account')).url.pathname, '/account')
    assert.isString(password)
  })
})

function linesOf(page: Page): string[][] {
  const rows = page.text.split('<tr><td').slice(1)
  return rows.map((row) =>
    [...row.matchAll(/data-label="(?:What|How|Where|App)">(.*?)<\/td>/g)].map(([, cell = '']) =>
      cell.replaceAll(/<[^>]*>/g, ''),
    ),
  )
}

function errorOf(error: unknown): string {
  return error instanceof client.ResponseBodyError ? error.error : String(error)
}
