import { statSync } from 'node:fs'
import { assert } from 'chai'
import { describeOnEachEngine } from './engines.ts'
import { codeOf, embeddingOf, model, openTestStore, type AnyTestStore } from './fixtures.ts'

const anna = { email: 'Anna@Example.com', passwordHash: 'hash' }

describeOnEachEngine('subjects', (openTestStore) => {
  let test: AnyTestStore
  beforeEach(async () => (test = await openTestStore()))
  afterEach(() => test.close())

  it('are found by their address however it is written', async () => {
    const subject = await test.store.subjects.create(anna)
    for (const email of ['anna@example.com', ' ANNA@EXAMPLE.COM ', 'ａnna@example.com']) {
      assert.equal((await test.store.subjects.findByEmail(email))?.id, subject.id, email)
    }
    assert.equal(subject.email, 'Anna@Example.com')
    assert.isFalse(subject.emailVerified)
    assert.isUndefined(await test.store.subjects.findByEmail('ben@example.com'))
  })

  it('cannot share an address, also when twenty ask for it at once', async () => {
    const tries = Array.from({ length: 20 }, (_, at) =>
      codeOf(test.store.subjects.create({ ...anna, email: at % 2 === 0 ? anna.email : 'anna@EXAMPLE.com ' })),
    )
    const outcomes = await Promise.all(tries)
    assert.equal(outcomes.filter((each) => each === 'none').length, 1)
    assert.equal(outcomes.filter((each) => each === 'email_taken').length, 19)
  })

  it('cannot share an address across two processes either', async () => {
    const other = await test.reopen()
    const outcomes = await Promise.all([
      codeOf(test.store.subjects.create(anna)),
      codeOf(other.subjects.create(anna)),
    ])
    await other.close()
    assert.sameMembers(outcomes, ['none', 'email_taken'])
  })

  it('take templates, consents, sessions and grants along when they are erased', async () => {
    const { subjects, templates, consents, attempts, oidc } = test.store
    const { id } = await subjects.create(anna)
    await templates.replaceAll(id, [{ embedding: embeddingOf(1), pose: 'front' }])
    await consents.record({ subjectId: id, version: '1', textDigest: 'd' })
    await oidc.recordsOf('Session').upsert('s', { accountId: id, uid: 'u' }, 60)
    const origin = { identifierDigest: 'd', factor: 'face', clientId: 'demo', address: '::1' } as const
    const { attemptId } = await attempts.begin(origin, () => ({ outcome: 'proceed' }))
    await attempts.settle(attemptId, { outcome: 'accept', subjectId: id })
    await subjects.erase(id)
    assert.isUndefined(await subjects.findById(id))
    assert.deepEqual(await templates.openGallery(id, model), [])
    assert.isUndefined(await consents.find(id))
    assert.isUndefined(await oidc.recordsOf('Session').find('s'))
    assert.deepEqual(await attempts.recent(id, 10), [])
    for (const table of ['template_keys', 'templates', 'consents', 'oidc_records']) {
      assert.deepEqual(await test.sql(`SELECT * FROM ${table}`), [], table)
    }
  })

  it('get a new password hash', async () => {
    const { id } = await test.store.subjects.create(anna)
    test.pass(60)
    await test.store.subjects.setPasswordHash(id, 'new hash')
    const subject = await test.store.subjects.findById(id)
    assert.equal(subject?.passwordHash, 'new hash')
    assert.equal(subject?.updatedAt.toISOString(), '2026-01-01T12:01:00.000Z')
  })

  it('are kept across a restart', async () => {
    const { id } = await test.store.subjects.create(anna)
    const again = await test.reopen()
    assert.equal((await again.subjects.findByEmail(anna.email))?.id, id)
    await again.close()
  })
})

describe('the database file', () => {
  it('can be read by its owner alone, and so can its journals', async () => {
    const test = await openTestStore()
    await test.store.subjects.create(anna)
    const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)
    assert.equal(modeOf(test.path), '600')
    assert.equal(modeOf(`${test.path}-wal`), '600')
    assert.equal(modeOf(`${test.path}-shm`), '600')
    assert.equal(modeOf(`${test.folder}/data`), '700')
    await test.close()
  })

  it('is not opened with keys that are too short', async () => {
    let message = ''
    await openTestStore({ templateKey: new Uint8Array(16) }).catch((error: unknown) => {
      message = String(error)
    })
    assert.include(message, 'templateKey must be 32 bytes')
  })
})
