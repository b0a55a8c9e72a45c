import { assert } from 'chai'
import { admin } from '../../src/cli/admin.ts'
import { mien } from '../../src/cli/mien.ts'
import { openTestStore, type TestStore } from '../store/fixtures.ts'

const issuer = 'https://id.example.com'

describe('mien admin', () => {
  let test: TestStore
  let ada = ''
  let printed: string[]
  let warned: string[]
  beforeEach(async () => {
    test = await openTestStore()
    printed = []
    warned = []
    ada = (await test.store.subjects.create({ email: 'ada@example.com', passwordHash: 'argon2' })).id
  })
  afterEach(() => test.close())

  const run = (...args: string[]): Promise<number> =>
    admin(args, {
      terminal: { print: (line) => printed.push(line), warn: (line) => warned.push(line) },
      withStore: (use) => use(test.store, { issuer }),
    })
  const tokenIn = (text: string): string => /\/admin\/first\?token=([\w-]{43})/.exec(text)?.[1] ?? ''

  it('makes a one-time address for an owner, and with it voids the one before', async () => {
    assert.equal(await run('token'), 0)
    const first = tokenIn(printed.join('\n'))
    printed = []
    assert.equal(await run('token', '--json'), 0)
    const { url, expiresAt } = JSON.parse(printed.join('\n')) as { url: string; expiresAt: string }
    assert.isTrue(url.startsWith(`${issuer}/admin/first?token=`))
    assert.equal(Date.parse(expiresAt) - test.clock().getTime(), 86_400_000)
    assert.isUndefined(await test.store.administrators.accept(first, ada))
    assert.equal((await test.store.administrators.accept(tokenIn(url), ada))?.role, 'owner')
    assert.lengthOf(await test.store.audit.list({ types: ['administrator_token_made'], limit: 9 }), 2)
  })

  it('lists who administers', async () => {
    await test.store.administrators.accept((await test.store.administrators.invite('auditor')).token, ada)
    assert.equal(await run('list', '--json'), 0)
    const since = test.clock().toISOString()
    assert.deepEqual(JSON.parse(printed.join('\n')), [
      { id: ada, email: 'ada@example.com', role: 'auditor', since, lastActedAt: null },
    ])
    printed = []
    await run('list')
    assert.deepEqual(printed, [`${ada}  auditor   "ada@example.com"`])
  })

  it('dismisses an administrator, never the last owner, and says where there is none', async () => {
    await test.store.administrators.accept((await test.store.administrators.invite('owner')).token, ada)
    assert.equal(await run('remove', ada), 1)
    assert.include(warned.join(), 'is the last owner. Make another owner first (`mien admin token`)')
    assert.isDefined(await test.store.administrators.find(ada))
    const ben = await test.store.subjects.create({ email: 'ben@example.com', passwordHash: 'argon2' })
    await test.store.administrators.accept((await test.store.administrators.invite('owner')).token, ben.id)
    assert.equal(await run('remove', 'ada@example.com', '--json'), 0)
    assert.deepEqual(JSON.parse(printed.join('\n')), { id: ada, outcome: 'removed' })
    assert.equal(await run('remove', 'ada@example.com'), 1)
    assert.equal(await run('remove', 'nobody@example.com'), 1)
    assert.match(warned.join('\n'), /there is no administrator "nobody@example.com"/)
  })

  it('dismisses the last owner where it is forced to, and says so in the trail', async () => {
    await test.store.administrators.accept((await test.store.administrators.invite('owner')).token, ada)
    assert.equal(await run('remove', ada, '--force'), 0)
    assert.isEmpty(await test.store.administrators.list())
    const [event] = await test.store.audit.list({ types: ['administrator_removed'], limit: 1 })
    assert.equal(event?.detail?.['isForced'], true)
    assert.match(String(event?.detail?.['by']), /^cli/)
  })

  it('says how it wants to be called', async () => {
    const lines: string[] = []
    const terminal = { print: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) }
    for (const args of [
      ['admin'],
      ['admin', 'grow'],
      ['admin', 'remove'],
      ['admin', 'token', 'x'],
      ['admin', 'list', '--force'],
    ]) {
      assert.equal(await mien(args, terminal), 2, args.join(' '))
    }
    assert.equal(await mien(['admin', '--help'], terminal), 0)
    assert.match(lines.join('\n'), /mien admin token \[--json\]/)
  })
})
