import { assert } from 'chai'
import { mien } from '../../src/cli/mien.ts'
import { users, type UsersDependencies } from '../../src/cli/users.ts'
import { openTestStore, type TestStore } from '../store/fixtures.ts'

describe('mien users', () => {
  let test: TestStore
  let ada = ''
  let printed: string[]
  let warned: string[]
  beforeEach(async () => {
    test = await openTestStore()
    printed = []
    warned = []
    ada = (await test.store.subjects.create({ email: 'ada@example.com', passwordHash: 'argon2' })).id
    await test.store.subjects.create({ email: 'ben@example.com', passwordHash: 'argon2' })
    const authorizations = { notes: { sid: 'n1' }, 'mien-account': { sid: 'a1' } }
    await test.store.oidc.recordsOf('Session').upsert('s', { accountId: ada, uid: 'u', authorizations }, 60)
    for (const clientId of ['notes', 'offline-shop', 'mien-account']) {
      await test.store.oidc.recordsOf('Grant').upsert(`g-${clientId}`, { accountId: ada, clientId }, 60)
    }
    await test.store.oidc.recordsOf('RefreshToken').upsert('r', { accountId: ada, grantId: 'g' }, 60)
  })
  afterEach(() => test.close())

  const run = (...args: string[]): Promise<number> => {
    const dependencies: UsersDependencies = {
      terminal: { print: (line) => printed.push(line), warn: (line) => warned.push(line) },
      withStore: (use) => use(test.store, { issuer: 'https://id.example' }),
    }
    return users(args, dependencies)
  }
  const json = (): unknown => JSON.parse(printed.join('\n'))

  it('lists accounts a page at a time, and never a hash', async () => {
    assert.equal(await run('list', '--json', '--limit', '1'), 0)
    const [first] = json() as readonly { readonly id: string }[]
    printed = []
    await run('list', '--after', first?.id ?? '')
    assert.lengthOf(printed, 1)
    printed = []
    await run('list')
    assert.lengthOf(printed, 2)
    assert.notInclude(printed.join(), 'argon2')
  })

  it('shows what is kept of one, by address or id', async () => {
    assert.equal(await run('show', 'ADA@example.com', '--json'), 0)
    assert.include(json(), { id: ada, templates: 0, sessions: 1, hasConsent: false, disabledAt: null })
    printed = []
    assert.equal(await run('show', ada), 0)
    assert.include(printed.join('\n'), '"ada@example.com"')
  })

  it('switches one off: it is nobody to every sign-in, and whoever was in is out', async () => {
    const { subjects, oidc, audit } = test.store
    assert.equal(await run('disable', 'ada@example.com', '--json'), 0)
    assert.deepEqual(json(), { id: ada, outcome: 'disabled' })
    assert.isUndefined(await subjects.findByEmail('ada@example.com'))
    assert.isUndefined(await subjects.findById(ada))
    assert.isUndefined(await oidc.recordsOf('Session').find('s'))
    assert.isUndefined(await oidc.recordsOf('RefreshToken').find('r'))
    assert.equal((await audit.list({ subjectId: ada, limit: 1 }))[0]?.type, 'account_disabled')
    assert.equal(await run('enable', ada), 0)
    assert.isDefined(await subjects.findByEmail('ada@example.com'))
  })

  for (const args of [['disable'], ['erase', '--yes']]) {
    it(`has the server tell each app of it, after ${args[0] ?? ''}: by session, and once where access outlived it`, async () => {
      assert.equal(await run(...args, 'ada@example.com'), 0)
      const due = await test.store.logoutDeliveries.takeDue(10, 60)
      const lines = due.map(({ clientId, subjectId, sid }) => [clientId, subjectId, sid])
      assert.sameDeepMembers(lines, [
        ['notes', ada, 'n1'],
        ['offline-shop', ada, undefined],
      ])
    })
  }

  it('shows where one is signed in, and signs it out there', async () => {
    const { browserSessions, oidc, audit } = test.store
    const seen = { uid: 'u', subjectId: ada, family: 'Firefox on Linux', acr: 'urn:mien:acr:face' }
    await browserSessions.see({ ...seen, loginAt: test.clock() })
    await browserSessions.see({ ...seen, uid: 'over', loginAt: test.clock() })
    assert.equal(await run('sessions', ada, '--json'), 0)
    const [only, ...others] = json() as readonly { readonly browser: string }[]
    assert.equal(only?.browser, 'Firefox on Linux')
    assert.isEmpty(others)
    printed = []
    assert.equal(await run('end-sessions', 'ada@example.com', '--json'), 0)
    assert.deepEqual(json(), { id: ada, outcome: 'sessions_ended', count: 1 })
    assert.isUndefined(await oidc.recordsOf('Session').find('s'))
    assert.isUndefined(await oidc.recordsOf('RefreshToken').find('r'))
    const [event] = await audit.list({ subjectId: ada, limit: 1 })
    assert.equal(event?.type, 'sessions_ended')
    const told = await test.store.logoutDeliveries.takeDue(10, 60)
    assert.sameMembers(
      told.map(({ clientId }) => clientId),
      ['notes', 'offline-shop'],
    )
    printed = []
    await run('sessions', ada)
    assert.isEmpty(printed)
  })

  it('takes a way to sign in off one, and tells the owner', async () => {
    const { subjects, recoveryCodes, mailQueue, audit } = test.store
    await subjects.verifyEmail(ada, 'ada@example.com')
    await recoveryCodes.replaceAll(ada, ['abcd-efgh', 'ijkl-mnop'])
    assert.equal(await run('reset', ada, 'recovery-codes', '--json'), 0)
    assert.deepEqual(json(), { id: ada, outcome: 'reset' })
    assert.isUndefined(await recoveryCodes.summarise(ada))
    const [event] = await audit.list({ subjectId: ada, types: ['factor_reset'], limit: 1 })
    assert.equal(event?.detail?.['name'], 'Recovery codes')
    const waiting = await mailQueue.takeDue(10, 60)
    assert.deepEqual(
      waiting.map(({ kind }) => kind),
      ['notice_factor_reset'],
    )
    printed = []
    await run('reset', ada, 'recovery_codes')
    assert.include(printed.join(), 'nothing to reset')
    assert.equal(await run('reset', 'nobody@example.com', 'face'), 1)
  })

  it('names who did it, also where the account is gone', async () => {
    const { audit } = test.store
    for (const args of [['disable'], ['enable'], ['end-sessions'], ['erase', '--yes']]) {
      assert.equal(await run(args[0] ?? '', ada, ...args.slice(1)), 0)
      const [event] = await audit.list({ subjectId: ada, limit: 1 })
      assert.match(String(event?.detail?.['by']), /^cli/, event?.type)
    }
    assert.isTrue((await audit.verify()).isWhole)
  })

  for (const args of [['disable'], ['erase', '--yes']]) {
    it(`leaves the last owner alone, and says what to do instead of ${args[0] ?? ''}, unless it is forced`, async () => {
      const { administrators, audit, mailQueue, subjects, oidc } = test.store
      await subjects.verifyEmail(ada, 'ada@example.com')
      await administrators.accept((await administrators.invite('owner')).token, ada)
      const [verb = '', ...options] = args
      assert.equal(await run(verb, ada, ...options), 1)
      assert.include(warned.join(), 'is the last owner')
      assert.include(warned.join(), 'mien admin token')
      assert.isDefined(await subjects.findById(ada))
      assert.isDefined(await oidc.recordsOf('Session').find('s'), 'nothing was begun')
      assert.isEmpty(await mailQueue.takeDue(10, 60))
      assert.equal(await run(verb, ada, ...options, '--force'), 0)
      assert.isUndefined(await subjects.findById(ada))
      const [event] = await audit.list({ subjectId: ada, limit: 1 })
      assert.equal(event?.detail?.['isForced'], true)
    })
  }

  it('says farewell to whom it erases, where the address is confirmed', async () => {
    await test.store.subjects.verifyEmail(ada, 'ada@example.com')
    await run('erase', ada, '--yes')
    const waiting = await test.store.mailQueue.takeDue(10, 60)
    assert.deepEqual(
      waiting.map(({ kind }) => kind),
      ['notice_account_closed'],
    )
    await run('erase', 'ben@example.com', '--yes')
    assert.isEmpty(await test.store.mailQueue.takeDue(10, 60))
  })

  it('erases one for good, when told so twice', async () => {
    await run('erase', ada).catch((error: unknown) => warned.push(String(error)))
    assert.include(warned[0], '--yes')
    assert.equal(await run('erase', ada, '--yes'), 0)
    assert.isUndefined(await test.store.subjects.findAny(ada))
    assert.isTrue((await test.store.audit.verify()).isWhole)
  })

  it('says where there is no such account, or what was asked wrongly', async () => {
    assert.equal(await run('show', 'nobody@example.com'), 1)
    assert.include(warned[0], 'there is no account')
    for (const args of [
      [],
      ['burn'],
      ['show'],
      ['list', 'ada'],
      ['show', 'a', 'b'],
      ['reset', 'ada@example.com'],
      ['reset', 'ada@example.com', 'tongue'],
      ['list', '--limit', '0'],
      ['enable', 'ada@example.com', '--force'],
    ]) {
      const terminal = { print: () => undefined, warn: () => undefined }
      assert.equal(await mien(['users', ...args], terminal), 2, args.join(' '))
    }
  })
})
