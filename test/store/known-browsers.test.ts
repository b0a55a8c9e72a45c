import { assert } from 'chai'
import { describeOnEachEngine } from './engines.ts'
import { type AnyTestStore } from './fixtures.ts'

describeOnEachEngine('Known browsers', (openTestStore) => {
  let test: AnyTestStore
  let ada = ''
  beforeEach(async () => {
    test = await openTestStore()
    ada = (await test.store.subjects.create({ email: 'ada@example.com', passwordHash: 'h' })).id
  })
  afterEach(() => test.close())

  const seen = (subjectId: string, browserDigest = 'digest', family = 'Firefox on Linux') =>
    test.store.knownBrowsers.remember({ subjectId, browserDigest, family })

  it('are new once, and the first one of all is told apart', async () => {
    const first = await seen(ada)
    assert.include(first, { isNew: true, isFirst: true })
    assert.deepEqual(await seen(ada), { id: first.id, isNew: false, isFirst: false })
    assert.include(await seen(ada, 'another'), { isNew: true, isFirst: false })
  })

  it('tell when they were seen', async () => {
    await seen(ada)
    const firstSeenAt = test.clock()
    test.pass(3600)
    await seen(ada, 'digest', 'Firefox on Mac')
    const browser = await test.store.knownBrowsers.find(ada, 'digest')
    assert.deepInclude(browser, { firstSeenAt, lastSeenAt: test.clock(), family: 'Firefox on Mac' })
  })

  it('are new once, also when the same browser signs in ten times at once', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => seen(ada)))
    assert.equal(all.filter(({ isNew }) => isNew).length, 1)
  })

  it('are strangers once forgotten, and nobody forgets another’s', async () => {
    const ben = (await test.store.subjects.create({ email: 'ben@example.com', passwordHash: 'h' })).id
    const { id } = await seen(ada)
    await test.store.knownBrowsers.forget(ben, id)
    assert.isDefined(await test.store.knownBrowsers.find(ada, 'digest'))
    await test.store.knownBrowsers.forget(ada, id)
    assert.isUndefined(await test.store.knownBrowsers.find(ada, 'digest'))
  })

  it('are fifty at most: the one that was not seen for longest makes room', async () => {
    for (let at = 0; at < 52; at += 1) {
      await seen(ada, `digest ${at}`)
      test.pass(60)
    }
    assert.isUndefined(await test.store.knownBrowsers.find(ada, 'digest 0'))
    assert.isDefined(await test.store.knownBrowsers.find(ada, 'digest 51'))
    assert.lengthOf(await test.sql('SELECT id FROM known_browsers'), 50)
  })

  it('go with their subject', async () => {
    await seen(ada)
    await test.store.subjects.erase(ada)
    assert.isEmpty(await test.sql('SELECT id FROM known_browsers'))
  })
})
