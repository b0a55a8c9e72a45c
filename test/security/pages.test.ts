import { assert } from 'chai'
import { goToCamera } from '../flows/relying-party.ts'
import { createAccount } from '../flows/stories.ts'
import type { Page } from '../flows/visitor.ts'
import { useHouse } from './visit.ts'

/** Where the camera is wanted, and nowhere else. */
const withCamera: ReadonlySet<string> = new Set(['the camera', 'enrolment', 'a face for the account'])

describe('Security: what browsers may do with our pages', function () {
  this.timeout(60_000)
  const { at, stranger, somebody, givePassword } = useHouse()
  let pages: ReadonlyMap<string, Page> = new Map()

  /** A tour through the house: every kind of page, each by its name. */
  before(async () => {
    const { party, house } = at()
    const begin = async (extra: Readonly<Record<string, string>> = {}) => (await party.begin(extra)).url
    const visitor = stranger()
    const camera = await goToCamera(visitor, await begin(), 'nobody@example.com')
    const beside = (name: string) => visitor.open(camera.url.pathname.replace(/face$/, name))
    const { visitor: owner, email } = await somebody()
    const { page: enrolment } = await createAccount(house, 'enrolling@example.com')
    const account = [
      '',
      '/devices',
      '/authenticator',
      '/authenticator-setup',
      '/face',
      '/password',
      '/profile',
    ]
    pages = new Map([
      ['the front door', await stranger().open('/')],
      ['the address', await stranger().open(await begin())],
      ['the camera', camera],
      ['the password', await beside('password')],
      [
        'a wrong password',
        await visitor.submit(await beside('password'), '/password', { password: 'wrong' }),
      ],
      ['registration', await stranger().open(await begin({ prompt: 'create' }))],
      ['enrolment', enrolment],
      ['consent', (await givePassword(email)).page],
      ['recovery', await stranger().open('/account/recover')],
      ['a device', await stranger().open('/device')],
      ['signing out', await owner.open('/logout')],
      ['signed out', await stranger().open('/logout/success')],
      ['no such page', await stranger().open('/no/such/page', { headers: { accept: 'text/html' } })],
      ['no such visit', await stranger().open('/interaction/x', { headers: { accept: 'text/html' } })],
      [
        'a refused request',
        await stranger().open('/authorize?client_id=nobody', { headers: { accept: 'text/html' } }),
      ],
      ['an answer by form', await owner.open(await begin({ response_mode: 'form_post', prompt: 'none' }))],
      ...(await Promise.all(
        account.map(async (path): Promise<[string, Page]> => {
          const name = path === '/face' ? 'a face for the account' : `the account${path}`
          return [name, await owner.open(`/account${path}`)]
        }),
      )),
    ])
  })

  const each = (check: (page: Page, name: string, policy: ReadonlyMap<string, string>) => void): void => {
    assert.isAtLeast(pages.size, 20)
    for (const [name, page] of pages) {
      assert.match(page.headers.get('content-type') ?? '', /^text\/html/, name)
      const directives = (page.headers.get('content-security-policy') ?? '')
        .split(';')
        .map((part) => part.trim())
      const policy = new Map(
        directives.map((part): [string, string] => [part.split(' ')[0] ?? '', part.replace(/^\S+ ?/, '')]),
      )
      check(page, name, policy)
    }
  }

  it('20 no page can be shown in a frame of another site, error pages and sign-out included', () => {
    each(({ headers }, name, policy) => {
      assert.equal(headers.get('x-frame-options'), 'DENY', name)
      assert.equal(policy.get('frame-ancestors'), "'none'", name)
    })
  })

  it('21 pages run our own scripts alone, send forms to us or to the app of the visit, and open the camera only where it is wanted', () => {
    each(({ headers, text }, name, policy) => {
      assert.equal(policy.get('default-src'), "'none'", name)
      assert.equal(policy.get('object-src'), "'none'", name)
      assert.equal(policy.get('base-uri'), "'none'", name)
      assert.match(policy.get('script-src') ?? '', /^('self'|'none')?( ?'sha256-[A-Za-z0-9+/=]+')*$/, name)
      assert.notMatch([...policy.values()].join(' '), /unsafe-|\*|https?:(\s|$)/, name)
      const targets = (policy.get('form-action') ?? '').split(' ')
      const allowed = ["'self'", "'none'", at().house.origin, at().house.rpOrigin]
      for (const target of targets) assert.include(allowed, target, name)
      const camera = withCamera.has(name) ? 'camera=(self)' : 'camera=()'
      assert.include(headers.get('permissions-policy') ?? '', camera, name)
      if (name === 'an answer by form') return
      assert.notMatch(text, /<script(?![^>]*\bsrc=)|<style|\son[a-z]+=|javascript:/i, name)
    })
  })

  it('22 addresses are told to nobody, and neither pages nor tokens are kept', async () => {
    each(({ headers }, name) => {
      assert.equal(headers.get('referrer-policy'), 'no-referrer', name)
      assert.equal(headers.get('cache-control'), 'no-store', name)
      assert.equal(headers.get('x-content-type-options'), 'nosniff', name)
    })
    for (const path of ['/token', '/par', '/introspect', '/revoke', '/userinfo', '/device-authorization']) {
      const response = await fetch(`${at().house.origin}${path}`, {
        method: 'POST',
        body: new URLSearchParams(),
      })
      assert.match(response.headers.get('cache-control') ?? '', /no-store/, path)
    }
  })

  it('23 consent names the app and where it leads, is asked for each new app, and cannot be walked around', async () => {
    const { email } = await somebody()
    const { visitor, page } = await givePassword(email)
    assert.include(page.text, 'Demo Shop')
    assert.include(page.text, new URL(at().house.rpOrigin).host)
    assert.include(page.text, email)
    // Signed in, but nothing was allowed: neither going on nor asking again brings a code.
    const resumed = await visitor.open(page.url.pathname.replace('/interaction/', '/authorize/'))
    assert.equal(resumed.url.origin, at().house.origin)
    const again = await visitor.open((await at().party.begin({ prompt: 'login consent' })).url)
    assert.equal(again.url.origin, at().house.origin)
    const silent = await visitor.open((await at().party.begin({ prompt: 'none' })).url)
    assert.equal(silent.url.searchParams.get('error'), 'consent_required')
    const denying = await visitor.open((await at().party.begin()).url)
    const denied = await visitor.submit(denying, '/deny')
    assert.equal(denied.url.searchParams.get('error'), 'access_denied')
    const after = await visitor.open((await at().party.begin({ prompt: 'none' })).url)
    assert.equal(after.url.searchParams.get('error'), 'consent_required', 'a no is no yes')
  })
})
