import { assert } from 'chai'
import { bestScore } from '../../src/face/comparison.ts'
import { vectorToBytes } from '../../src/store/sealing.ts'
import { describeOnEachEngine } from './engines.ts'
import { codeOf, embeddingOf, model, secrets, type AnyTestStore } from './fixtures.ts'

const samples = [1, 2, 3].map((seed) => ({ embedding: embeddingOf(seed), pose: 'front' }))

describeOnEachEngine('templates', (openTestStore, engine) => {
  let test: AnyTestStore
  let anna: string
  let ben: string
  beforeEach(async () => {
    test = await openTestStore()
    const { subjects } = test.store
    anna = (await subjects.create({ email: 'anna@example.com', passwordHash: 'h' })).id
    ben = (await subjects.create({ email: 'ben@example.com', passwordHash: 'h' })).id
  })
  afterEach(() => test.close())

  it('come back as the embeddings that were enrolled', async () => {
    await test.store.templates.replaceAll(anna, samples)
    const gallery = await test.store.templates.openGallery(anna, model)
    assert.equal(gallery.length, 3)
    for (const { embedding } of samples) assert.closeTo(bestScore(embedding, gallery) ?? 0, 1, 1e-5)
    assert.isTrue(gallery.every((each) => each.model === model))
  })

  it('of another model are not returned', async () => {
    await test.store.templates.replaceAll(anna, [
      ...samples,
      { embedding: embeddingOf(4, 'old/1'), pose: 'front' },
    ])
    assert.equal((await test.store.templates.openGallery(anna, model)).length, 3)
    assert.equal((await test.store.templates.openGallery(anna, 'old/1')).length, 1)
  })

  it('are replaced, not added to, when a subject enrols again', async () => {
    await test.store.templates.replaceAll(anna, samples)
    await test.store.templates.replaceAll(anna, [{ embedding: embeddingOf(9), pose: 'front' }])
    assert.equal((await test.store.templates.openGallery(anna, model)).length, 1)
    assert.equal((await test.sql('SELECT * FROM template_keys')).length, 1)
  })

  it('of two subjects cannot be swapped, with or without their keys', async () => {
    await test.store.templates.replaceAll(anna, samples)
    await test.store.templates.replaceAll(ben, samples)
    const swap = async (table: string): Promise<void> => {
      await test.sql(
        `UPDATE ${table} SET subjectId = CASE subjectId WHEN ? THEN ? ELSE ? END`,
        anna,
        ben,
        anna,
      )
    }
    await swap('templates')
    assert.equal(await codeOf(test.store.templates.openGallery(anna, model)), 'seal_broken')
    const [first] = await test.sql('SELECT * FROM template_keys WHERE subjectId = ?', anna)
    const [second] = await test.sql('SELECT * FROM template_keys WHERE subjectId = ?', ben)
    const set = 'UPDATE template_keys SET keyId = ?, wrappedKey = ? WHERE subjectId = ?'
    await test.sql(set, String(second?.['keyId']), String(second?.['wrappedKey']), anna)
    await test.sql(set, String(first?.['keyId']), String(first?.['wrappedKey']), ben)
    assert.equal(await codeOf(test.store.templates.openGallery(anna, model)), 'seal_broken')
  })

  it('are refused when their model tag, their id or one byte is altered', async () => {
    const hostile = [
      "UPDATE templates SET model = 'other/1'",
      "UPDATE templates SET id = 'x' || id",
      "UPDATE templates SET sealedVector = 'AAAA' || substr(sealedVector, 5)",
      'UPDATE templates SET sealedVector = substr(sealedVector, 1, 20)',
      "UPDATE templates SET sealedVector = ''",
      "UPDATE template_keys SET wrappedKey = 'AAAA' || substr(wrappedKey, 5)",
    ]
    for (const statement of hostile) {
      await test.store.templates.replaceAll(anna, samples)
      await test.sql(statement)
      const tag = statement.includes('other/1') ? 'other/1' : model
      assert.equal(await codeOf(test.store.templates.openGallery(anna, tag)), 'seal_broken', statement)
    }
  })

  it('of a backup are unreadable once the key is deleted, and without the key-encryption key', async () => {
    await test.store.templates.replaceAll(anna, samples)
    const other = { ...secrets, templateKey: new Uint8Array(32).fill(9) }
    const thief = await test.reopen({ secrets: other })
    assert.equal(await codeOf(thief.templates.openGallery(anna, model)), 'seal_broken')
    await thief.close()
    await test.sql('DELETE FROM template_keys')
    assert.deepEqual(await test.store.templates.openGallery(anna, model), [])
  })

  it('leave no vector in the file, in any encoding', async () => {
    await test.store.templates.replaceAll(anna, samples)
    const dump = await test.dump()
    for (const { embedding } of samples) {
      const bytes = vectorToBytes(embedding.vector)
      for (let at = 0; at + 12 <= bytes.length; at += 12) {
        const part = bytes.subarray(at, at + 12)
        assert.isFalse(dump.includes(part))
        assert.isFalse(dump.includes(part.toString('base64url')))
        assert.isFalse(dump.includes(part.toString('hex')))
      }
    }
  })

  it('are erased with their key, and leave a receipt without numbers of the face', async () => {
    await test.store.templates.replaceAll(anna, samples)
    const [row] = await test.sql('SELECT wrappedKey FROM template_keys')
    await test.store.templates.erase(anna)
    assert.deepEqual(await test.store.templates.openGallery(anna, model), [])
    assert.isUndefined(await test.store.templates.summarise(anna))
    assert.deepEqual(await test.sql('SELECT * FROM templates'), [])
    if (engine === 'sqlite') await test.sql('PRAGMA wal_checkpoint(TRUNCATE)')
    assert.isFalse((await test.dump()).includes(String(row?.['wrappedKey'])))
    const events = await test.store.audit.listOf(anna, 10)
    assert.sameMembers(
      events.map(({ type }) => type),
      ['templates_enrolled', 'templates_erased'],
    )
    assert.deepEqual(events.find(({ type }) => type === 'templates_erased')?.detail, { count: 3 })
  })

  it('are summed up without being opened', async () => {
    await test.store.templates.replaceAll(anna, samples, 'Firefox on Linux')
    test.pass(60)
    await test.store.templates.touch(anna)
    assert.deepEqual(await test.store.templates.summarise(anna), {
      count: 3,
      enrolledAt: new Date('2026-01-01T12:00:00Z'),
      enrolledOn: 'Firefox on Linux',
      model,
      lastUsedAt: new Date('2026-01-01T12:01:00Z'),
    })
    assert.isUndefined(await test.store.templates.summarise(ben))
  })

  it('are noted as used at most once an hour', async () => {
    await test.store.templates.replaceAll(anna, samples)
    const lastUse = async () => (await test.store.templates.summarise(anna))?.lastUsedAt
    await test.store.templates.touch(anna)
    const first = await lastUse()
    test.pass(3600)
    await test.store.templates.touch(anna)
    assert.deepEqual(await lastUse(), first)
    test.pass(1)
    await test.store.templates.touch(anna)
    assert.deepEqual(await lastUse(), new Date('2026-01-01T13:00:01Z'))
  })

  it('of nobody are opened for people without any, and match nobody', async () => {
    const decoys = await test.store.templates.openDecoyGallery(model)
    assert.equal(decoys.length, 5)
    const again = await test.store.templates.openDecoyGallery(model)
    assert.closeTo(bestScore(decoys[0]!, again) ?? 0, 1, 1e-5)
    assert.isBelow(bestScore(embeddingOf(1), decoys) ?? 1, 0.5)
    assert.isTrue(decoys.every((each) => each.model === model && each.vector.length === 128))
  })
})

describeOnEachEngine('consents', (openTestStore) => {
  it('are found until they are withdrawn, and both are on record', async () => {
    const test = await openTestStore()
    const { subjects, consents, audit } = test.store
    const { id } = await subjects.create({ email: 'anna@example.com', passwordHash: 'h' })
    assert.isUndefined(await consents.find(id))
    await consents.record({ subjectId: id, version: '2026-01', textDigest: 'abc' })
    assert.deepEqual(await consents.find(id), {
      version: '2026-01',
      textDigest: 'abc',
      givenAt: test.clock(),
    })
    test.pass(1)
    await consents.withdraw(id)
    await consents.withdraw(id)
    assert.isUndefined(await consents.find(id))
    const types = (await audit.listOf(id, 10)).map(({ type }) => type)
    assert.deepEqual(types, ['consent_withdrawn', 'consent_given'])
    await test.close()
  })
})
