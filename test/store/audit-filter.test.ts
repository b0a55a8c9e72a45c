import { assert } from 'chai'
import { describeOnEachEngine } from './engines.ts'

describeOnEachEngine('The audit trail', (open) => {
  it('is listed by app, by outcome, and within two moments', async () => {
    const test = await open()
    const { audit } = test.store
    await audit.append({ type: 'signed_in', clientId: 'shop', outcome: 'accepted' })
    const since = new Date(test.clock().getTime() + 1)
    test.pass(1)
    await audit.append({ type: 'signed_in', clientId: 'shop', outcome: 'accepted' })
    test.pass(1)
    await audit.append({ type: 'sign_in_refused', clientId: 'shop', outcome: 'refused' })
    const typesOf = async (filter: object) =>
      (await audit.list({ ...filter, limit: 9 })).map(({ type }) => type)
    assert.deepEqual(await typesOf({ clientId: 'shop', since }), ['sign_in_refused', 'signed_in'])
    assert.deepEqual(await typesOf({ outcome: 'refused' }), ['sign_in_refused'])
    assert.deepEqual(await typesOf({ since, until: test.clock() }), ['signed_in'], 'the end is not within')
    assert.deepEqual(await typesOf({ clientId: 'other' }), [])
    await test.close()
  })
})
