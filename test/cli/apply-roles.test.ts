import { assert } from 'chai'
import { readDocument } from '../../src/cli/apply/document.ts'
import { planRoles } from '../../src/cli/apply/roles.ts'
import { describeOnEachEngine } from '../store/engines.ts'
import type { AnyTestStore } from '../store/fixtures.ts'

describeOnEachEngine('A document that names administrators by their addresses', (open) => {
  let test: AnyTestStore
  before(async () => {
    test = await open()
    const passwordHash = 'h'
    await test.store.subjects.create({ email: 'ada@example.com', passwordHash, emailVerified: true })
    await test.store.subjects.create({ email: 'eve@example.com', passwordHash })
  })
  after(() => test.close())

  const plan = async (administrators: Readonly<Record<string, string>>) => {
    const problems: string[] = []
    const read = readDocument('house.yaml', JSON.stringify({ version: 1, administrators }))
    const changes = await planRoles(test.store, read, { prune: false, problems })
    return { changes: changes.map(({ email, after }) => `${email} ${after ?? ''}`), problems }
  }

  it('makes one of whoever has confirmed the address, and of nobody who has only claimed it', async () => {
    const { changes, problems } = await plan({ 'ada@example.com': 'owner', 'eve@example.com': 'owner' })
    assert.deepEqual(changes, ['ada@example.com owner'])
    assert.lengthOf(problems, 1)
    assert.match(problems[0] ?? '', /^line 1: .*eve@example\.com.*not confirmed.*mien admin token/)
  })

  it('leaves those who are there what they are: they came by a link that was theirs', async () => {
    const eve = await test.store.subjects.findAny('eve@example.com')
    const { token } = await test.store.administrators.invite('auditor')
    await test.store.administrators.accept(token, eve?.id ?? '')
    assert.deepEqual(await plan({ 'eve@example.com': 'auditor' }), { changes: [], problems: [] })
    assert.deepEqual((await plan({ 'eve@example.com': 'operator' })).changes, ['eve@example.com operator'])
  })
})
