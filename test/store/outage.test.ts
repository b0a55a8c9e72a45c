import { assert } from 'chai'
import { openStore, type Store } from '../../src/store/open-store.ts'
import { askPostgres } from '../servers/ask-postgres.ts'
import { hasPostgres, startPostgres, type TestPostgres } from '../servers/postgres.ts'
import { codeOf, secrets } from './fixtures.ts'

describe('A PostgreSQL that goes away', function () {
  this.timeout(60_000)
  let server: TestPostgres | undefined
  let store: Store | undefined
  let url = ''

  before(async function () {
    if (!hasPostgres()) this.skip()
    server = await startPostgres()
    url = await server.createDatabase()
    store = await openStore({ location: { kind: 'postgres', url }, secrets, clock: () => new Date() })
  })
  after(() => store?.close())

  it('and comes back is used again, without a restart', async () => {
    await store?.ping()
    await askPostgres(
      url,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'mien'",
    )
    // What was cut off may fail once; what follows does not.
    await store?.ping().catch(() => undefined)
    await store?.subjects.create({ email: 'ada@example.com', passwordHash: 'h' })
    assert.isDefined(await store?.subjects.findByEmail('ada@example.com'))
  })

  it('is said to be out, soon, and nothing hangs', async () => {
    const slow = askPostgres(url, 'BEGIN; LOCK TABLE subjects; SELECT pg_sleep(8)')
    await new Promise((resolve) => setTimeout(resolve, 300))
    const start = performance.now()
    assert.isDefined(store)
    assert.equal(await codeOf(store.subjects.findByEmail('ada@example.com')), '55P03')
    assert.isBelow(performance.now() - start, 7900)
    await slow
    await server?.stop()
    const again = performance.now()
    assert.equal(await codeOf(store.subjects.findByEmail('ada@example.com')), 'storage_unavailable')
    assert.isBelow(performance.now() - again, 8000)
  })
})
