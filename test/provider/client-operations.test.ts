import { assert } from 'chai'
import * as client from 'openid-client'
import type { ClientParts } from '../../src/client-parts.ts'
import { EntryFault } from '../../src/provider/entry-fault.ts'
import { api, author, faultOf, openParts, robot, shop } from './client-parts.ts'
import { callback, discover, startProvider, type TestProvider } from './fixtures.ts'

describe('what administrators do with clients', () => {
  let test: TestProvider
  let parts: ClientParts
  beforeEach(async () => {
    test = await startProvider({ registrationToken: 'an-initial-access-token-of-the-operator' })
    parts = openParts(test)
  })
  afterEach(() => test.close())

  it('is held to what clients.yaml is, setting by setting', async () => {
    const faulty: readonly [object, string][] = [
      [{ ...shop, redirect_uris: ['http://evil.example/'] }, 'redirect_uris.0'],
      [{ ...shop, colour: 'red' }, ''],
      [{ ...shop, client_id: 'mien-account' }, 'client_id'],
      [robot, 'resources'],
      [{ ...shop, sender_constrained: 'mtls' }, 'sender_constrained'],
      [
        { client_id: 'x', name: 'x', type: 'confidential', secret: 'short', redirect_uris: [callback] },
        'secret',
      ],
    ]
    for (const [entry, path] of faulty) {
      const error: unknown = await parts.clientOperations
        .create(entry, author)
        .catch((thrown: unknown) => thrown)
      if (!(error instanceof EntryFault)) return assert.fail(`made: ${JSON.stringify(entry)}`)
      assert.equal(error.code, 'entry_invalid')
      assert.include(
        error.problems.map((each) => each.path),
        path,
        error.message,
      )
    }
    for (const given of [undefined, null, 'x', []])
      assert.equal(await faultOf(parts.clientOperations.create(given, author)), 'entry_invalid')
  })

  it('takes no name that another has, and changes no entry that is not an administrator’s', async () => {
    const answer = await fetch(`${test.issuer}/register`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: 'Bearer an-initial-access-token-of-the-operator',
      },
      body: JSON.stringify({ redirect_uris: [callback] }),
    })
    const { client_id: own } = (await answer.json()) as { readonly client_id: string }
    const { clientOperations } = parts
    for (const id of ['demo', own]) {
      assert.equal(await faultOf(clientOperations.create({ ...shop, client_id: id }, author)), 'entry_exists')
      const change = { entry: { ...shop, client_id: id }, version: 0 }
      assert.equal(await faultOf(clientOperations.change(id, change, author)), 'entry_read_only')
      assert.equal(await faultOf(clientOperations.rotateSecret(id, {}, author)), 'entry_read_only')
    }
    assert.equal(await faultOf(clientOperations.remove('demo', author)), 'entry_read_only')
    assert.equal(await faultOf(clientOperations.remove('nobody', author)), 'entry_not_found')
    await clientOperations.remove(own, author)
    assert.isUndefined(await test.provider.Client.find(own))
  })

  it('is not changed by whoever has not seen the last change', async () => {
    const { clientOperations } = parts
    const { client: made } = await clientOperations.create(shop, author)
    const change = { entry: { ...shop, name: 'One' }, version: made.version }
    assert.equal((await clientOperations.change('shop', change, author)).version, 2)
    assert.equal(await faultOf(clientOperations.change('shop', change, author)), 'entry_changed')
    const moved = { entry: { ...shop, client_id: 'other' }, version: 2 }
    assert.equal(await faultOf(clientOperations.change('shop', moved, author)), 'entry_invalid')
    const same = { entry: { ...shop, name: 'One', pkce: 'required' }, version: 2 }
    assert.equal((await clientOperations.change('shop', same, author)).version, 2)
  })

  it('is listed with all others, a page at a time, and found by part of its name', async () => {
    const { clientOperations } = parts
    for (const id of ['shop-1', 'shop-2', 'shop-3'])
      await clientOperations.create({ ...shop, client_id: id, name: `Fruit ${id}` }, author)
    const ids: string[] = []
    let after: string | undefined
    do {
      const page = await clientOperations.list({ limit: 2, after })
      ids.push(...page.clients.map(({ id }) => id))
      after = page.next
    } while (after !== undefined)
    assert.include(ids, 'demo')
    assert.deepEqual(ids.slice(-3), ['shop-1', 'shop-2', 'shop-3'])
    assert.lengthOf(new Set(ids), ids.length)
    const found = await clientOperations.list({ limit: 9, search: 'fRUIT SHOP-2', source: 'managed' })
    assert.deepEqual(
      found.clients.map(({ id }) => id),
      ['shop-2'],
    )
  })

  it('leaves a trail of who did what to it, and from where', async () => {
    const { clientOperations } = parts
    const { client: made } = await clientOperations.create({ ...shop, type: 'confidential' }, author)
    const changed = { ...made.entry, name: 'New' }
    await clientOperations.change('shop', { entry: changed, version: 1 }, author)
    await clientOperations.rotateSecret('shop', {}, author)
    await clientOperations.remove('shop', author)
    const events = await test.store.audit.list({ limit: 4 })
    assert.deepEqual(
      events.map(({ type, clientId, address, detail }) => [type, clientId, address, detail?.['by']]),
      ['client_deleted', 'client_secret_rotated', 'client_changed', 'client_created'].map((type) => [
        type,
        'shop',
        '192.0.2.7',
        'ada',
      ]),
    )
    assert.equal(events[2]?.detail?.['fields'], 'name')
  })
})

describe('an API that an administrator made', () => {
  let test: TestProvider
  let parts: ClientParts
  before(async () => {
    test = await startProvider({
      resources: [{ identifier: 'https://old.example/', scopes: { see: 'see it' } }],
    })
    parts = openParts(test)
  })
  after(() => test.close())

  it('has tokens made for it, with the lifetime and the words of its newest entry', async () => {
    const { clientOperations, resourceOperations } = parts
    const entry = { identifier: api, scopes: { use: 'use it' }, token_seconds: 60 }
    const made = await resourceOperations.create(entry, author)
    const { secret = '' } = await clientOperations.create(robot, author)
    const configuration = await discover(test, 'robot', client.ClientSecretBasic(secret))
    assert.equal((await client.clientCredentialsGrant(configuration)).expires_in, 60)
    const changed = { ...entry, token_seconds: 120, scopes: { use: 'use all of it' } }
    await resourceOperations.change(api, { entry: changed, version: made.version }, author)
    assert.equal((await client.clientCredentialsGrant(configuration)).expires_in, 120)
    const words = await test.sentences()
    assert.deepEqual(words, { see: 'see it', use: 'use all of it' })
  })

  it('is not taken away while a client may ask for tokens for it', async () => {
    const { clientOperations, resourceOperations } = parts
    const refused: unknown = await resourceOperations.remove(api, author).catch((error: unknown) => error)
    if (!(refused instanceof EntryFault)) return assert.fail('it was removed')
    assert.equal(refused.code, 'entry_in_use')
    assert.include(refused.message, 'robot')
    await clientOperations.remove('robot', author)
    await resourceOperations.remove(api, author)
    assert.isUndefined(await resourceOperations.show(api))
    const readOnly: unknown = await resourceOperations
      .remove('https://old.example/', author)
      .catch((error: unknown) => error)
    assert.equal(readOnly instanceof EntryFault && readOnly.code, 'entry_read_only')
  })
})
