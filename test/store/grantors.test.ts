import { assert } from 'chai'
import { describeOnEachEngine } from './engines.ts'
import type { AnyTestStore } from './fixtures.ts'

describeOnEachEngine('Who gave apps access', (openTestStore) => {
  let test: AnyTestStore
  beforeEach(async () => {
    test = await openTestStore()
    const grants = test.store.oidc.recordsOf('Grant')
    await grants.upsert('1', { accountId: 'ada', clientId: 'shop' }, 600)
    await grants.upsert('2', { accountId: 'ada', clientId: 'notes' }, 600)
    await grants.upsert('3', { accountId: 'ben', clientId: 'notes' }, 600)
    await grants.upsert('4', { accountId: 'eve', clientId: 'mien-account' }, 600)
    await test.store.oidc.recordsOf('RememberedConsent').upsert('5', { accountId: 'dan', clientId: 'shop' })
    await test.store.oidc.recordsOf('Session').upsert('6', { accountId: 'kim', uid: 'u' }, 600)
  })
  afterEach(() => test.close())

  const list = (wish: object = {}) =>
    test.store.clientRecords.listGrantors({ limit: 9, exceptClients: ['mien-account'], ...wish })

  it('is told once for each, without what pages of this house were given', async () => {
    assert.deepEqual(await list(), ['ada', 'ben', 'dan'])
  })

  it('is told of one app, and of some people', async () => {
    assert.deepEqual(await list({ clientId: 'shop' }), ['ada', 'dan'])
    assert.deepEqual(await list({ subjectIds: ['ben', 'kim'] }), ['ben'])
    assert.deepEqual(await list({ subjectIds: [] }), [])
    assert.deepEqual(await list({ clientId: 'nothing' }), [])
  })

  it('is told a page at a time, and not of what is over', async () => {
    assert.deepEqual(await list({ limit: 2 }), ['ada', 'ben'])
    assert.deepEqual(await list({ limit: 2, fromId: 'ben' }), ['ben', 'dan'])
    assert.deepEqual(await list({ limit: 2, afterId: 'ben' }), ['dan'])
    test.pass(601)
    assert.deepEqual(await list(), ['dan'])
  })
})
