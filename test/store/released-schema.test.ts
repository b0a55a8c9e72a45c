import { readFileSync } from 'node:fs'
import { assert } from 'chai'
import { DataSource } from 'typeorm'
import { z } from 'zod'
import { migrations } from '../../src/store/migrations/all.ts'

const newestReleased = 'EmailCodes1795560000000'

describe('The steps that were released', () => {
  it('still make the very tables on SQLite that they made then, to the letter', async () => {
    const released = migrations.slice(0, migrations.findIndex(({ name }) => name === newestReleased) + 1)
    const source = await new DataSource({
      type: 'better-sqlite3',
      database: ':memory:',
      migrations: [...released],
    }).initialize()
    try {
      await source.runMigrations()
      const rows: unknown = await source.query(
        'SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid',
      )
      const statements = z.array(z.object({ sql: z.string() })).parse(rows)
      const expected = readFileSync(new URL('released-schema.sql', import.meta.url), 'utf8')
      assert.equal(statements.map(({ sql }) => `${sql};\n`).join(''), expected)
    } finally {
      await source.destroy()
    }
  })
})
