import { assert } from 'chai'
import { setUpApp } from '../flows/authenticator.ts'
import { startHouse } from '../flows/house.ts'
import { password } from '../flows/stories.ts'
import type { Visitor } from '../flows/visitor.ts'
import { send } from './attacker.ts'
import { csrfIn, useHouse } from './visit.ts'

/** What the forms and scripts of a visit post to, and those of the account. */
const ofVisit = [
  ...[
    'identify',
    'password',
    'register',
    'consent',
    'deny',
    'abort',
    'same-account',
    'other-account',
    'enrol/later',
  ],
  ...[
    'confirm-address',
    'confirm-address/again',
    'otp',
    'recovery-code',
    'email',
    'device-challenge',
    'capture',
  ],
  ...[
    'capture/x/frames/0',
    'capture/x/finish',
    'enrolment',
    'enrolment/x/confirm',
    'passkey',
    'passkey/options',
  ],
]
const ofAccount = [
  ...[
    'sign-out',
    'sessions/end',
    'sessions/end-others',
    'sessions/end-all',
    'devices/remove',
    'devices/rename',
  ],
  ...[
    'face/consent',
    'face/delete',
    'face/revive',
    'face/enrolment',
    'authenticator-setup',
    'authenticator/remove',
  ],
  ...['recovery-codes/make', 'password', 'name', 'email', 'email/cancel', 'verify/send', 'passkeys/options'],
]

describe('Security: the pages of a sign-in', function () {
  this.timeout(90_000)
  const { at, stranger, somebody, givePassword, claimsOf } = useHouse()

  it('45 the address of a visit is of no use in another browser, nor a second time', async () => {
    const { email } = await somebody()
    const attacker = stranger()
    const planted = await attacker.open((await at().party.begin()).url)
    for (const path of ['', '/password', '/face', '/register']) {
      const page = await stranger().open(planted.url.href + path)
      assert.equal(page.status, 400, path)
    }
    const resume = planted.url.href.replace('/interaction/', '/authorize/')
    assert.equal((await stranger().open(resume)).status, 400)
    const victim = await givePassword(email)
    assert.equal(
      (await attacker.open(victim.page.url)).status,
      400,
      'nor is the visit of a person the attacker’s',
    )
    await claimsOf(victim.visitor, victim.request, victim.page)
    assert.equal((await victim.visitor.open(victim.page.url)).status, 400, 'a visit that is over')
    const replayed = await victim.visitor.open(victim.page.url.href.replace('/interaction/', '/authorize/'))
    assert.isFalse(replayed.url.searchParams.has('code'))
  })

  it('46 nothing is changed by a request that another site had the browser send', async () => {
    const { email, visitor: owner } = await somebody()
    const { visitor, page } = await givePassword(email)
    const other = await (await somebody()).visitor.open('/account')
    const account = await owner.open('/account')
    const evil = [{ origin: 'https://evil.example' }, { origin: 'null' }, { 'sec-fetch-site': 'cross-site' }]
    const paths = [
      ...ofVisit.map((each) => ({ who: visitor, token: csrfIn(page), path: page.url.pathname + '/' + each })),
      ...ofAccount.map((each) => ({ who: owner, token: csrfIn(account), path: `/account/${each}` })),
    ]
    for (const { who, token, path } of paths) {
      const post = (headers: Readonly<Record<string, string>>, csrf?: string): Promise<Response> =>
        who.request(new URL(path, at().house.origin), {
          method: 'POST',
          headers: { ...headers, ...(csrf === undefined ? {} : { 'x-csrf-token': csrf }) },
          body: new URLSearchParams(csrf === undefined ? { email } : { email, csrf }),
        })
      for (const headers of evil)
        assert.equal((await post(headers, token)).status, 403, `${path} from elsewhere`)
      for (const { status, headers } of [await post({}), await post({}, csrfIn(other))]) {
        // A step whose turn has not come leads back to the first page of the visit.
        if (status === 303) assert.equal(headers.get('location'), page.url.pathname, path)
        else assert.include([400, 403, 404, 415], status, path)
      }
    }
    assert.equal((await owner.open('/account')).url.pathname, '/account', 'nobody was signed out')
    for (const path of ['/logout/confirm', '/device']) {
      const body = new URLSearchParams({
        xsrf: 'guessed',
        logout: 'yes',
        user_code: 'BBBB-BBBB',
        confirm: 'yes',
      })
      await owner.request(new URL(path, at().house.origin), { method: 'POST', body, headers: evil[0] ?? {} })
      assert.equal((await owner.open('/account')).url.pathname, '/account', path)
    }
  })

  it('47 a session gets a new name at each sign-in, and the old name is dead', async () => {
    const { email } = await somebody()
    const sessionOf = ({ jar }: Visitor): string => jar.get('mien_session\n/')?.value ?? ''
    const { visitor, page } = await givePassword(email)
    const first = sessionOf(visitor)
    assert.isNotEmpty(first)
    assert.equal(page.status, 200)
    const old = new Map(visitor.jar)
    const again = await visitor.open((await at().party.begin({ prompt: 'login' })).url)
    const camera = await visitor.submit(again, '/identify', { email })
    await visitor.submit(await visitor.open(camera.url.pathname.replace(/face$/, 'password')), '/password', {
      password,
    })
    assert.notEqual(sessionOf(visitor), first)
    const thief = stranger()
    for (const [name, cookie] of old) if (name.startsWith('mien_session')) thief.jar.set(name, cookie)
    assert.notEqual((await thief.open('/account')).url.pathname, '/account')
    assert.equal((await visitor.open('/account')).url.pathname, '/account')
    const { visitor: raised } = await somebody()
    const { app } = await setUpApp(raised, at().house)
    const weak = new Map(raised.jar)
    const strong = await raised.open(
      (await at().party.begin({ acr_values: 'urn:mien:acr:password-otp' })).url,
    )
    await raised.submit(strong, '/otp', { code: app.code(1) })
    assert.notEqual(sessionOf(raised), weak.get('mien_session\n/')?.value, 'raised by a second factor')
    for (const [name, cookie] of weak) if (name.startsWith('mien_session')) thief.jar.set(name, cookie)
    assert.notEqual((await thief.open('/account')).url.pathname, '/account')
  })

  it('48 cookies go to this host by https alone, are out of reach of scripts, and are worth nothing when changed', async () => {
    const house = await startHouse({
      settings: {
        MIEN_ISSUER: 'https://id.example.com',
        MIEN_TRUST_PROXY: 'loopback',
        MIEN_FACE_WORKERS: '1',
      },
    })
    try {
      const pkce = { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' }
      const fields = {
        client_id: 'demo',
        redirect_uri: `${house.rpOrigin}/callback`,
        response_type: 'code',
        scope: 'openid',
        ...pkce,
      }
      const url = `${house.origin}/authorize?${new URLSearchParams(fields).toString()}`
      const { headers, status } = await send(url, { headers: { 'x-forwarded-proto': 'https' } })
      assert.equal(status, 303)
      const cookies = headers.getSetCookie()
      assert.isNotEmpty(cookies)
      for (const cookie of cookies) {
        assert.match(cookie, /^__(Secure|Host)-mien_/)
        assert.match(cookie, /; secure/i)
        assert.match(cookie, /; httponly/i)
        assert.match(cookie, /; samesite=lax/i)
        assert.notMatch(cookie, /; domain=/i)
        if (!cookie.includes('__Host-')) assert.match(cookie, /; path=\/(interaction|authorize)\//i)
      }
    } finally {
      await house.close()
    }
    const { visitor } = await somebody()
    for (const name of ['mien_session\n/', 'mien_session.sig\n/']) {
      const forger = stranger()
      for (const [key, cookie] of visitor.jar) forger.jar.set(key, cookie)
      assert.equal((await forger.open('/account')).url.pathname, '/account')
      const { value = '' } = forger.jar.get(name) ?? {}
      assert.isNotEmpty(value, name)
      forger.jar.set(name, { path: '/', value: `${value.startsWith('x') ? 'y' : 'x'}${value.slice(1)}` })
      assert.notEqual((await forger.open('/account')).url.pathname, '/account', name)
    }
  })
})
