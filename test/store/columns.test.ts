import { assert } from 'chai'
import { EntitySchema } from 'typeorm'
import { entities } from '../../src/store/entities.ts'
import { timedRowId } from '../../src/store/row-id.ts'

describe('The columns of all tables', () => {
  it('bind every instant, counter and score, so that a statement is prepared once and holds no number of anybody', () => {
    const wide = entities.flatMap((entity) => {
      const { tableName, columns } = entity instanceof EntitySchema ? entity.options : assert.fail()
      return Object.entries(columns).flatMap(([name, column]) =>
        column.type === 'bigint' || column.type === 'double precision'
          ? [{ name: `${tableName}.${name}`, transformer: column.transformer }]
          : [],
      )
    })
    assert.includeMembers(
      wide.map(({ name }) => name),
      ['attempts.at', 'attempts.score', 'oidc_records.expiresAt', 'audit_events.seq'],
    )
    for (const { name, transformer } of wide) {
      if (transformer === undefined || Array.isArray(transformer)) return assert.fail(name)
      const sent: unknown = transformer.to(1_795_464_270_657)
      assert.notTypeOf(sent, 'number', name)
      assert.equal(String(sent), '1795464270657', name)
      assert.isNull(transformer.to(null), name)
    }
  })
})

describe('The identifier of a row that is only added', () => {
  const at = Date.UTC(2026, 10, 23)

  it('is a UUID of version 7 with its time in front', () => {
    assert.match(timedRowId(at), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.equal(parseInt(timedRowId(at).replace('-', '').slice(0, 12), 16), at)
  })

  it('sorts by time, and is another one each time', () => {
    const ids = [timedRowId(at), timedRowId(at + 1), timedRowId(at + 86_400_000)]
    assert.deepEqual([...ids].sort(), ids)
    assert.lengthOf(new Set(Array.from({ length: 1000 }, () => timedRowId(at))), 1000)
  })
})
