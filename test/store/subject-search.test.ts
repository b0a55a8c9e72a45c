import { assert } from 'chai'
import { describeOnEachEngine } from './engines.ts'
import type { AnyTestStore } from './fixtures.ts'

describeOnEachEngine('Subjects are found', (open, engine) => {
  let test: AnyTestStore
  const ids = new Map<string, string>()
  before(async () => {
    test = await open()
    const people = {
      'ada@example.com': 'Ada Lovelace',
      'alan@example.com': 'Alan Turing',
      'a_b@example.com': undefined,
      'axb@example.com': undefined,
      'grace@example.org': 'Ada’s friend',
      'zoe@example.org': 'Émile',
    }
    for (const [email, name] of Object.entries(people)) {
      const { id } = await test.store.subjects.create({ email, passwordHash: 'h' })
      if (name !== undefined) await test.store.subjects.setName(id, name)
      ids.set(email, id)
    }
    await test.store.subjects.setDisabled(ids.get('alan@example.com') ?? '', true)
  })
  after(() => test.close())

  const find = async (
    query: string,
    rest: { isDisabled?: boolean; limit?: number; afterKey?: string } = {},
  ) => (await test.store.subjectSearch.search({ query, limit: 10, ...rest })).map(({ email }) => email)

  it('by the beginning of their address, in any case', async () => {
    assert.deepEqual(await find('AL'), ['alan@example.com'])
    assert.deepEqual(await find('lan'), [], 'not by what stands in the middle')
  })

  it('by the beginning of their name, in any case', async () => {
    assert.deepEqual(await find('ada'), ['ada@example.com', 'grace@example.org'])
    assert.deepEqual(await find('Émile'), ['zoe@example.org'])
  })

  it('by their whole id, and not by a part of it', async () => {
    const id = ids.get('zoe@example.org') ?? ''
    assert.deepEqual(await find(id), ['zoe@example.org'])
    assert.deepEqual(await find(id.slice(0, -1)), [])
  })

  it('by letters that mean something to a database, taken for themselves', async () => {
    assert.deepEqual(await find('a_'), ['a_b@example.com'])
    for (const query of ['%', '\\', "' OR 1=1 --", '_']) assert.deepEqual(await find(query), [], query)
  })

  it('not at all by letters that no database keeps, which are no fault of ours either', async () => {
    for (const query of ['\0', 'a\0da', 'ada@example.com\0', '\u{10FFFF}', '\uD800'])
      assert.deepEqual(await find(query), [], JSON.stringify(query))
    assert.isEmpty(await find('', { afterKey: '\0' }))
  })

  it('switched off, switched on, or all', async () => {
    assert.deepEqual(await find('', { isDisabled: true }), ['alan@example.com'])
    assert.notInclude(await find('', { isDisabled: false }), 'alan@example.com')
    assert.lengthOf(await find(''), 6)
  })

  it('a page at a time, each once', async () => {
    const first = await find('', { limit: 4 })
    const second = await find('', { limit: 4, afterKey: first.at(-1) ?? '' })
    assert.lengthOf([...first, ...second], 6)
    assert.deepEqual([...first, ...second], [...first, ...second].toSorted())
  })

  it('by an index, also among a million', async () => {
    // Which one PostgreSQL takes depends on how many rows there are; that they are there is enough here.
    if (engine === 'postgres') {
      const found = await test.sql(`SELECT indexdef FROM pg_indexes WHERE tablename = 'subjects'`)
      assert.lengthOf(JSON.stringify(found).match(/text_pattern_ops/g) ?? [], 2)
      return
    }
    const plan = await test.sql(
      `EXPLAIN QUERY PLAN SELECT * FROM subjects subject WHERE (subject.id = 'x'
         OR (subject."emailKey" >= lower('a') AND subject."emailKey" < lower('a') || 'z')
         OR (lower(subject.name) >= lower('a') AND lower(subject.name) < lower('a') || 'z'))
         ORDER BY subject."emailKey" ASC LIMIT 10`,
    )
    assert.notInclude(JSON.stringify(plan), 'SCAN subject"')
    assert.include(JSON.stringify(plan), 'ix_subjects_lower_name')
  })

  it('of a list of ids, those that there are', async () => {
    const wanted = [ids.get('ada@example.com') ?? '', 'nobody']
    const found = await test.store.subjectSearch.findMany(wanted)
    assert.deepEqual(
      found.map(({ email }) => email),
      ['ada@example.com'],
    )
    assert.deepEqual(await test.store.subjectSearch.findMany([]), [])
  })
})
