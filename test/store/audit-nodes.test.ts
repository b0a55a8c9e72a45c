import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { assert } from 'chai'
import { describeOnPostgres, openPostgresTestStore } from './engines.ts'

describeOnPostgres('The audit trail that several nodes write', () => {
  it('misses no file at a node that is new, and each node keeps its own', async () => {
    const test = await openPostgresTestStore()
    const checkpointFile = join(test.folder, 'other.json')
    const node = await test.reopen({ checkpointFile })
    for (let each = 1; each <= 5; each += 1) {
      await test.store.audit.append({ type: 'signed_in' })
      await node.audit.append({ type: 'signed_in' })
    }
    assert.deepInclude(await node.audit.verify(), { isWhole: true, lastSeq: 10 })
    await node.close()
    assert.isTrue(existsSync(checkpointFile))
    await test.sql('DELETE FROM audit_events WHERE seq = 10')
    const again = await test.reopen({ checkpointFile })
    assert.isFalse(await again.audit.checkpoint())
    assert.equal((await again.audit.verify()).fault?.kind, 'cut')
    await again.close()
    await test.close()
  })

  it('is one chain, whoever of them writes at the same moment', async () => {
    const test = await openPostgresTestStore()
    const nodes = await Promise.all([1, 2, 3].map(() => test.reopen({ checkpointFile: undefined })))
    const events = nodes.flatMap(({ audit }) =>
      Array.from({ length: 20 }, () => audit.append({ type: 'signed_in' })),
    )
    await Promise.all(events)
    assert.deepInclude(await test.store.audit.verify(), { isWhole: true, events: 60, lastSeq: 60 })
    await Promise.all(nodes.map((node) => node.close()))
    await test.close()
  })

  it('begins once where nodes meet a new database at the same moment', async () => {
    const test = await openPostgresTestStore()
    await test.sql('DELETE FROM audit_marks')
    const nodes = await Promise.all([1, 2, 3].map(() => test.reopen({ checkpointFile: undefined })))
    assert.lengthOf(await test.sql('SELECT name FROM audit_marks'), 2)
    await Promise.all(nodes.map((node) => node.close()))
    await test.close()
  })
})
