import { assert } from 'chai'
import * as client from 'openid-client'
import { createBrowser, type Browser } from './browser.ts'
import { discover, errorOf, startProvider, type TestProvider } from './fixtures.ts'

interface Form {
  readonly page: 'enter' | 'confirm' | 'connected'
  readonly action: string
  readonly xsrf: string
  readonly problem?: string
  readonly userCode?: string
  readonly clientName?: string
}

describe('a device without a keyboard', () => {
  let test: TestProvider
  before(async () => {
    const television = { client_id: 'television', name: 'Television', type: 'public' }
    const grants = ['device_code', 'refresh_token']
    test = await startProvider({ clients: [{ ...television, grants }] })
  })
  after(() => test.close())

  const begin = async (scope = 'openid email') => {
    const configuration = await discover(test, 'television')
    return { configuration, codes: await client.initiateDeviceAuthorization(configuration, { scope }) }
  }
  const poll = (configuration: client.Configuration, deviceCode: string): Promise<string> =>
    errorOf(
      client.genericGrantRequest(configuration, 'urn:ietf:params:oauth:grant-type:device_code', {
        device_code: deviceCode,
      }),
    )
  const formOf = (text: string) => JSON.parse(text) as Form
  const type = async (browser: Browser, userCode: string, extra: Readonly<Record<string, string>> = {}) => {
    const { action, xsrf } = formOf((await browser.open('/device')).text)
    const body = new URLSearchParams({ xsrf, user_code: userCode, ...extra })
    return formOf((await browser.open(action, { method: 'POST', body })).text)
  }
  const answer = async (
    browser: Browser,
    { action, xsrf, userCode = '' }: Form,
    choice: 'confirm' | 'abort',
  ) => {
    const body = new URLSearchParams({ xsrf, user_code: userCode, [choice]: 'yes' })
    return browser.open(action, { method: 'POST', body })
  }

  it('is signed in by a person elsewhere, who sees its name and the code before', async () => {
    const { configuration, codes } = await begin()
    assert.equal(await poll(configuration, codes.device_code), 'authorization_pending')
    const browser = createBrowser(test.issuer)
    const form = await type(browser, codes.user_code.toLowerCase().replace('-', ' '))
    assert.deepEqual([form.page, form.clientName, form.userCode], ['confirm', 'Television', codes.user_code])
    assert.equal(formOf((await answer(browser, form, 'confirm')).text).page, 'connected')
    const tokens = await client.pollDeviceAuthorizationGrant(configuration, { ...codes, interval: 0.01 })
    assert.equal(tokens.claims()?.sub, test.login.subjectId)
    assert.equal(tokens.claims()?.['acr'], 'urn:mien:acr:face')
    const info = await client.fetchUserInfo(configuration, tokens.access_token, test.login.subjectId)
    assert.equal(info.email, 'anna@example.com')
  })

  it('has a code of at least twenty bits that is short to type and lives ten minutes', async () => {
    const { codes } = await begin()
    assert.match(codes.user_code, /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/)
    assert.isAbove(8 * Math.log2(20), 20)
    assert.equal(codes.expires_in, 600)
    assert.equal(codes.interval, 5)
    assert.equal(codes.verification_uri, `${test.issuer}/device`)
  })

  it('gets its tokens once', async () => {
    const { configuration, codes } = await begin()
    const browser = createBrowser(test.issuer)
    await answer(browser, await type(browser, codes.user_code), 'confirm')
    const tried = await Promise.all(Array.from({ length: 10 }, () => poll(configuration, codes.device_code)))
    assert.lengthOf(
      tried.filter((each) => each === 'none'),
      1,
    )
    assert.equal(await poll(configuration, codes.device_code), 'invalid_grant')
  })

  it('is told no where the person stops, and the code is spent', async () => {
    const { configuration, codes } = await begin()
    const browser = createBrowser(test.issuer)
    const form = await type(browser, codes.user_code)
    assert.equal(formOf((await answer(browser, form, 'abort')).text).problem, 'stopped')
    assert.equal(await poll(configuration, codes.device_code), 'access_denied')
    assert.equal((await type(browser, codes.user_code)).problem, 'not_taken')
  })

  it('cannot be told apart by its code: one that never was, one that is spent, none at all', async () => {
    const { codes } = await begin()
    const browser = createBrowser(test.issuer)
    await answer(browser, await type(browser, codes.user_code), 'confirm')
    for (const code of [codes.user_code, 'BBBB-BBBB', '', 'x'.repeat(500)]) {
      const { page, problem } = await type(browser, code)
      assert.deepEqual([page, problem], ['enter', 'not_taken'], code)
    }
  })

  it('is confirmed by our own page alone, in the browser that was shown it', async () => {
    const { configuration, codes } = await begin()
    const browser = createBrowser(test.issuer)
    const form = await type(browser, codes.user_code)
    const stranger = createBrowser(test.issuer)
    const arrival = await answer(stranger, form, 'confirm')
    assert.equal(formOf(arrival.text).page, 'enter')
    const guessed = await answer(browser, { ...form, xsrf: 'guessed' }, 'confirm')
    assert.notInclude(guessed.text, 'connected')
    assert.equal(await poll(configuration, codes.device_code), 'authorization_pending')
    assert.equal(formOf((await stranger.open('/device/some-visit')).text).problem, 'failed')
    assert.deepEqual(test.serverErrors, [])
  })

  it('is for devices that the operator listed as such', async () => {
    const configuration = await discover(test)
    const tried = client.initiateDeviceAuthorization(configuration, { scope: 'openid' })
    assert.equal(await errorOf(tried), 'invalid_request')
  })
})
