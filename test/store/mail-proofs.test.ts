import { assert } from 'chai'
import type { NewProof } from '../../src/store/mail-proofs.ts'
import { describeOnEachEngine } from './engines.ts'
import { purged, type AnyTestStore } from './fixtures.ts'

describeOnEachEngine('Codes and links sent by mail', (openTestStore) => {
  let test: AnyTestStore
  let ada = ''
  beforeEach(async () => {
    test = await openTestStore()
    ada = (await test.store.subjects.create({ email: 'ada@example.com', passwordHash: 'h' })).id
  })
  afterEach(() => test.close())

  const key = { purpose: 'sign_in', binding: 'visit one' }
  const issue = (change: Partial<NewProof> = {}) =>
    test.store.mailProofs.issue({
      ...key,
      subjectId: ada,
      emailDigest: 'digest',
      codeSeconds: 600,
      tokenSeconds: 1800,
      ...change,
    })
  const wrong = (code: string): string => code.replace(/^./, (first) => (first === '0' ? '1' : '0'))

  it('are eight digits and 256 bits, new each time', async () => {
    const [one, other] = [await issue(), await issue()]
    assert.match(one.code, /^\d{8}$/)
    assert.equal(Buffer.from(one.token, 'base64url').length, 32)
    assert.notEqual(one.token, other.token)
  })

  it('prove whose they are, once', async () => {
    const { code } = await issue()
    const proof = await test.store.mailProofs.spendCode(key, code)
    assert.equal(proof?.subjectId, ada)
    assert.equal(proof?.emailDigest, 'digest')
    assert.isUndefined(await test.store.mailProofs.spendCode(key, code))
  })

  it('stand five tries at the code and no more, however right the sixth', async () => {
    const { code } = await issue()
    for (let tries = 0; tries < 5; tries += 1) {
      assert.isUndefined(await test.store.mailProofs.spendCode(key, wrong(code)))
    }
    assert.isUndefined(await test.store.mailProofs.spendCode(key, code))
  })

  it('count tries side by side', async () => {
    const guess = (codes: readonly string[]) =>
      Promise.all(codes.map((each) => test.store.mailProofs.spendCode(key, each)))
    const first = await issue()
    await guess(Array.from({ length: 8 }, () => wrong(first.code)))
    assert.isUndefined(await test.store.mailProofs.spendCode(key, first.code))
    const second = await issue()
    const answers = await guess(Array.from({ length: 8 }, () => second.code))
    assert.lengthOf(
      answers.filter((each) => each !== undefined),
      1,
    )
  })

  it('end: the code before the link', async () => {
    const { code, token } = await issue()
    test.pass(600)
    assert.isUndefined(await test.store.mailProofs.spendCode(key, code))
    assert.isDefined(await test.store.mailProofs.findToken('sign_in', token))
    test.pass(1200)
    assert.isUndefined(await test.store.mailProofs.findToken('sign_in', token))
    assert.isUndefined(await test.store.mailProofs.spendToken('sign_in', token))
  })

  it('are good for one purpose, in one visit', async () => {
    const { code, token } = await issue()
    assert.isUndefined(await test.store.mailProofs.spendCode({ ...key, binding: 'visit two' }, code))
    assert.isUndefined(await test.store.mailProofs.spendCode({ ...key, purpose: 'recover' }, code))
    assert.isUndefined(await test.store.mailProofs.spendToken('recover', token))
  })

  it('are looked at as often as a mail scanner likes, and spent once', async () => {
    const { token } = await issue()
    for (let looks = 0; looks < 3; looks += 1) {
      assert.isDefined(await test.store.mailProofs.findToken('sign_in', token))
    }
    const spent = await Promise.all([1, 2, 3].map(() => test.store.mailProofs.spendToken('sign_in', token)))
    assert.lengthOf(
      spent.filter((each) => each !== undefined),
      1,
    )
  })

  it('are replaced by new ones of the same visit', async () => {
    const first = await issue()
    const second = await issue()
    assert.isUndefined(await test.store.mailProofs.findToken('sign_in', first.token))
    assert.isDefined(await test.store.mailProofs.spendCode(key, second.code))
  })

  it('are there for an address of nobody too, and prove nothing but that', async () => {
    const { code } = await issue({ subjectId: undefined })
    assert.isUndefined((await test.store.mailProofs.spendCode(key, code))?.subjectId)
  })

  it('stand in the database as digests that a copy of it does not open', async () => {
    const { code, token } = await issue()
    const dump = await test.dump()
    assert.isFalse(dump.includes(token))
    assert.isFalse(dump.includes(code))
  })

  it('go when they are over, and with the account', async () => {
    await issue()
    await issue({ binding: 'visit two', tokenSeconds: 60 })
    assert.equal(await purged(test.store, 'mail_proofs'), 0)
    test.pass(61)
    assert.equal(await purged(test.store, 'mail_proofs'), 1)
    await test.store.subjects.erase(ada)
    assert.isEmpty(await test.sql('SELECT * FROM mail_proofs'))
  })
})
