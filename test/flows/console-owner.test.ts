import { assert } from 'chai'
import { decodeJwt } from 'jose'
import { call } from '../admin/house-with-clients.ts'
import { modelsDir } from '../media.ts'
import { becomeAdministrator, linkOf, type Administrator } from './administrators.ts'
import { startHouse, there, type House } from './house.ts'
import type { Page } from './visitor.ts'

describe('An owner at the console, over HTTP,', function () {
  this.timeout(60_000)
  let house: House | undefined
  let owner: Administrator

  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouse()
    const link = await house.app.beginAdministration()
    owner = await becomeAdministrator(house, { link: link ?? '', email: 'olga@example.com' })
  })
  after(async () => {
    await house?.close()
  })

  const open = (path: string) => owner.visitor.open(`/admin${path}`)
  const said = (page: Page): string =>
    /<p class="done" role="status">([^<]*)</.exec(page.text)?.[1]?.trim() ?? ''
  const apiUrl = (identifier: string): string => `/apis/${encodeURIComponent(identifier)}`

  const addApi = async (fields: Readonly<Record<string, string>>): Promise<Page> =>
    owner.visitor.submit(await open('/apis-new'), '/apis-new', { token_alg: 'RS256', ...fields })

  const addApp = async (id: string, resources: string): Promise<string> => {
    const made = await owner.visitor.submit(await open('/clients-new'), '/clients-new', {
      client_id: id,
      name: id,
      type: 'confidential',
      grant_client: 'yes',
      resources,
    })
    assert.equal(made.status, 200, made.text)
    return /aria-label="secret"><code>([\w-]{43})<\/code>/.exec(made.text)?.[1] ?? ''
  }

  const tokenOf = async (id: string, secret: string, wish: { resource: string; scope: string }) => {
    const answer = await fetch(`${there(house).origin}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'client_credentials', ...wish }),
    })
    const body = (await answer.json()) as { readonly access_token?: string }
    assert.isString(body.access_token, JSON.stringify(body))
    return body.access_token ?? ''
  }

  it('lets a program at the API for administrators, which then does what its scopes say and nothing else', async () => {
    const audience = `${there(house).origin}/admin/api`
    const secret = await addApp('directory-sync', `${audience} admin:subjects:read`)
    const page = await open('/clients/directory-sync')
    assert.include(page.text, 'This app may call the API for administrators.')
    assert.include((await open(apiUrl(audience))).text, 'href="/admin/clients/directory-sync"')
    const token = await tokenOf('directory-sync', secret, {
      resource: audience,
      scope: 'admin:subjects:read',
    })
    const found = await call(there(house), token, { path: '/subjects?query=olga' })
    const [olga] = found.body['items'] as readonly { readonly id: string }[]
    assert.isDefined(olga)
    const path = `/subjects/${olga.id}/disable`
    const refused = await call(there(house), token, { method: 'post', path })
    assert.equal(`${refused.status} ${String(refused.body['code'])}`, '403 admin_scope_missing')
    const trail = await open('/audit?client=directory-sync')
    assert.include(trail.text, 'Searched people')
    await owner.visitor.submit(await open('/clients/directory-sync/remove'), '/remove', {
      typed: 'directory-sync',
    })
    assert.equal((await call(there(house), token, { path: '/subjects' })).status, 401, 'at once')
  })

  it('declares an API, and a token for it is worth nothing at the API for administrators', async () => {
    const identifier = 'https://orders.example/'
    const wrong = await addApi({ identifier: 'orders', scopes: 'read', name: 'Orders' })
    assert.equal(wrong.status, 400)
    assert.include(wrong.text, 'Nothing was saved yet')
    assert.include(wrong.text, 'value="Orders"')
    const made = await addApi({
      identifier,
      scopes: 'orders:read read your orders\norders:write change them',
    })
    assert.equal(said(made), 'The API is saved.', made.text)
    assert.include(made.text, 'read your orders')
    assert.include((await open('/apis?q=orders')).text, identifier)
    const secret = await addApp('warehouse', identifier)
    const token = await tokenOf('warehouse', secret, { resource: identifier, scope: 'orders:read' })
    const { aud, ...claims } = decodeJwt(token)
    assert.deepEqual([aud, claims['scope']], [identifier, 'orders:read'])
    const refused = await call(there(house), token, { path: '/subjects' })
    assert.equal(`${refused.status} ${String(refused.body['code'])}`, '401 admin_token_invalid')
  })

  it('changes an API, which is not removed while an app may ask for its tokens', async () => {
    const identifier = 'urn:example:letters'
    await addApi({ identifier, scopes: 'send send letters' })
    await addApp('post-office', `${identifier} send`)
    const form = await open(`${apiUrl(identifier)}/edit`)
    const changed = { scopes: 'send send letters for you', token_seconds: '60', token_alg: 'ES256' }
    const saved = await owner.visitor.submit(form, '/edit', changed)
    assert.equal(said(saved), 'The API is saved.')
    assert.include(saved.text, 'send letters for you')
    assert.include(saved.text, '60 seconds')
    const late = await owner.visitor.submit(form, '/edit', changed)
    assert.equal(late.status, 412)
    const without = await owner.visitor.submit(await open(`${apiUrl(identifier)}/edit`), '/edit', {
      ...changed,
      scopes: 'other do something else',
    })
    assert.include(without.text, 'scopes: lack one that post-office may ask for')
    assert.notInclude((await open(apiUrl(identifier))).text, 'Remove this API')
    await owner.visitor.submit(await open('/clients/post-office/remove'), '/remove', { typed: 'post-office' })
    const gone = await owner.visitor.submit(await open(apiUrl(identifier)), '/remove')
    assert.equal(said(gone), 'The API is removed.')
    assert.equal((await open(apiUrl(identifier))).status, 404)
  })

  it('finds the API for administrators among the APIs, and cannot change it', async () => {
    const list = await open('/apis?source=house')
    const page = await owner.visitor.open(linkOf(list, `${there(house).origin}/admin/api`))
    assert.include(page.text, 'Of this provider')
    assert.include(page.text, 'admin:subjects:read')
    assert.notInclude(page.text, '/edit"')
    assert.equal((await open(`${apiUrl(`${there(house).origin}/admin/api`)}/edit`)).status, 403)
    const taken = await addApi({ identifier: `${there(house).origin}/admin/api` })
    assert.include(taken.text, 'identifier: is taken')
    const posing = await addApi({
      identifier: 'https://sly.example/',
      audience: `${there(house).origin}/admin/api`,
    })
    assert.include(posing.text, 'audience: is that of an API of this provider itself')
  })

  it('who is the last one is not switched off, erased, demoted or removed, nor closes the account', async () => {
    const { visitor, email } = owner
    const list = await open('/subjects?q=olga')
    const person = await visitor.open(linkOf(list, email))
    assert.notInclude(person.text, '/switch"')
    const csrf = /name="csrf" value="([^"]*)"/.exec(person.text)?.[1] ?? ''
    const ask = async (path: string, fields?: Readonly<Record<string, string>>): Promise<string> => {
      const answer = await visitor.request(new URL(path, there(house).origin), {
        ...(fields === undefined ? {} : { method: 'POST', body: new URLSearchParams({ csrf, ...fields }) }),
        headers: { accept: 'text/html' },
      })
      assert.equal(answer.status, 409, path)
      return answer.text()
    }
    const id = person.url.pathname.split('/').at(-1) ?? ''
    const last = 'This is the last owner'
    const administers = 'This account administers this provider'
    for (const [path, fields, words] of [
      [`${person.url.pathname}/switch`, { to: 'off' }, administers],
      [`${person.url.pathname}/erase`, { typed: email }, administers],
      ['/admin/administrators/role', { administrator: id, role: 'auditor' }, last],
      ['/admin/administrators/remove', { administrator: id }, last],
    ] as const) {
      assert.include(await ask(path, fields), words, path)
    }
    const close = await ask('/account/close')
    assert.include(close, last)
    assert.include(close, 'href="/admin/administrators"')
    assert.equal((await visitor.open('/account')).url.pathname, '/account', 'and is still signed in')
  })
})
