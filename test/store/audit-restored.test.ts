import { assert } from 'chai'
import { describeOnEachEngine } from './engines.ts'
import type { AnyTestStore } from './fixtures.ts'

describeOnEachEngine('The chain of a house that was put back from a backup', (openTestStore) => {
  let test: AnyTestStore
  beforeEach(async () => {
    test = await openTestStore()
    for (let at = 1; at <= 10; at += 1) await test.store.audit.append({ type: 'signed_in' })
    await test.store.audit.checkpoint()
  })
  afterEach(() => test.close())

  const verify = () => test.store.audit.verify()
  const fault = async () => (await verify()).fault

  it('holds where it says so itself; a forged saying does not help', async () => {
    const marks = await test.sql('SELECT seq, hash, mac, at FROM audit_marks WHERE name = ?', 'head')
    const old = { ...marks[0] }
    await test.store.audit.append({ type: 'signed_in' })
    await test.store.audit.checkpoint()
    await test.sql('DELETE FROM audit_events WHERE seq > 10')
    await test.sql(
      "UPDATE audit_marks SET seq = ?, hash = ?, mac = ?, at = ? WHERE name = 'head'",
      ...['seq', 'hash', 'mac', 'at'].map((name) => old[name]),
    )
    const forged = `INSERT INTO audit_events (id, seq, type, detail, at, hash) VALUES ('f', 11, 'restored', '{}', ?, 'x')`
    await test.sql(forged, test.clock().getTime())
    assert.isFalse(await test.store.audit.checkpoint())
    await test.sql(`DELETE FROM audit_events WHERE id = 'f'`)
    test.pass(60)
    await test.store.audit.append({ type: 'restored' })
    assert.deepInclude(await verify(), { isWhole: true, lastSeq: 11 })
    assert.isTrue(await test.store.audit.checkpoint())
    await test.sql('DELETE FROM audit_events WHERE seq > 10')
    assert.deepEqual(await fault(), { kind: 'cut', seq: 11 })
  })
})
