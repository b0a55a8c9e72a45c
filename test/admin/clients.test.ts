import { assert } from 'chai'
import { modelsDir } from '../media.ts'
import { there, type House } from '../flows/house.ts'
import { openDocument, type DocumentCheck } from './document.ts'
import { call, startHouseWithClients, tokenFor } from './house-with-clients.ts'

describe('Clients, by the API of administration', function () {
  this.timeout(60_000)
  let house: House | undefined
  let token = ''
  let check: DocumentCheck

  before(async function () {
    if (modelsDir === undefined) this.skip()
    house = await startHouseWithClients()
    token = await tokenFor(house)
    check = await openDocument(house)
  })
  after(async () => {
    await house?.close()
  })

  const ask = async (
    operation: string,
    path: string,
    wish: { method?: string; body?: unknown; headers?: Readonly<Record<string, string>> } = {},
  ) => {
    const answer = await call(there(house), token, { path, ...wish })
    check(operation, answer)
    return answer
  }
  const shop = {
    client_id: 'shop',
    name: 'Shop',
    type: 'confidential',
    redirect_uris: ['https://shop.example/callback'],
  }
  /** `invalid_grant` is said to who has proved to be the client, `invalid_client` to who has not. */
  const knock = async (secret: string): Promise<unknown> => {
    const response = await fetch(`${there(house).origin}/token`, {
      method: 'POST',
      headers: { authorization: `Basic ${Buffer.from(`shop:${secret}`).toString('base64')}` },
      body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: 'none' }),
    })
    return ((await response.json()) as { readonly error: unknown }).error
  }

  it('are made with a secret that is told once, changed by version, and removed', async () => {
    const made = await ask('createClient', '/clients', { method: 'post', body: shop })
    assert.equal(made.status, 201)
    const secret = String(made.body['secret'])
    assert.equal(await knock(secret), 'invalid_grant')
    assert.equal(await knock(`${secret}x`), 'invalid_client')
    const shown = await ask('showClient', '/clients/shop')
    assert.notInclude(shown.text, secret)
    assert.notMatch(shown.text, /sha256:/)
    const tag = shown.headers.get('etag') ?? ''
    const body = { ...(shown.body['fields'] as object), name: 'The Shop' }
    const blind = await call(there(house), token, { method: 'put', path: '/clients/shop', body })
    assert.equal(blind.status, 428)
    const changed = await ask('editClient', '/clients/shop', {
      method: 'put',
      body,
      headers: { 'if-match': tag },
    })
    assert.equal(changed.status, 200, changed.text)
    assert.notEqual(changed.headers.get('etag'), tag)
    assert.equal(await knock(secret), 'invalid_grant', 'a change of the name leaves the secret')
    const late = await ask('editClient', '/clients/shop', {
      method: 'put',
      body: { ...body, name: 'Mine' },
      headers: { 'if-match': tag },
    })
    assert.equal(late.status, 412)
    const rotated = await ask('rotateSecret', '/clients/shop/secrets', { method: 'post' })
    const next = String(rotated.body['secret'])
    assert.deepEqual([await knock(secret), await knock(next)], ['invalid_grant', 'invalid_grant'], 'both')
    await ask('dropOldSecret', '/clients/shop/secrets/old', { method: 'delete' })
    assert.deepEqual([await knock(secret), await knock(next)], ['invalid_client', 'invalid_grant'])
    assert.equal((await ask('removeClient', '/clients/shop', { method: 'delete' })).status, 204)
    assert.equal(await knock(next), 'invalid_client')
  })

  it('are refused with what is wrong with which setting, and take no secret that somebody chose', async () => {
    const wrong = { ...shop, redirect_uris: ['http://shop.example/callback'], colour: 'red' }
    const refused = await ask('createClient', '/clients', { method: 'post', body: wrong })
    assert.equal(refused.status, 422)
    assert.equal(refused.headers.get('content-type'), 'application/problem+json')
    assert.isNotEmpty(refused.body['problems'])
    for (const name of ['secret', 'secret_digests', 'secret_file']) {
      const body = { ...shop, [name]: 'x'.repeat(40) }
      const chosen = await ask('createClient', '/clients', { method: 'post', body })
      assert.equal(chosen.status, 422, name)
    }
    const huge = { ...shop, name: 'x'.repeat(20_000) }
    assert.equal(
      (await call(there(house), token, { method: 'post', path: '/clients', body: huge })).status,
      400,
    )
  })

  it('of clients.yaml are shown and not changed', async () => {
    const shown = await ask('showClient', '/clients/demo')
    assert.equal(shown.body['origin'], 'file')
    const removed = await call(there(house), token, { method: 'delete', path: '/clients/demo' })
    assert.equal(removed.status, 409)
    const robot = await call(there(house), token, { method: 'post', path: '/clients/robot/secrets' })
    assert.equal(robot.status, 403, 'a client that may administer is an owner’s to change')
  })

  it('ask for tokens for APIs that are declared here too, changed by version and removed when nobody needs them', async () => {
    const api = { identifier: 'https://orders.example/', scopes: { read: 'read your orders' } }
    const path = `/resources/${encodeURIComponent(api.identifier)}`
    const create = (body: object) => ask('createResource', '/resources', { method: 'post', body })
    const change = (body: object, tag: string) =>
      ask('editResource', path, { method: 'put', body, headers: { 'if-match': tag } })
    assert.equal((await create(api)).status, 201)
    assert.equal((await create(api)).status, 422, 'taken')
    assert.equal((await create({ ...api, identifier: 'orders', colour: 'red' })).status, 422)
    const list = await ask('listResources', '/resources?query=ORDERS&limit=1')
    assert.lengthOf(list.body['items'] as readonly unknown[], 1)
    assert.equal((await ask('listResources', '/resources?origin=house')).status, 200)
    await ask('createClient', '/clients', { method: 'post', body: { ...shop, resources: [api.identifier] } })
    const shown = await ask('showResource', path)
    assert.deepEqual(shown.body['usedBy'], ['shop'])
    const tag = shown.headers.get('etag') ?? ''
    const changed = await change({ ...api, name: 'Orders', token_seconds: 60 }, tag)
    assert.equal(changed.body['name'], 'Orders')
    assert.equal((await change(api, tag)).status, 412)
    const used = await ask('removeResource', path, { method: 'delete' })
    assert.equal(`${used.status} ${String(used.body['code'])}`, '409 admin_resource_in_use')
    await ask('removeClient', '/clients/shop', { method: 'delete' })
    assert.equal((await ask('removeResource', path, { method: 'delete' })).status, 204)
    assert.equal((await call(there(house), token, { path })).status, 404)
    const own = `/resources/${encodeURIComponent(`${there(house).origin}/admin/api`)}`
    assert.equal((await ask('showResource', own)).body['origin'], 'house')
    assert.equal((await call(there(house), token, { method: 'delete', path: own })).status, 409)
  })

  it('call as often as a program may, and are slowed down beyond that', async () => {
    const read = await tokenFor(there(house), { clientId: 'reader', scopes: ['admin:clients:read'] })
    const answers = new Set<number>()
    for (let at = 0; at < 13; at += 1) {
      const calls = Array.from({ length: 50 }, () => call(there(house), read, { path: '/keys' }))
      for (const { status } of await Promise.all(calls)) answers.add(status)
    }
    assert.sameMembers([...answers], [403, 429])
    assert.equal((await call(there(house), token, { path: '/clients' })).status, 200, 'another client')
  })
})
