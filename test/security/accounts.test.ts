import { randomUUID } from 'node:crypto'
import { assert } from 'chai'
import type { Lies } from '../authenticator.ts'
import { readRecords } from '../flows/records.ts'
import { openPasskeyHouse, ada, refused } from '../flows/passkey-house.ts'
import { answerOn, optionsOn, signInOn } from '../flows/passkey.ts'
import { password } from '../flows/stories.ts'
import { beginFlow, callback, redeem, startProvider, type TestProvider } from '../provider/fixtures.ts'
import { configurationOf, postTo, send, signInAt } from './attacker.ts'
import { useHouse } from './visit.ts'

describe('Security: people who are gone', () => {
  let test: TestProvider
  before(async () => (test = await startProvider()))
  after(() => test.close())

  const isTaken = async (token: string): Promise<boolean> =>
    (await send(`${test.issuer}/userinfo`, { headers: { authorization: `Bearer ${token}` } })).status === 200

  it('38 of a person who is gone no token works, none is refreshed, and no session is left', async () => {
    const { id } = await test.store.subjects.create({
      email: `gone-${randomUUID()}@example.com`,
      passwordHash: 'h',
    })
    const { login } = test
    test.login = { ...login, subjectId: id }
    const { flow, url, browser } = await signInAt(test, {
      extra: { scope: 'openid offline_access', prompt: 'consent' },
    })
    const tokens = await redeem(flow, url)
    const late = await beginFlow(await configurationOf(test, 'demo'), { prompt: 'none' })
    const { url: unredeemed } = await browser.open(late.url)
    await test.store.subjects.erase(id)
    test.login = login
    assert.isFalse(await isTaken(tokens.access_token))
    const fields = {
      grant_type: 'refresh_token',
      client_id: 'demo',
      refresh_token: tokens.refresh_token ?? '',
    }
    assert.equal((await postTo(`${test.issuer}/token`, fields)).body['error'], 'invalid_grant')
    const code = {
      code: unredeemed.searchParams.get('code') ?? 'x',
      code_verifier: late.verifier,
      redirect_uri: callback,
    }
    const redeemed = await postTo(`${test.issuer}/token`, {
      grant_type: 'authorization_code',
      client_id: 'demo',
      ...code,
    })
    assert.equal(redeemed.body['error'], 'invalid_grant')
    assert.equal((await browser.open('/whoami')).text, '{}')
  })
})

describe('Security: second factors and passwords', function () {
  this.timeout(120_000)
  const { at, stranger, somebody, somebodyWithApp, givePassword, claimsOf } = useHouse()

  it('67 a recovery code works once, stands for the second factor and never for the first, and cannot be read from the database', async () => {
    const { email, recoveryCodes } = await somebodyWithApp()
    const [code = '', other = ''] = recoveryCodes
    const use = async (given: string) => {
      const visit = await givePassword(email)
      const page = await visit.visitor.open(visit.page.url.pathname.replace('/otp', '/recovery-code'))
      return { ...visit, page: await visit.visitor.submit(page, '/recovery-code', { code: given }) }
    }
    const visits = await Promise.all([1, 2, 3].map(() => use(code)))
    const taken = visits.filter(({ page }) => page.status !== 401)
    assert.lengthOf(taken, 1, 'once, however many ask at once')
    assert.equal((await use(code)).page.status, 401)
    const first = taken[0]
    assert.isDefined(first)
    const claims = await claimsOf(first.visitor, first.request, first.page)
    assert.deepEqual(claims?.['amr'], ['pwd', 'otp', 'mfa'])
    const early = stranger()
    const camera = await early.submit(await early.open((await at().party.begin()).url), '/identify', {
      email,
    })
    const page = await early.open(camera.url.pathname.replace(/face$/, 'recovery-code'))
    assert.notMatch(page.url.pathname, /recovery-code$/, 'no page for it before the first factor')
    const rows = JSON.stringify(await readRecords(at().house, 'select * from recovery_codes'))
    for (const each of [other, other.replaceAll('-', '')]) assert.notInclude(rows, each)
  })

  it('68 a code of an app counts once and in its half minute; a passkey answers our challenge, at our address, once', async () => {
    const { email, app } = await somebodyWithApp()
    const visits = [await givePassword(email), await givePassword(email), await givePassword(email)]
    const code = app.code(1)
    const answers = await Promise.all(
      visits.map(({ visitor, page }) => visitor.submit(page, '/otp', { code })),
    )
    assert.lengthOf(
      answers.filter(({ status }) => status !== 401),
      1,
      'once, however many ask at once',
    )
    at().house.pass(31)
    const late = await givePassword(email)
    assert.equal((await late.visitor.submit(late.page, '/otp', { code: app.code(-3) })).status, 401)
    assert.equal((await late.visitor.submit(late.page, '/otp', { code: app.code(4) })).status, 401)
    const stage = await openPasskeyHouse()
    try {
      const made = await stage.added(stage.adas, ada)
      const lies: readonly Lies[] = [
        { origin: 'https://evil.example' },
        { rpId: 'evil.example' },
        { isUserVerified: false },
        { isUserPresent: false },
        { isSignatureTampered: true },
        { counter: 1 },
        { challenge: Buffer.alloc(72, 5).toString('base64url') },
      ]
      for (const lie of lies) {
        const { visitor, page } = await stage.visit()
        refused(await signInOn(visitor, page, { authenticator: made, lies: lie }))
      }
      const visit = await stage.visit()
      const credential = made.assert(await optionsOn(visit.visitor, visit.page))
      assert.equal((await answerOn(visit.visitor, visit.page, { credential })).body.state, 'done')
      const again = await stage.visit()
      refused(await answerOn(again.visitor, again.page, { credential }))
    } finally {
      await stage.house.close()
    }
  })

  it('69 a password has eight characters or more, may be long and plain, is none of the common ones, and is kept by argon2id', async () => {
    const choose = async (given: string) => {
      const visitor = stranger()
      const form = await visitor.open((await at().party.begin({ prompt: 'create' })).url)
      const email = `chooser-${randomUUID()}@example.com`
      return visitor.submit(form, '/register', { email, password: given, agree: 'yes' })
    }
    for (const bad of ['short', '1234567', 'password', 'password1', '12345678', 'qwertyuiop'])
      assert.equal((await choose(bad)).status, 400, bad)
    for (const good of [
      'a'.repeat(3) + ' plain words only',
      'x y '.repeat(32),
      'пароль из слов',
      'correct horse battery staple',
    ])
      assert.equal((await choose(good)).status, 200, good)
    const { email } = await somebody()
    const [row] = await readRecords(at().house, `select passwordHash from subjects where email = '${email}'`)
    assert.match(String(row?.['passwordHash']), /^\$argon2id\$v=19\$m=19456,(t=2,p=1|p=1,t=2)\$/)
    assert.notInclude(String(row?.['passwordHash']), password)
    const form = await stranger().open((await at().party.begin({ prompt: 'create' })).url)
    assert.notMatch(form.text, /onpaste|autocomplete="off"/)
    assert.include(form.text, 'autocomplete="new-password"')
  })
})
