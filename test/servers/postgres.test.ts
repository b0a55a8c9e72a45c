import { assert } from 'chai'
import pg from 'pg'
import { hasPostgres, startPostgres, type TestPostgres } from './postgres.ts'

describe('PostgreSQL for tests', () => {
  let server: TestPostgres | undefined

  before(async function () {
    if (!hasPostgres()) this.skip()
    server = await startPostgres()
  })

  after(() => server?.stop())

  async function ask(url: string, statement: string): Promise<unknown> {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      return (await client.query<Record<string, unknown>>(statement)).rows
    } finally {
      await client.end()
    }
  }

  it('gives each test file an empty database of its own, or a copy of another', async () => {
    const first = await server?.createDatabase()
    assert.isString(first)
    await ask(String(first), "CREATE TABLE letters (letter text); INSERT INTO letters VALUES ('a'), ('B')")
    const copy = await server?.createDatabase(first)
    assert.deepEqual(await ask(String(copy), 'SELECT letter FROM letters ORDER BY letter'), [
      { letter: 'a' },
      { letter: 'B' },
    ])
    const empty = await server?.createDatabase()
    assert.deepEqual(await ask(String(empty), "SELECT 1 FROM pg_tables WHERE tablename = 'letters'"), [])
  })
})
