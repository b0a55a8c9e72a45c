import { assert } from 'chai'
import { describeOnEachEngine } from './engines.ts'
import { type AnyTestStore } from './fixtures.ts'

const author = { name: 'ada', address: '192.0.2.7' }
const shop = { client_id: 'shop', name: 'Shop', type: 'public' }
const created = { kind: 'client', id: 'shop', entry: shop, version: 0, event: 'client_created' } as const

describeOnEachEngine('clients that administrators made', (openTestStore) => {
  let test: AnyTestStore
  beforeEach(async () => (test = await openTestStore()))
  afterEach(() => test.close())

  it('come back as they were written, with who wrote them and when', async () => {
    const { managedClients } = test.store
    assert.isUndefined(await managedClients.write([created], author))
    const at = test.clock()
    const whose = { createdAt: at, createdBy: 'ada', changedAt: at, changedBy: 'ada' }
    assert.deepEqual(await managedClients.find('client', 'shop'), {
      id: 'shop',
      entry: shop,
      version: 1,
      ...whose,
    })
    assert.isUndefined(await managedClients.find('resource', 'shop'))
    const [event] = await test.store.audit.list({ types: ['client_created'], limit: 2 })
    assert.include(event, { clientId: 'shop', address: '192.0.2.7' })
    assert.deepEqual(event?.detail, { by: 'ada' })
  })

  it('are changed by whoever read them last, and by nobody who read them before that', async () => {
    const { managedClients } = test.store
    await managedClients.write([created], author)
    test.pass(60)
    const entry = { ...shop, name: 'New' }
    const change = { ...created, entry, version: 1, event: 'client_changed', detail: { fields: 'name' } }
    assert.isUndefined(await managedClients.write([change], { name: 'ben' }))
    assert.deepInclude(await managedClients.find('client', 'shop'), {
      entry,
      version: 2,
      createdBy: 'ada',
      changedBy: 'ben',
      changedAt: test.clock(),
    })
    for (const late of [change, { ...change, entry: undefined }, created]) {
      assert.deepEqual(await managedClients.write([late], author), { kind: 'client', id: 'shop' })
    }
    assert.lengthOf(await test.store.audit.list({ types: ['client_changed'], limit: 9 }), 1)
  })

  it('are changed together or not at all', async () => {
    const { managedClients } = test.store
    await managedClients.write([created], author)
    const api = { kind: 'resource', id: 'https://api.example/', entry: {}, version: 0, event: 'x' } as const
    assert.deepEqual(await managedClients.write([api, created], author), { kind: 'client', id: 'shop' })
    assert.isEmpty(await managedClients.list('resource'))
    const failing = managedClients.write([api], author, () => Promise.reject(new Error('no')))
    await failing.then(
      () => assert.fail('written'),
      () => undefined,
    )
    assert.isEmpty(await managedClients.list('resource'))
    assert.isTrue((await test.store.audit.verify()).isWhole)
  })

  it('are listed by name, a page at a time', async () => {
    const { managedClients } = test.store
    const ids = ['c', 'a', 'b']
    await managedClients.write(
      ids.map((id) => ({ ...created, id })),
      author,
    )
    const idsOf = (entries: readonly { readonly id: string }[]) => entries.map(({ id }) => id)
    assert.deepEqual(idsOf(await managedClients.list('client')), ['a', 'b', 'c'])
    assert.deepEqual(idsOf(await managedClients.list('client', { limit: 2 })), ['a', 'b'])
    assert.deepEqual(idsOf(await managedClients.list('client', { limit: 2, afterId: 'b' })), ['c'])
    assert.deepEqual(idsOf(await managedClients.findMany('client', ['c', 'z'])), ['c'])
    assert.isEmpty(await managedClients.findMany('client', []))
  })

  it('are not found by names that no client has, whatever is in them', async () => {
    await test.store.managedClients.write([created], author)
    for (const id of ['', 'shop\u0000', '\u0000', '\uD800', "' OR 1=1 --", 'x'.repeat(100_000)])
      assert.isUndefined(await test.store.managedClients.find('client', id), id.slice(0, 20))
  })

  it('that somebody has written nonsense into are there, without content', async () => {
    await test.store.managedClients.write([created], author)
    await test.sql(`UPDATE managed_entries SET entry = '{nonsense'`)
    assert.isUndefined((await test.store.managedClients.find('client', 'shop'))?.entry)
  })
})

describeOnEachEngine('what a client was given', (openTestStore) => {
  let test: AnyTestStore
  beforeEach(async () => (test = await openTestStore()))
  afterEach(() => test.close())

  const give = async (clientId: string, subject = 'anna'): Promise<void> => {
    const { oidc } = test.store
    const grantId = `grant of ${clientId} and ${subject}`
    await oidc.recordsOf('Grant').upsert(grantId, { jti: grantId, accountId: subject, clientId }, 600)
    for (const model of ['RefreshToken', 'AccessToken', 'AuthorizationCode']) {
      await oidc.recordsOf(model).upsert(`${model} of ${grantId}`, { grantId, clientId }, 600)
    }
  }
  const has = async (clientId: string, model = 'Grant', subject = 'anna'): Promise<boolean> => {
    const grantId = `grant of ${clientId} and ${subject}`
    const id = model === 'Grant' ? grantId : `${model} of ${grantId}`
    return (await test.store.oidc.recordsOf(model).find(id)) !== undefined
  }

  it('ends with it, and nothing of another', async () => {
    await give('shop')
    await give('shop', 'ben')
    await give('other')
    assert.equal(await test.store.clientRecords.endAccess('shop'), 2)
    for (const model of ['Grant', 'RefreshToken', 'AccessToken', 'AuthorizationCode']) {
      assert.isFalse(await has('shop', model), model)
      assert.isTrue(await has('other', model), model)
    }
    assert.isFalse(await has('shop', 'Grant', 'ben'))
    assert.equal(await test.store.clientRecords.endAccess('shop'), 0)
  })

  it('ends too where it was given before clients were noted beside it', async () => {
    for (let at = 0; at < 3; at += 1) await give('shop', `subject ${at}`)
    await give('other')
    await test.sql('UPDATE oidc_records SET "clientDigest" = NULL')
    assert.equal(await test.store.clientRecords.endAccess('shop'), 3)
    assert.isFalse(await has('shop', 'RefreshToken', 'subject 1'))
    assert.isTrue(await has('other'))
  })

  it('has no part in sessions any more, which go on with the others', async () => {
    await give('shop')
    const sessions = test.store.oidc.recordsOf('Session')
    const authorizations = { shop: { sid: '1' }, other: { sid: '2' } }
    const exp = test.clock().getTime() / 1000 + 300
    await sessions.upsert('s', { jti: 's', uid: 'u', exp, accountId: 'anna', authorizations }, 300)
    await test.store.clientRecords.endAccess('shop')
    assert.deepEqual((await sessions.find('s'))?.['authorizations'], { other: { sid: '2' } })
    test.pass(400)
    assert.isUndefined(await sessions.find('s'))
  })

  it('cannot be told from the database without its key', async () => {
    await give('a-client-with-a-long-name')
    assert.notInclude((await test.dump()).toString('latin1'), 'a-client-with-a-long-name')
  })

  it('that registered itself is listed, a page at a time', async () => {
    const registered = test.store.oidc.recordsOf('Client')
    for (const id of ['one', 'two', 'three']) await registered.upsert(id, { client_id: id })
    const seen: unknown[] = []
    let after: string | undefined
    for (let pages = 0; pages < 4; pages += 1) {
      const page = await test.store.clientRecords.listRegistered({ limit: 2, after })
      seen.push(...page.map(({ payload }) => payload['client_id']))
      after = page.at(-1)?.place
      if (page.length < 2) break
    }
    assert.sameMembers(seen, ['one', 'two', 'three'])
  })
})
