import { assert } from 'chai'
import type { TotpSeed } from '../../src/store/totp-seeds.ts'
import { describeOnEachEngine } from './engines.ts'
import { codeOf, inAnotherProcess, purged, type AnyTestStore } from './fixtures.ts'

const seed = new Uint8Array(20).map((_, at) => 65 + at)
const otherSeed = new Uint8Array(20).fill(97)

describeOnEachEngine('The seeds of authenticator apps', (openTestStore) => {
  let test: AnyTestStore
  let ada = ''
  let ben = ''
  beforeEach(async () => {
    test = await openTestStore()
    ada = (await test.store.subjects.create({ email: 'ada@example.com', passwordHash: 'h' })).id
    ben = (await test.store.subjects.create({ email: 'ben@example.com', passwordHash: 'h' })).id
  })
  afterEach(() => test.close())

  const seeds = (): AnyTestStore['store']['totpSeeds'] => test.store.totpSeeds
  const enable = async (subjectId: string, step = 100): Promise<TotpSeed> => {
    const pending = await seeds().offer(subjectId, seed)
    assert.isTrue(await seeds().confirm(pending, step))
    return pending
  }

  it('count for nothing until a code has confirmed them', async () => {
    const pending = await seeds().offer(ada, seed)
    assert.deepEqual(pending.seed, Buffer.from(seed))
    assert.isUndefined(await seeds().findActive(ada))
    assert.isUndefined(await seeds().summarise(ada))
    assert.isFalse(await seeds().spend(pending, 100))
    assert.isTrue(await seeds().confirm(pending, 100))
    assert.deepEqual((await seeds().findActive(ada))?.seed, Buffer.from(seed))
    assert.deepEqual(await seeds().summarise(ada), { confirmedAt: test.clock(), lastUsedAt: undefined })
  })

  it('stay the same on the page until they are confirmed, however often it is opened', async () => {
    const [one, other] = await Promise.all([seeds().offer(ada, seed), seeds().offer(ada, otherSeed)])
    assert.deepEqual(one, other)
    assert.deepEqual(await seeds().findPending(ada), one)
  })

  it('that are not confirmed within ten minutes can be confirmed no more', async () => {
    const pending = await seeds().offer(ada, seed)
    test.pass(599)
    assert.isDefined(await seeds().findPending(ada))
    test.pass(1)
    assert.isUndefined(await seeds().findPending(ada))
    assert.isFalse(await seeds().confirm(pending, 100))
    assert.isUndefined(await seeds().findActive(ada))
    const next = await seeds().offer(ada, otherSeed)
    assert.notEqual(next.id, pending.id)
    assert.deepEqual(next.seed, Buffer.from(otherSeed))
  })

  it('that were not confirmed in time are deleted in bounded pieces, and no others', async () => {
    await enable(ada)
    await seeds().offer(ada, seed)
    await seeds().offer(ben, seed)
    assert.equal(await purged(test.store, 'totp_seeds'), 0)
    assert.lengthOf(await test.sql('SELECT * FROM totp_seeds'), 3)
    test.pass(600)
    assert.equal(await purged(test.store, 'totp_seeds', { limit: 1 }), 1)
    assert.lengthOf(await test.sql('SELECT * FROM totp_seeds'), 2)
    await purged(test.store, 'totp_seeds')
    assert.deepEqual(await test.sql('SELECT subjectId, state FROM totp_seeds'), [
      { subjectId: ada, state: 'active' },
    ])
  })

  it('go on being used until a new app is confirmed, which then takes their place', async () => {
    const old = await enable(ada)
    const pending = await seeds().offer(ada, otherSeed)
    assert.isTrue(await seeds().spend(old, 101))
    assert.isTrue(await seeds().confirm(pending, 50))
    assert.isFalse(await seeds().spend(old, 102))
    assert.isTrue(await seeds().spend(pending, 51), 'steps of the old seed say nothing about the new one')
    assert.lengthOf(await test.sql('SELECT * FROM totp_seeds'), 1)
  })

  it('are confirmed once by two at once', async () => {
    const pending = await seeds().offer(ada, seed)
    const both = await Promise.all([seeds().confirm(pending, 100), seeds().confirm(pending, 101)])
    assert.sameMembers(both, [true, false])
    assert.isDefined(await seeds().findActive(ada))
  })

  it('take the code of each step once, and none of a step before it', async () => {
    const active = await enable(ada, 100)
    assert.isFalse(await seeds().spend(active, 100), 'the code that confirmed the app is spent')
    assert.isTrue(await seeds().spend(active, 102))
    assert.isFalse(await seeds().spend(active, 102))
    assert.isFalse(await seeds().spend(active, 101))
    test.pass(30)
    assert.isTrue(await seeds().spend(active, 103))
    assert.deepEqual((await seeds().summarise(ada))?.lastUsedAt, test.clock())
  })

  it('take a code once, however many try it at once through three processes', async () => {
    await enable(ada, 100)
    const spent = await Promise.all(
      Array.from({ length: 3 }, () => inAnotherProcess(test.location, 'spend-step', ada, '101')),
    )
    assert.equal(spent[0]! + spent[1]! + spent[2]!, 1)
  }).timeout(30_000)

  it('are removed with what was waiting to be confirmed', async () => {
    await enable(ada)
    await seeds().offer(ada, otherSeed)
    assert.isTrue(await seeds().remove(ada))
    assert.isFalse(await seeds().remove(ada))
    assert.isEmpty(await test.sql('SELECT * FROM totp_seeds'))
  })

  it('are nowhere in the files of the database', async () => {
    await enable(ada)
    const dump = await test.dump()
    assert.isFalse(dump.includes(Buffer.from(seed)))
    assert.isFalse(dump.includes(Buffer.from(seed).toString('base64url')))
  })

  it('open for nobody else, where rows are swapped', async () => {
    await enable(ada)
    await enable(ben)
    const [adas] = await test.sql('SELECT sealedSeed FROM totp_seeds WHERE subjectId = ?', ada)
    await test.sql('UPDATE totp_seeds SET sealedSeed = ? WHERE subjectId = ?', adas?.['sealedSeed'], ben)
    assert.equal(await codeOf(seeds().findActive(ben)), 'seal_broken')
  })

  it('go with the account', async () => {
    await enable(ada)
    await test.store.subjects.erase(ada)
    assert.isEmpty(await test.sql('SELECT * FROM totp_seeds'))
  })
})
