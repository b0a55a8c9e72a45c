import { assert } from 'chai'
import { describeOnEachEngine } from './engines.ts'
import { type AnyTestStore } from './fixtures.ts'

describeOnEachEngine('Trusted devices', (openTestStore) => {
  let test: AnyTestStore
  let ada = ''
  let ben = ''
  beforeEach(async () => {
    test = await openTestStore()
    ada = (await test.store.subjects.create({ email: 'ada@example.com', passwordHash: 'h' })).id
    ben = (await test.store.subjects.create({ email: 'ben@example.com', passwordHash: 'h' })).id
  })
  afterEach(() => test.close())

  const key = { publicKey: '{"kty":"EC"}', thumbprint: 'thumbprint-of-one', name: 'Firefox on Linux' }
  const trust = (subjectId: string): Promise<boolean> => test.store.deviceKeys.trust({ subjectId, ...key })

  it('belong to the subject that trusted them and to nobody else', async () => {
    await trust(ada)
    assert.equal((await test.store.deviceKeys.find(ada, key.thumbprint))?.publicKey, key.publicKey)
    assert.isUndefined(await test.store.deviceKeys.find(ben, key.thumbprint))
    assert.isUndefined(await test.store.deviceKeys.find(ada, 'another thumbprint'))
    await trust(ben)
    assert.lengthOf(await test.store.deviceKeys.list(ben), 1, 'two people may share a browser')
  })

  it('tell when they were first and last used', async () => {
    await trust(ada)
    const [fresh] = await test.store.deviceKeys.list(ada)
    assert.deepEqual(fresh?.createdAt, test.clock())
    assert.isUndefined(fresh?.lastUsedAt)
    test.pass(60)
    await test.store.deviceKeys.touch(fresh?.id ?? '')
    const [used] = await test.store.deviceKeys.list(ada)
    assert.deepEqual(used?.lastUsedAt, test.clock())
  })

  it('are trusted once, however often the password is given on them', async () => {
    assert.isTrue(await trust(ada), 'trust begins')
    assert.isFalse(await trust(ada), 'and goes on')
    assert.lengthOf(await test.store.deviceKeys.list(ada), 1)
  })

  it('are found no more once they are removed, until they are trusted again', async () => {
    await trust(ada)
    const [device] = await test.store.deviceKeys.list(ada)
    await test.store.deviceKeys.revoke(ben, device?.id ?? '')
    assert.isDefined(await test.store.deviceKeys.find(ada, key.thumbprint), 'nobody removes another’s device')
    await test.store.deviceKeys.revoke(ada, device?.id ?? '')
    assert.isUndefined(await test.store.deviceKeys.find(ada, key.thumbprint))
    assert.isEmpty(await test.store.deviceKeys.list(ada))
    await trust(ada)
    assert.isDefined(await test.store.deviceKeys.find(ada, key.thumbprint))
  })

  it('are renamed by the subject that trusts them, and by nobody else', async () => {
    await trust(ada)
    const [device] = await test.store.deviceKeys.list(ada)
    const id = device?.id ?? ''
    assert.isFalse(await test.store.deviceKeys.rename(ben, id, 'Mine now'))
    assert.isTrue(await test.store.deviceKeys.rename(ada, id, 'The old laptop'))
    assert.equal((await test.store.deviceKeys.list(ada))[0]?.name, 'The old laptop')
    await test.store.deviceKeys.revoke(ada, id)
    assert.isFalse(await test.store.deviceKeys.rename(ada, id, 'A lost laptop'))
  })

  it('leave a line for each beginning and end of trust', async () => {
    await trust(ada)
    const [device] = await test.store.deviceKeys.list(ada)
    test.pass(1)
    await test.store.deviceKeys.revoke(ada, device?.id ?? '')
    await test.store.deviceKeys.revoke(ada, device?.id ?? '')
    const types = (await test.store.audit.listOf(ada, 10)).map(({ type }) => type)
    assert.deepEqual(types, ['device_revoked', 'device_trusted'])
  })

  it('stay when the face is deleted, and go with the account', async () => {
    await trust(ada)
    await test.store.templates.erase(ada)
    assert.lengthOf(await test.store.deviceKeys.list(ada), 1)
    await test.store.subjects.erase(ada)
    assert.isEmpty(await test.sql('SELECT * FROM device_keys'))
  })
})
