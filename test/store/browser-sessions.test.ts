import { assert } from 'chai'
import { describeOnEachEngine } from './engines.ts'
import { purged, type AnyTestStore } from './fixtures.ts'

describeOnEachEngine('What is kept of sessions', (openTestStore) => {
  let test: AnyTestStore
  let ada = ''
  beforeEach(async () => {
    test = await openTestStore()
    ada = (await test.store.subjects.create({ email: 'ada@example.com', passwordHash: 'h' })).id
  })
  afterEach(() => test.close())

  const see = (uid: string, change: object = {}) =>
    test.store.browserSessions.see({
      uid,
      subjectId: ada,
      family: 'Firefox on Linux',
      acr: 'face',
      loginAt: new Date('2026-01-01T12:00:00Z'),
      ...change,
    })

  it('tells a first sign-in from a renewed one and from mere use', async () => {
    assert.equal(await see('one'), 'begun')
    assert.equal(await see('one'), 'seen')
    assert.equal(await see('one', { acr: 'face-passkey' }), 'renewed')
    assert.equal(await see('one', { acr: 'face-passkey', loginAt: test.clock() }), 'seen')
    test.pass(60)
    assert.equal(await see('one', { loginAt: test.clock() }), 'renewed')
  })

  it('begins anew when somebody else signs in', async () => {
    const ben = (await test.store.subjects.create({ email: 'ben@example.com', passwordHash: 'h' })).id
    await see('one')
    assert.equal(await see('one', { subjectId: ben }), 'begun')
    assert.isEmpty(await test.store.browserSessions.list(ada))
    assert.lengthOf(await test.store.browserSessions.list(ben), 1)
  })

  it('is noted as seen once a minute at most', async () => {
    await see('one')
    assert.isFalse(await test.store.browserSessions.touch('one'))
    test.pass(61)
    assert.isTrue(await test.store.browserSessions.touch('one'))
    assert.isFalse(await test.store.browserSessions.touch('one'))
    assert.isFalse(await test.store.browserSessions.touch('unknown'))
  })

  it('lists the last seen first, and goes when it is removed, unused or its subject erased', async () => {
    await see('one')
    test.pass(61)
    await see('two')
    const uids = async () => (await test.store.browserSessions.list(ada)).map(({ uid }) => uid)
    assert.deepEqual(await uids(), ['two', 'one'])
    assert.equal(await purged(test.store, 'browser_sessions', { sessionDays: 0 }), 1)
    assert.deepEqual(await uids(), ['two'])
    await test.store.browserSessions.remove(['two', 'unknown'])
    assert.isEmpty(await uids())
    await see('three')
    await test.store.subjects.erase(ada)
    assert.isEmpty(await test.sql('SELECT id FROM browser_sessions'))
  })

  it('of everybody are listed a page at a time for the operator, each once', async () => {
    const ben = (await test.store.subjects.create({ email: 'ben@example.com', passwordHash: 'h' })).id
    for (const uid of ['one', 'two', 'three']) await see(uid)
    test.pass(61)
    await see('four', { subjectId: ben })
    const { browserSessions } = test.store
    const first = await browserSessions.listAll({ limit: 2 })
    const last = first.at(-1)
    assert.equal(first[0]?.uid, 'four')
    const second = await browserSessions.listAll({
      limit: 9,
      after: { lastSeenAt: last?.lastSeenAt.getTime() ?? 0, id: last?.id ?? '' },
    })
    assert.sameMembers(
      [...first, ...second].map(({ uid }) => uid),
      ['one', 'two', 'three', 'four'],
    )
    const ofBen = await browserSessions.listAll({ subjectIds: [ben], limit: 9 })
    assert.deepEqual(
      ofBen.map(({ subjectId }) => subjectId),
      [ben],
    )
    assert.equal((await browserSessions.find(ofBen[0]?.id ?? ''))?.uid, 'four')
    assert.isUndefined(await browserSessions.find('four'), 'the provider’s name of a session is no id')
  })
})
