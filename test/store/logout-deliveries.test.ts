import { assert } from 'chai'
import { describeOnEachEngine } from './engines.ts'
import { purged, type AnyTestStore } from './fixtures.ts'

const notice = { clientId: 'shop', subjectId: 'anna', sid: 'session' }

describeOnEachEngine('sign-outs that apps are to be told of', (openTestStore) => {
  let test: AnyTestStore
  beforeEach(async () => (test = await openTestStore()))
  afterEach(() => test.close())

  const take = () => test.store.logoutDeliveries.takeDue(10, 60)

  it('are taken by one, however many look at the same moment', async () => {
    const { logoutDeliveries } = test.store
    await Promise.all([logoutDeliveries.enqueue(notice), logoutDeliveries.enqueue(notice)])
    const taken = await Promise.all([take(), take(), take()])
    assert.lengthOf(taken.flat(), 2)
    assert.deepInclude(taken.flat()[0], { ...notice, tries: 0 })
  })

  it('fall due again where whoever took one never came back', async () => {
    await test.store.logoutDeliveries.enqueue(notice)
    assert.lengthOf(await take(), 1)
    assert.lengthOf(await take(), 0)
    test.pass(61)
    assert.deepInclude((await take())[0], { tries: 1 })
  })

  it('wait until they were put off to, and are gone from the queue when over, with whom they were about', async () => {
    const { logoutDeliveries } = test.store
    await logoutDeliveries.enqueue(notice)
    const [first] = await take()
    const later = new Date(test.clock().getTime() + 600_000)
    await logoutDeliveries.postpone(first?.id ?? '', { at: later, fault: 'http_500' })
    test.pass(599)
    assert.lengthOf(await take(), 0)
    test.pass(2)
    const [second] = await take()
    await logoutDeliveries.finish(second?.id ?? '', 'delivered')
    test.pass(86_400)
    assert.lengthOf(await take(), 0)
    const rows = await test.sql('SELECT * FROM logout_deliveries')
    assert.lengthOf(rows, 1)
    assert.deepInclude(rows[0], { subjectId: null, sid: null, outcome: 'delivered', tries: 2 })
  })

  it('are kept as a log for thirty days, and never thrown away before they are over', async () => {
    const { logoutDeliveries } = test.store
    await logoutDeliveries.enqueue(notice)
    const [first] = await take()
    await logoutDeliveries.enqueue(notice)
    await logoutDeliveries.finish(first?.id ?? '', 'abandoned', 'client_gone')
    test.pass(30 * 86_400 + 1)
    assert.equal(await purged(test.store, 'logout_deliveries'), 1)
    assert.lengthOf(await logoutDeliveries.list(10), 1)
  })

  it('are counted while they wait, with those that failed and since when', async () => {
    const { logoutDeliveries } = test.store
    assert.deepEqual(await logoutDeliveries.backlog(), { waiting: 0, failing: 0, oldestAt: undefined })
    const oldestAt = test.clock()
    await logoutDeliveries.enqueue(notice)
    const [first] = await take()
    await logoutDeliveries.postpone(first?.id ?? '', { at: test.clock(), fault: 'http_500' })
    test.pass(5)
    await logoutDeliveries.enqueue(notice)
    assert.deepEqual(await logoutDeliveries.backlog(), { waiting: 2, failing: 1, oldestAt })
    await logoutDeliveries.finish(first?.id ?? '', 'delivered')
    assert.equal((await logoutDeliveries.backlog()).waiting, 1)
  })
})
