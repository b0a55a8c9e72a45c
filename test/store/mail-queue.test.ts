import { assert } from 'chai'
import { openTestStore, purged, type TestStore } from './fixtures.ts'

const letter = { name: 'email_code', to: 'ada.lovelace@example.com', subject: 'Your code', code: '123456' }
const mail = { kind: 'email_code', letter }

describe('Mails that wait to be sent', () => {
  let test: TestStore
  beforeEach(async () => {
    test = await openTestStore()
  })
  afterEach(() => test.close())

  const add = (most = 10): Promise<boolean> => test.store.mailQueue.add(mail, most)
  const take = (limit = 10) => test.store.mailQueue.takeDue(limit, 90)

  it('come back as they were, oldest first, to one of many who look at once', async () => {
    for (let each = 0; each < 3; each += 1) {
      await add()
      test.pass(1)
    }
    const taken = await Promise.all([take(), take(), take()])
    assert.lengthOf(taken.flat(), 3)
    assert.lengthOf([...new Set(taken.flat().map(({ id }) => id))], 3)
    assert.deepInclude(taken.flat()[0], { kind: 'email_code', letter, tries: 0 })
    assert.deepEqual(
      taken.flat().map(({ id }) => id),
      taken
        .flat()
        .map(({ id }) => id)
        .sort(),
    )
  })

  it('fall due again where whoever took one died, and say when', async () => {
    await add()
    assert.deepEqual(await test.store.mailQueue.nextDue(), test.clock())
    assert.lengthOf(await take(), 1)
    assert.isEmpty(await take())
    assert.deepEqual(await test.store.mailQueue.nextDue(), new Date(test.clock().getTime() + 90_000))
    test.pass(90)
    assert.deepInclude((await take())[0], { tries: 1 })
  })

  it('are counted: how many, since when, and how many were tried in vain', async () => {
    const { mailQueue } = test.store
    assert.deepEqual(await mailQueue.backlog(), { waiting: 0, failing: 0, oldestAt: undefined })
    const since = test.clock()
    await add()
    const [first] = await take()
    await mailQueue.postpone(first?.id ?? '', { at: test.clock(), fault: 'unreachable' })
    test.pass(60)
    await add()
    assert.deepEqual(await mailQueue.backlog(), { waiting: 2, failing: 1, oldestAt: since })
    await mailQueue.finish(first?.id ?? '', 'given_up')
    assert.deepEqual((await mailQueue.backlog()).waiting, 1, 'one that was given up does not wait')
  })

  it('wait until they were put off to; one that was not even tried has lost no try', async () => {
    const { mailQueue } = test.store
    await add()
    const [first] = await take()
    await mailQueue.postpone(first?.id ?? '', { at: test.clock(), fault: undefined })
    const [second] = await take()
    assert.equal(second?.tries, 0)
    await mailQueue.postpone(second?.id ?? '', {
      at: new Date(test.clock().getTime() + 30_000),
      fault: 'ECONNECTION',
    })
    assert.isEmpty(await take())
    test.pass(30)
    assert.equal((await take())[0]?.tries, 1)
  })

  it('are forgotten when they are sent, and leave neither address nor words when they are given up', async () => {
    const { mailQueue } = test.store
    await add()
    await add()
    const [sent, lost] = await take()
    await mailQueue.finish(sent?.id ?? '', 'sent')
    await mailQueue.finish(lost?.id ?? '', 'given_up', 'EENVELOPE')
    const rows = await test.sql('SELECT * FROM mail_letters')
    assert.lengthOf(rows, 1)
    assert.deepInclude(rows[0], { kind: 'email_code', sealedLetter: null, outcome: 'given_up', nextAt: null })
    assert.isUndefined(await mailQueue.nextDue())
    test.pass(7 * 86_400)
    assert.equal(await purged(test.store, 'mail_letters'), 0)
    test.pass(1)
    assert.equal(await purged(test.store, 'mail_letters'), 1)
  })

  it('are sealed: who reads the database learns what kind of mail waits, and nothing else', async () => {
    await add()
    const held = test.dump().toString('latin1')
    assert.include(held, 'email_code')
    for (const secret of ['ada.lovelace', 'example.com', '123456', 'Your code'])
      assert.notInclude(held, secret)
  })

  it('are bounded: beyond it one more is not taken', async () => {
    assert.isTrue(await add(2))
    assert.isTrue(await add(2))
    assert.isFalse(await add(2))
    const [first] = await take(1)
    await test.store.mailQueue.finish(first?.id ?? '', 'sent')
    assert.isTrue(await add(2))
  })

  it('are listed page by page, without the words and without the whole address', async () => {
    const { mailQueue } = test.store
    for (let each = 0; each < 3; each += 1) {
      await add()
      test.pass(1)
    }
    const first = await mailQueue.list(2)
    const rest = await mailQueue.list(2, first.at(-1)?.id)
    assert.lengthOf(first, 2)
    assert.lengthOf(rest, 1)
    const text = JSON.stringify([...first, ...rest])
    assert.notInclude(text, 'lovelace')
    assert.notInclude(text, '123456')
    assert.include(first[0], { kind: 'email_code', to: 'a…@example.com', tries: 0, outcome: 'waiting' })
  })

  it('are tried at once where an operator wants it, and dropped where one wants that', async () => {
    const { mailQueue } = test.store
    await add()
    const [taken] = await take()
    const id = taken?.id ?? ''
    await mailQueue.postpone(id, { at: new Date(test.clock().getTime() + 300_000), fault: 'ECONNECTION' })
    assert.isTrue(await mailQueue.retry(id))
    assert.equal((await take())[0]?.id, id)
    assert.isTrue(await mailQueue.drop(id))
    assert.isFalse(await mailQueue.drop(id))
    assert.isFalse(await mailQueue.retry(id))
    assert.isEmpty(await mailQueue.list(10))
  })
})
