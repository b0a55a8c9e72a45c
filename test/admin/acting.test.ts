import { assert } from 'chai'
import { createActing, type ActRecord } from '../../src/admin/acting.ts'
import type { Person } from '../../src/admin/authority.ts'
import { Fault } from '../../src/errors.ts'

const owner: Person = {
  kind: 'person',
  subjectId: 'olga',
  role: 'owner',
  isFresh: true,
  scopes: undefined,
  clientId: undefined,
  address: '192.0.2.1',
}

describe('What an administrator does', () => {
  let records: ActRecord[]
  const acting = createActing((event) => {
    records.push(event)
    return Promise.resolve()
  })
  const nothing = () => Promise.resolve()
  beforeEach(() => {
    records = []
  })

  it('is in the trail with who did it, to whom, and from where', async () => {
    await acting(owner, { act: 'subjects.disable', target: 'robin' }, nothing)
    assert.deepEqual(records, [
      {
        type: 'admin_subjects_disable',
        subjectId: 'olga',
        clientId: undefined,
        address: '192.0.2.1',
        outcome: 'accepted',
        reason: undefined,
        detail: { target: 'robin', role: 'owner' },
      },
    ])
  })

  it('is there too where it is a look at somebody, or at the trail itself', async () => {
    for (const act of [
      'subjects.search',
      'subjects.show',
      'sessions.list',
      'audit.list',
      'audit.csv',
    ] as const) {
      await acting(owner, { act }, nothing)
    }
    assert.lengthOf(records, 5)
  })

  it('is not there where it is a look at the house, which tells of nobody', async () => {
    for (const act of ['health.report', 'keys.list', 'calibration.inForce'] as const) {
      await acting(owner, { act }, nothing)
    }
    assert.isEmpty(records)
  })

  it('is there whatever it was, where it was refused', async () => {
    const stranger = { ...owner, scopes: new Set<string>() }
    const refused = acting(stranger, { act: 'health.report' }, nothing)
    assert.equal(
      await refused.then(
        () => 'done',
        (error: unknown) => (error instanceof Fault ? error.code : ''),
      ),
      'admin_scope_missing',
    )
    assert.deepEqual(
      records.map(({ type, outcome, reason }) => ({ type, outcome, reason })),
      [{ type: 'admin_health_report', outcome: 'refused', reason: 'admin_scope_missing' }],
    )
  })
})
