import { assert } from 'chai'
import { DataSource } from 'typeorm'
import { entities } from '../../src/store/entities.ts'
import { purgeRules, unpurged } from '../../src/store/purge-rules.ts'
import { describeOnEachEngine } from './engines.ts'
import { openTestStore, purged, type AnyTestStore } from './fixtures.ts'
import { readFromEndToEnd, recordStatements } from './statements.ts'

const day = 86_400
const kept = { attemptDays: 180, sessionDays: 2 }

describe('Each table', () => {
  const tables = entities.map(({ options }) => options.tableName ?? '')

  it('either has a rule by which its rows go, or a reason why they cannot grow without end', () => {
    const named = new Set([...purgeRules.map(({ table }) => table), ...Object.keys(unpurged)])
    assert.sameMembers([...named], tables)
  })

  it('is purged along an index, never read as a whole', async () => {
    const test = await openTestStore()
    const times = {
      now: 1,
      ended: 1,
      attemptsBefore: 1,
      sessionsBefore: 1,
      browsersBefore: 1,
      pendingBefore: 1,
      doneBefore: 1,
      lettersBefore: 1,
    }
    const source = await new DataSource({ type: 'better-sqlite3', database: test.path }).initialize()
    for (const { table, over, index } of purgeRules) {
      const query = `SELECT * FROM "${table}" WHERE ${over.replaceAll(/:(\w+)/g, (_, name: string) => String(Object.entries(times).find(([each]) => each === name)?.[1]))} LIMIT 500`
      const plan = JSON.stringify(await source.query(`EXPLAIN QUERY PLAN ${query}`))
      assert.include(plan, `USING INDEX ${index}`, `${table}: ${plan}`)
    }
    await source.destroy()
    await test.close()
  })

  it('is purged, and trimmed, by statements none of which reads it from end to end', async () => {
    const test = await openTestStore()
    const recording = recordStatements()
    await test.store.purge.run(kept, 500)
    await test.store.audit.trim(test.clock(), 500)
    recording.stop()
    assert.isAtLeast(recording.statements.size, purgeRules.length)
    const read = await readFromEndToEnd(test.path, recording.statements)
    await test.close()
    assert.deepEqual(read, [])
  })
})

describeOnEachEngine('What is over', (open) => {
  let test: AnyTestStore
  beforeEach(async () => {
    test = await open()
  })
  afterEach(() => test.close())

  const origin = (name: string) => ({
    identifierDigest: name,
    factor: 'face' as const,
    clientId: 'demo',
    address: '::1',
    network: '192.0.2.0',
  })
  const rowsOf = async (table: string): Promise<number> => {
    const [row] = await test.sql(`SELECT COUNT(*) AS "rows" FROM "${table}"`)
    return Number(row?.['rows'])
  }

  it('goes a bounded piece at a time, and is counted without being touched', async () => {
    for (let each = 0; each < 7; each++) {
      await test.store.oidc.recordsOf('Session').upsert(`s${each}`, { uid: `u${each}` }, 60)
    }
    await test.store.oidc.recordsOf('Session').upsert('later', { uid: 'later' }, 3600)
    await test.store.oidc.recordsOf('Client').upsert('client', {})
    test.pass(61 + 15)
    const counted = await test.store.purge.count(kept)
    assert.deepInclude(counted[0], { table: 'oidc_records', rows: 7 })
    assert.equal(await purged(test.store, 'oidc_records', { limit: 3 }), 3)
    assert.equal(await purged(test.store, 'oidc_records', { limit: 3 }), 3)
    assert.equal(await purged(test.store, 'oidc_records', { limit: 3 }), 1)
    assert.equal(await rowsOf('oidc_records'), 2)
  })

  it('are tries after half a year, and the runs of failures with them', async () => {
    const { attemptId } = await test.store.attempts.begin(origin('a'), () => ({ outcome: 'proceed' }))
    await test.store.attempts.settle(attemptId, { outcome: 'no_match', subjectId: 'ada' })
    assert.equal(await purged(test.store, 'attempts'), 0)
    assert.equal(await purged(test.store, 'attempt_tallies'), 0, 'failures count')
    test.pass(181 * day)
    assert.equal(await purged(test.store, 'attempts'), 1)
    assert.equal(await rowsOf('attempt_tallies'), 0)
  })

  it('are runs that a success has ended: without their rows the next failure counts as the first', async () => {
    const admit = ({ consecutiveFailures }: { readonly consecutiveFailures: number }) => ({
      outcome: consecutiveFailures < 1 ? 'proceed' : 'wait',
    })
    const first = await test.store.attempts.begin(origin('a'), admit)
    await test.store.attempts.settle(first.attemptId, { outcome: 'accept', subjectId: 'ada' })
    assert.isAbove(await purged(test.store, 'attempt_tallies'), 0)
    assert.isTrue((await test.store.attempts.begin(origin('a'), admit)).isAdmitted)
    assert.isFalse((await test.store.attempts.begin(origin('a'), admit)).isAdmitted)
  })

  it('never takes a failure out of the count, however often it is purged meanwhile', async () => {
    const admit = ({ consecutiveFailures }: { readonly consecutiveFailures: number }) => ({
      outcome: consecutiveFailures < 5 ? 'proceed' : 'wait',
    })
    const tries = Array.from({ length: 20 }, () => test.store.attempts.begin(origin('a'), admit))
    const purges = Array.from({ length: 20 }, () => purged(test.store, 'attempt_tallies'))
    const admitted = (await Promise.all(tries)).filter(({ isAdmitted }) => isAdmitted)
    await Promise.all(purges)
    assert.lengthOf(admitted, 5)
  })

  it('are browsers whose cookie has ended, links that were never opened, and events that nobody took', async () => {
    const ada = await test.store.subjects.create({ email: 'ada@example.com', passwordHash: 'h' })
    await test.store.knownBrowsers.remember({ subjectId: ada.id, browserDigest: 'b', family: 'Firefox' })
    await test.sql(
      `INSERT INTO event_outbox ("id", "seq", "body", "tries", "nextAt", "at") VALUES ('e', 1, '{}', 0, 0, ?)`,
      test.clock().getTime(),
    )
    test.pass(29 * day)
    assert.equal(await purged(test.store, 'event_outbox'), 0)
    test.pass(2 * day)
    assert.equal(await purged(test.store, 'event_outbox'), 1)
    test.pass(360 * day)
    assert.equal(await purged(test.store, 'known_browsers'), 0)
    test.pass(10 * day)
    assert.equal(await purged(test.store, 'known_browsers'), 1)
  })
})
