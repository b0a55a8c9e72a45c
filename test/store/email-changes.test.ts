import { assert } from 'chai'
import { describeOnEachEngine } from './engines.ts'
import { type AnyTestStore } from './fixtures.ts'

const week = 7 * 86_400

describeOnEachEngine('A change of address', (openTestStore) => {
  let test: AnyTestStore
  let ada = ''
  beforeEach(async () => {
    test = await openTestStore()
    ada = (await test.store.subjects.create({ email: 'ada@example.com', passwordHash: 'h' })).id
  })
  afterEach(() => test.close())

  const ask = (email = 'New@Example.com', isOldConfirmed = false) =>
    test.store.emailChanges.ask({ subjectId: ada, email, isOldConfirmed })
  const weekAgo = () => new Date(test.clock().getTime() - week * 1000)
  const apply = () => test.store.emailChanges.apply(ada, weekAgo())
  const emailOf = async () => (await test.store.subjects.findById(ada))?.email

  it('takes effect when both mailboxes have confirmed it, in whichever order', async () => {
    for (const sides of [['old', 'new'] as const, ['new', 'old'] as const]) {
      await ask(`${sides[0]}@example.com`)
      await test.store.emailChanges.confirm(ada, sides[0])
      assert.isUndefined(await apply())
      await test.store.emailChanges.confirm(ada, sides[1])
      assert.equal((await apply())?.to, `${sides[0]}@example.com`)
    }
    assert.equal(await emailOf(), 'new@example.com')
    assert.isTrue((await test.store.subjects.findById(ada))?.emailVerified)
    assert.isDefined(await test.store.subjects.findByEmail('NEW@example.com'))
  })

  it('takes effect after a week without an answer from the old mailbox, and never without the new one', async () => {
    await ask()
    test.pass(week)
    assert.isUndefined(await apply())
    assert.isEmpty(await test.store.emailChanges.listDue(weekAgo(), 10))
    await test.store.emailChanges.confirm(ada, 'new')
    assert.deepEqual(await test.store.emailChanges.listDue(weekAgo(), 10), [ada])
    assert.deepEqual(await apply(), { from: 'ada@example.com', to: 'New@Example.com' })
  })

  it('is over where it is called off, and where its new mailbox stays silent', async () => {
    await ask()
    await test.store.emailChanges.cancel(ada)
    await test.store.emailChanges.confirm(ada, 'new')
    test.pass(week)
    assert.isUndefined(await apply())
    await ask()
    await test.store.emailChanges.forgetStale(weekAgo())
    assert.isDefined(await test.store.emailChanges.find(ada))
    test.pass(week)
    await test.store.emailChanges.forgetStale(weekAgo())
    assert.isUndefined(await test.store.emailChanges.find(ada))
  })

  it('does not take an address that has come to be another’s', async () => {
    await ask('ben@example.com', true)
    await test.store.subjects.create({ email: 'Ben@example.com', passwordHash: 'h' })
    await test.store.emailChanges.confirm(ada, 'new')
    assert.isUndefined(await apply())
    assert.equal(await emailOf(), 'ada@example.com')
    assert.isUndefined(await test.store.emailChanges.find(ada))
  })

  it('may be one of spelling alone', async () => {
    await ask('ADA@example.com', true)
    await test.store.emailChanges.confirm(ada, 'new')
    assert.equal((await apply())?.to, 'ADA@example.com')
  })

  it('shuts what was mailed to the old address', async () => {
    const proof = { purpose: 'recover', binding: ada, subjectId: ada, emailDigest: 'd' }
    const { token } = await test.store.mailProofs.issue({ ...proof, codeSeconds: 600, tokenSeconds: 1800 })
    await ask('new@example.com', true)
    await test.store.emailChanges.confirm(ada, 'new')
    await apply()
    assert.isUndefined(await test.store.mailProofs.findToken('recover', token))
  })

  it('goes with the account', async () => {
    await ask()
    await test.store.subjects.erase(ada)
    assert.isEmpty(await test.sql('SELECT * FROM email_changes'))
  })
})

describeOnEachEngine('A subject', (openTestStore) => {
  it('has its address verified while that is its address, once', async () => {
    const test = await openTestStore()
    const { id, emailVerified } = await test.store.subjects.create({
      email: 'Ada@example.com',
      passwordHash: 'h',
    })
    assert.isFalse(emailVerified)
    assert.isFalse(await test.store.subjects.verifyEmail(id, 'other@example.com'))
    assert.isTrue(await test.store.subjects.verifyEmail(id, 'ada@example.com'))
    assert.isFalse(await test.store.subjects.verifyEmail(id, 'ada@example.com'))
    assert.isTrue((await test.store.subjects.findById(id))?.emailVerified)
    await test.close()
  })

  it('may have a name, and take it back', async () => {
    const test = await openTestStore()
    const { id, name } = await test.store.subjects.create({ email: 'ada@example.com', passwordHash: 'h' })
    assert.isUndefined(name)
    await test.store.subjects.setName(id, 'Ada')
    assert.equal((await test.store.subjects.findById(id))?.name, 'Ada')
    await test.store.subjects.setName(id, undefined)
    assert.isUndefined((await test.store.subjects.findById(id))?.name)
    await test.close()
  })
})
