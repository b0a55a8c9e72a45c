import { assert } from 'chai'
import { applyRetention } from '../src/retention.ts'
import type { Letter } from '../src/mail/letter.ts'
import { embeddingOf, model, openTestStore, type TestStore } from './store/fixtures.ts'

const day = 86_400

describe('What has been kept long enough', () => {
  let test: TestStore
  let ada = ''
  let letters: Letter[]
  let happened: string[]
  let mailed: (string | undefined)[]
  beforeEach(async () => {
    test = await openTestStore()
    letters = []
    happened = []
    mailed = []
    const { subjects, templates, consents } = test.store
    ada = (await subjects.create({ email: 'ada@example.com', passwordHash: 'h', emailVerified: true })).id
    await consents.record({ subjectId: ada, version: '1', textDigest: 'd' })
    await templates.replaceAll(ada, [{ embedding: embeddingOf(1), pose: 'front' }])
  })
  afterEach(() => test.close())

  const apply = (change: object = {}) =>
    applyRetention({
      store: test.store,
      clock: test.clock,
      events: {
        happened: ({ type, receipts = [] }) => {
          happened.push(type)
          mailed.push(...receipts)
          return Promise.resolve()
        },
      },
      issuer: 'https://id.example',
      post: (letter) => letters.push(letter),
      retention: { faceDays: 365, attemptDays: 180, auditDays: undefined, sessionDays: 2, ...change },
      log: {
        error: () => {
          assert.fail('an error was logged')
        },
      },
    })
  const has = async () => (await test.store.templates.openGallery(ada, model)).length

  it('is a face that nobody used for so long: its owner is warned a month before, once, and gets a receipt', async () => {
    test.pass(334 * day)
    await apply()
    assert.isEmpty(letters)
    test.pass(2 * day)
    await apply()
    await apply()
    assert.deepEqual(
      letters.map(({ to, subject }) => [to, subject]),
      [['ada@example.com', 'Your face has not been used for long']],
    )
    assert.equal(await has(), 1)
    test.pass(30 * day)
    await apply()
    assert.equal(await has(), 0)
    assert.isUndefined(await test.store.consents.find(ada))
    assert.deepEqual(happened, ['face_erased_unused'])
    const [, receipt] = await test.store.receipts.list(ada)
    const kinds = (await test.store.receipts.list(ada)).map(({ kind }) => kind)
    assert.sameMembers(kinds, ['consent_given', 'consent_withdrawn', 'face_erased'])
    assert.isDefined(receipt)
    const made = (await test.store.receipts.list(ada)).filter(({ kind }) => kind !== 'consent_given')
    assert.sameMembers(
      mailed,
      made.map(({ id }) => id),
      'they go by mail',
    )
    assert.isDefined(await test.store.subjects.findById(ada), 'the account stays')
  })

  it('is not a face that was used in between, which is warned of anew', async () => {
    test.pass(340 * day)
    await apply()
    test.pass(1)
    await test.store.templates.touch(ada)
    test.pass(330 * day)
    await apply()
    assert.equal(await has(), 1)
    test.pass(10 * day)
    await apply()
    assert.lengthOf(letters, 2)
  })

  it('tells nothing to a mailbox that nobody has confirmed', async () => {
    await test.sql('UPDATE subjects SET "emailVerified" = 0')
    test.pass(340 * day)
    await apply()
    assert.isEmpty(letters)
  })

  it('is the audit trail where the operator says so; the rest verifies', async () => {
    const origin = { identifierDigest: 'd', factor: 'face', clientId: 'demo', address: '::1' } as const
    const { attemptId } = await test.store.attempts.begin(origin, () => ({ outcome: 'proceed' }))
    await test.store.attempts.settle(attemptId, { outcome: 'no_match', subjectId: ada })
    test.pass(181 * day)
    await test.store.audit.append({ type: 'signed_in', subjectId: ada })
    await apply()
    assert.isAbove((await test.store.audit.verify()).events, 3)
    await apply({ auditDays: 180 })
    assert.deepInclude(await test.store.audit.verify(), { isWhole: true, events: 1 })
  })
})
