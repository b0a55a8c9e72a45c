import { request } from 'node:http'
import { assert } from 'chai'
import { browserOf } from '../flows/control-stories.ts'
import { startHouse } from '../flows/house.ts'
import { readOutbox } from '../flows/mailbox.ts'
import { csrfIn, useHouse } from './visit.ts'

describe('Security: what a request says of addresses and names', function () {
  this.timeout(60_000)
  const { at, stranger, somebody, givePassword } = useHouse()

  /** With a Host of the attacker's choice, which fetch does not allow. */
  const askAs = (host: string, path: string): Promise<string> =>
    new Promise((resolve, reject) => {
      const headers = {
        host,
        'x-forwarded-host': host,
        forwarded: `host=${host}`,
        'x-forwarded-proto': 'https',
      }
      const asked = request(`${at().house.origin}${path}`, { headers }, (answer) => {
        let text = JSON.stringify(answer.headers)
        answer.on('data', (part: Buffer) => (text += part.toString()))
        answer.on('end', () => {
          resolve(text)
        })
      })
      asked.on('error', reject)
      asked.end()
    })

  it('70 a forged Host or X-Forwarded header moves neither our addresses nor the links of our mails', async () => {
    const pkce = { code_challenge: 'a'.repeat(43), code_challenge_method: 'S256' }
    const fields = {
      client_id: 'demo',
      redirect_uri: `${at().house.rpOrigin}/callback`,
      response_type: 'code',
      scope: 'openid',
    }
    const authorize = `/authorize?${new URLSearchParams({ ...fields, ...pkce }).toString()}`
    for (const path of [
      '/',
      '/.well-known/openid-configuration',
      authorize,
      '/account',
      '/device',
      '/logout',
      '/nothing',
    ])
      assert.notInclude(await askAs('evil.example', path), 'evil.example', path)
    const visitor = stranger()
    const forged = { 'x-forwarded-host': 'evil.example', origin: at().house.origin }
    const page = await visitor.open('/account/recover', { headers: forged })
    await visitor.submit(page, '/account/recover', { email: 'somebody@example.com' })
    for (const { text } of await readOutbox(at().house)) assert.notInclude(text, 'evil.example')
    const own = await startHouse({ isGenerous: false, settings: { MIEN_FACE_WORKERS: '1' } })
    try {
      const guesser = browserOf(own)
      const form = await guesser.open('/account/recover')
      const statuses: number[] = []
      for (let times = 0; times < 62; times += 1) {
        const headers = { 'x-forwarded-for': `203.0.113.${times}`, origin: own.origin }
        const body = new URLSearchParams({ csrf: csrfIn(form), email: `person-${times}@example.com` })
        statuses.push((await guesser.open('/account/recover', { method: 'POST', headers, body })).status)
      }
      assert.equal(statuses.at(-1), 429, 'another address in a header is not another address')
    } finally {
      await own.close()
    }
  })

  it('71 what a request says is shown as text, wherever it is shown, and never runs', async () => {
    const hostile = '"\'><img src=x onerror=alert(1)><script>alert(2)</script>'
    const visitor = stranger()
    const html = { headers: { accept: 'text/html' } }
    const query = (name: string): string => new URLSearchParams({ [name]: hostile }).toString()
    const { url } = await at().party.begin({ login_hint: hostile, ui_locales: hostile, state: hostile })
    const begun = await visitor.open(url)
    const camera = await visitor.submit(begun, '/identify', { email: `x${hostile}@example.com` })
    const shown = [
      begun,
      camera,
      ...(await Promise.all(
        ['client_id', 'error', 'error_description', 'redirect_uri', 'response_type'].map((name) =>
          visitor.open(`/authorize?${query(name)}`, html),
        ),
      )),
      await visitor.open(`/account?${query('error')}&${query('error_description')}`, html),
      await visitor.open(`/device?${query('user_code')}`, html),
      await visitor.open(`/logout?${query('logout_hint')}&${query('id_token_hint')}`, html),
      await visitor.open(`/${encodeURIComponent(hostile)}`, html),
      await visitor.open(`/interaction/${encodeURIComponent(hostile)}`, html),
    ]
    for (const page of shown) {
      assert.notInclude(page.text, '<img src=x', page.url.pathname)
      assert.notInclude(page.text, '<script>alert', page.url.pathname)
    }
  })

  it('72 no parameter of ours leads a browser to another site', async () => {
    const { visitor, email } = await somebody()
    const evil = [
      'https://evil.example',
      '//evil.example',
      '/\\evil.example',
      'https:evil.example',
      'javascript:alert(1)',
    ]
    const names = [
      'next',
      'return_to',
      'returnTo',
      'redirect',
      'redirect_uri',
      'url',
      'state',
      'continue',
      'target_link_uri',
    ]
    const open = async (path: string): Promise<void> => {
      const page = await visitor.open(path)
      assert.include([at().house.origin, at().house.rpOrigin], page.url.origin, path)
    }
    const { page } = await givePassword(email)
    for (const address of evil) {
      const all = new URLSearchParams(names.map((name): [string, string] => [name, address])).toString()
      for (const path of ['/', '/account', '/account/face', '/device', '/logout/success', page.url.pathname])
        await open(`${path}?${all}`)
      await open(`/${encodeURIComponent(address)}`)
      await open(`/account/${encodeURIComponent(address)}`)
      const raw = await askAs(new URL(at().house.origin).host, `//evil.example/%2e%2e`)
      assert.notMatch(raw, /"location":"[^"]*evil/)
      const created = await stranger().open(`/authorize?prompt=create&${all}`)
      assert.equal(created.url.origin, at().house.origin)
    }
  })
})
