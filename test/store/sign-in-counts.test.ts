import { assert } from 'chai'
import { openTestStore, type TestStore } from './fixtures.ts'

const hour = 3600

describe('Sign-ins are counted', () => {
  let test: TestStore
  beforeEach(async () => {
    test = await openTestStore()
  })
  afterEach(() => test.close())

  const happened = (type: string, acr?: string) => test.store.audit.append({ type, acr })

  it('by the hour, by how they went, and by what they were', async () => {
    const since = test.clock()
    await happened('signed_in', 'urn:mien:acr:face')
    await happened('signed_in', 'urn:mien:acr:face')
    test.pass(hour + 1)
    await happened('signed_in', 'urn:mien:acr:passkey')
    await happened('sign_in_refused')
    test.pass(hour)
    await happened('sign_in_locked')
    const counts = await test.store.audit.countSignIns(since)
    assert.sameDeepMembers(counts, [
      { hour: 0, type: 'signed_in', acr: 'urn:mien:acr:face', count: 2 },
      { hour: 1, type: 'signed_in', acr: 'urn:mien:acr:passkey', count: 1 },
      { hour: 1, type: 'sign_in_refused', acr: undefined, count: 1 },
      { hour: 2, type: 'sign_in_locked', acr: undefined, count: 1 },
    ])
  })

  it('and nothing that is older, or something else', async () => {
    await happened('signed_in', 'urn:mien:acr:face')
    test.pass(hour)
    await happened('account_created')
    assert.deepEqual(await test.store.audit.countSignIns(test.clock()), [])
  })
})
