import { assert } from 'chai'
import { describeOnEachEngine } from './engines.ts'
import { codeOf, type AnyTestStore } from './fixtures.ts'
import type { NewPasskey } from '../../src/store/passkeys.ts'

describeOnEachEngine('Passkeys', (openTestStore) => {
  let test: AnyTestStore
  let ada = ''
  let ben = ''
  beforeEach(async () => {
    test = await openTestStore()
    ada = (await test.store.subjects.create({ email: 'ada@example.com', passwordHash: 'h' })).id
    ben = (await test.store.subjects.create({ email: 'ben@example.com', passwordHash: 'h' })).id
  })
  afterEach(() => test.close())

  const passkeyOf = (subjectId: string, changed: Partial<NewPasskey> = {}): NewPasskey => ({
    subjectId,
    credentialId: 'credential-one',
    publicKey: 'cose',
    counter: 0,
    transports: ['internal', 'hybrid'],
    backupEligible: true,
    backedUp: false,
    aaguid: '00000000-0000-0000-0000-000000000000',
    name: 'Phone',
    ...changed,
  })

  it('are found by their credential, with the handle of the subject that they belong to', async () => {
    const added = await test.store.passkeys.add(passkeyOf(ada))
    const found = await test.store.passkeys.find('credential-one')
    const userHandle = await test.store.passkeys.handleOf(ada)
    assert.deepEqual(found, { ...added, userHandle })
    assert.deepEqual(added.transports, passkeyOf(ada).transports)
    assert.include(found, { backupEligible: true, backedUp: false })
    assert.deepEqual(added.createdAt, test.clock())
    assert.isUndefined(await test.store.passkeys.find('credential-two'))
  })

  it('know their subject by a random handle that stays, and that tells nothing of the account', async () => {
    const both = await Promise.all([test.store.passkeys.handleOf(ada), test.store.passkeys.handleOf(ada)])
    assert.equal(both[0], both[1])
    assert.lengthOf(Buffer.from(both[0], 'base64url'), 32)
    assert.notEqual(both[0], await test.store.passkeys.handleOf(ben))
    assert.notInclude(Buffer.from(both[0], 'base64url').toString('latin1'), ada)
  })

  it('belong to one account alone', async () => {
    await test.store.passkeys.add(passkeyOf(ada))
    assert.equal(await codeOf(test.store.passkeys.add(passkeyOf(ben))), 'passkey_known')
    assert.equal(await codeOf(test.store.passkeys.add(passkeyOf(ada))), 'passkey_known')
    assert.isEmpty(await test.store.passkeys.list(ben))
  })

  it('are twenty at the most', async () => {
    for (let index = 0; index < 20; index += 1) {
      await test.store.passkeys.add(passkeyOf(ada, { credentialId: `credential ${index}` }))
    }
    assert.equal(await codeOf(test.store.passkeys.add(passkeyOf(ada))), 'passkey_limit')
    await test.store.passkeys.add(passkeyOf(ben))
  })

  it('are renamed and removed by their own subject and by nobody else', async () => {
    const { id } = await test.store.passkeys.add(passkeyOf(ada))
    assert.isFalse(await test.store.passkeys.rename(ben, id, 'Mine now'))
    assert.isUndefined(await test.store.passkeys.remove(ben, id))
    assert.isTrue(await test.store.passkeys.rename(ada, id, 'Laptop'))
    assert.equal((await test.store.passkeys.list(ada))[0]?.name, 'Laptop')
    assert.equal((await test.store.passkeys.remove(ada, id))?.name, 'Laptop')
    assert.isUndefined(await test.store.passkeys.find('credential-one'))
    assert.isUndefined(await test.store.passkeys.remove(ada, id))
  })

  it('remember when they were used last, and whether they are backed up by now', async () => {
    const { id } = await test.store.passkeys.add(passkeyOf(ada))
    test.pass(60)
    assert.isTrue(await test.store.passkeys.recordUse(id, { counter: 0, backedUp: true }))
    const [used] = await test.store.passkeys.list(ada)
    assert.deepEqual(used?.lastUsedAt, test.clock())
    assert.isTrue(used?.backedUp)
  })

  it('have a counter that may stay 0, and once it counts only rises, up to all 32 bits', async () => {
    const { id } = await test.store.passkeys.add(passkeyOf(ada))
    const use = (counter: number): Promise<boolean> =>
      test.store.passkeys.recordUse(id, { counter, backedUp: false })
    assert.deepEqual([await use(0), await use(0), await use(5)], [true, true, true])
    for (const back of [5, 4, 0, NaN]) assert.isFalse(await use(back), String(back))
    assert.isTrue(await use(4_294_967_295))
    assert.equal((await test.store.passkeys.list(ada))[0]?.counter, 4_294_967_295)
    assert.isFalse(await use(6))
  })

  it('let of two uses with the same counter one alone pass', async () => {
    const { id } = await test.store.passkeys.add(passkeyOf(ada, { counter: 3 }))
    const uses = Array.from({ length: 6 }, () =>
      test.store.passkeys.recordUse(id, { counter: 4, backedUp: false }),
    )
    assert.lengthOf(
      (await Promise.all(uses)).filter((isTaken) => isTaken),
      1,
    )
  })

  it('leave a line in the audit trail when a counter goes back', async () => {
    const { id } = await test.store.passkeys.add(passkeyOf(ada, { counter: 9 }))
    await test.store.passkeys.recordUse(id, { counter: 2, backedUp: false })
    const [event] = await test.store.audit.listOf(ada, 10)
    assert.equal(event?.type, 'passkey_counter_refused')
    assert.deepEqual(event?.detail, { name: 'Phone', stored: 9, given: 2 })
  })

  it('are asked with challenges that are spent once, and forgotten when they are over', async () => {
    const endsAt = new Date(test.clock().getTime() + 300_000)
    const spend = (digest: string): Promise<boolean> => test.store.passkeys.spendChallenge(digest, endsAt)
    const outcomes = await Promise.all([spend('one'), spend('one'), spend('two')])
    assert.deepEqual(outcomes, [true, false, true])
    test.pass(299)
    assert.isFalse(await spend('one'))
    test.pass(2)
    await test.store.passkeys.spendChallenge('three', new Date(test.clock().getTime() + 300_000))
    assert.lengthOf(await test.sql('SELECT * FROM spent_passkey_challenges'), 1)
  })

  it('go with the account, and their handle with them', async () => {
    await test.store.passkeys.add(passkeyOf(ada))
    await test.store.subjects.erase(ada)
    assert.isEmpty(await test.sql('SELECT * FROM passkeys'))
    assert.isEmpty(await test.sql('SELECT * FROM passkey_handles'))
  })
})
