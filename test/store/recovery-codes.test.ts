import { assert } from 'chai'
import { describeOnEachEngine } from './engines.ts'
import { inAnotherProcess, type AnyTestStore } from './fixtures.ts'

const codes = ['0123456789ABCDEF', 'GHJKMNPQRSTVWXYZ', 'AAAABBBBCCCCDDDD']
const [first = ''] = codes

describeOnEachEngine('Kept recovery codes', (openTestStore) => {
  let test: AnyTestStore
  let ada = ''
  let ben = ''
  beforeEach(async () => {
    test = await openTestStore()
    ada = (await test.store.subjects.create({ email: 'ada@example.com', passwordHash: 'h' })).id
    ben = (await test.store.subjects.create({ email: 'ben@example.com', passwordHash: 'h' })).id
    await test.store.recoveryCodes.replaceAll(ada, codes)
  })
  afterEach(() => test.close())

  const kept = (): AnyTestStore['store']['recoveryCodes'] => test.store.recoveryCodes
  const use = async (subjectId: string, code: string): Promise<boolean> => {
    const id = await kept().find(subjectId, code)
    return id !== undefined && kept().spend(subjectId, id)
  }

  it('work once each, in any order', async () => {
    for (const code of [...codes].reverse()) {
      assert.isTrue(await use(ada, code))
      assert.isFalse(await use(ada, code))
    }
  })

  it('tell how many are left, and when they were made', async () => {
    const madeAt = test.clock()
    assert.deepEqual(await kept().summarise(ada), { madeAt, left: 3, made: 3 })
    test.pass(60)
    await use(ada, first)
    assert.deepEqual(await kept().summarise(ada), { madeAt, left: 2, made: 3 })
    assert.isUndefined(await kept().summarise(ben))
  })

  it('are nobody else’s', async () => {
    assert.isUndefined(await kept().find(ben, first))
    const id = await kept().find(ada, first)
    assert.isFalse(await kept().spend(ben, id ?? ''))
    await kept().replaceAll(ben, codes)
    await use(ben, first)
    assert.isTrue(await use(ada, first))
  })

  it('end where a new set is made, also one that was just found', async () => {
    const id = await kept().find(ada, first)
    await kept().replaceAll(ada, ['ZZZZZZZZZZZZZZZZ'])
    assert.isFalse(await kept().spend(ada, id ?? ''))
    for (const code of codes) assert.isFalse(await use(ada, code))
    assert.isTrue(await use(ada, 'ZZZZZZZZZZZZZZZZ'))
  })

  it('work once, however many try one at once through two processes', async () => {
    const spent = await Promise.all(
      Array.from({ length: 2 }, () => inAnotherProcess(test.location, 'spend-code', ada, first)),
    )
    assert.equal(spent[0]! + spent[1]!, 1)
  })

  it('are nowhere in the files of the database, and cannot be tried without the pepper', async () => {
    const dump = await test.dump()
    for (const code of codes) assert.isFalse(dump.includes(code))
    const other = await openTestStore({ identifierPepper: new Uint8Array(32).fill(9) })
    const eve = (await other.store.subjects.create({ email: 'eve@example.com', passwordHash: 'h' })).id
    await other.store.recoveryCodes.replaceAll(eve, ['ZZZZZZZZZZZZZZZZ'])
    const [set] = await test.sql('SELECT salt FROM recovery_sets WHERE subjectId = ?', ada)
    const [stolen] = await test.sql('SELECT digest FROM recovery_codes WHERE subjectId = ?', ada)
    await other.sql('UPDATE recovery_sets SET salt = ?', set?.['salt'])
    await other.sql('UPDATE recovery_codes SET digest = ?', stolen?.['digest'])
    for (const code of codes) assert.isUndefined(await other.store.recoveryCodes.find(eve, code))
    await other.close()
  })

  it('are erased with the app they stand in for, and with the account', async () => {
    await kept().replaceAll(ben, codes)
    await kept().erase(ada)
    assert.isUndefined(await kept().summarise(ada))
    await test.store.subjects.erase(ben)
    assert.isEmpty(await test.sql('SELECT * FROM recovery_sets'))
    assert.isEmpty(await test.sql('SELECT * FROM recovery_codes'))
  })
})
