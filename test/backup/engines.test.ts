import { assert } from 'chai'
import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../../src/config.ts'
import { openSigningKeys } from '../../src/provider/signing-keys.ts'
import { hasPostgres } from '../servers/postgres.ts'
import { giveBack, sharedPostgres } from '../servers/shared-postgres.ts'
import { openBench, type Bench } from './bench.ts'
import { configIn, furnish, keysKey, openHouse, putBack } from './houses.ts'

const model = 'test-model/1'

/** What a person would miss: the very values, not how many there are. */
async function contentOf(config: Config, subjectId: string): Promise<unknown> {
  const { store, secrets, documents } = await openHouse(config)
  try {
    return {
      subject: await store.subjects.findById(subjectId),
      gallery: (await store.templates.openGallery(subjectId, model))
        .map(({ vector }) => vector.join())
        .sort(),
      consents: await store.consents.list(subjectId),
      receipts: await store.receipts.list(subjectId),
      token: await store.oidc.recordsOf('RefreshToken').find('token'),
      events: (await store.audit.list({ limit: 1000 })).filter(({ type }) => type !== 'restored'),
      keys: (await openSigningKeys(documents)).keys,
      pairwise: secrets.pairwiseSalt.toString('hex'),
    }
  } finally {
    await store.close()
  }
}

interface Engine {
  readonly name: string
  readonly isThere: () => boolean
  readonly open: (dataDir: string) => Promise<Config>
}

const databases: string[] = []
const engines: readonly Engine[] = [
  { name: 'SQLite', isThere: () => true, open: (dataDir) => Promise.resolve(configIn(dataDir)) },
  {
    name: 'PostgreSQL',
    isThere: hasPostgres,
    open: async (dataDir) => {
      const url = await (await sharedPostgres()).createDatabase()
      databases.push(url)
      return configIn(dataDir, { MIEN_DATABASE_URL: url, MIEN_KEYS_KEY: keysKey })
    },
  },
]

describe('A backup', function () {
  this.timeout(60_000)
  let bench: Bench
  before(async () => {
    bench = await openBench()
  })
  afterEach(() => {
    bench.clear()
  })
  after(async () => {
    for (const url of databases) await giveBack(url)
  })
  const inside = (name: string): string => join(bench.folder(), name)

  for (const from of engines) {
    for (const to of engines) {
      it(`of a house on ${from.name} becomes the same house on ${to.name}`, async function () {
        if (!from.isThere() || !to.isThere()) return this.skip()
        const old = await from.open(inside('old'))
        const subjectId = await furnish(old)
        const content = await contentOf(old, subjectId)
        const file = await bench.keep(old)
        const fresh = await to.open(inside('new'))
        const { verdict, setAside, header } = await putBack(fresh, { file, key: bench.key })
        assert.isUndefined(setAside)
        assert.equal(header.engine, from.name === 'SQLite' ? 'sqlite' : 'postgres')
        assert.isTrue(verdict.isWhole, JSON.stringify(verdict.fault))
        assert.deepEqual(await contentOf(fresh, subjectId), content)
        assert.equal(readFileSync(fresh.clientsFile, 'utf8'), readFileSync(old.clientsFile, 'utf8'))
        assert.equal(statSync(fresh.clientsFile).mode & 0o777, 0o600)
        assert.include(readFileSync(join(fresh.dataDir, 'shop.secret'), 'utf8'), 'thirty-two')
        const { store } = await openHouse(fresh)
        const told = await store.audit.list({ limit: 3 })
        assert.equal(told[0]?.type, 'restored', 'and nothing cries that the end of the trail is lost')
        assert.isTrue((await store.audit.verify()).isWhole)
        await store.close()
      })
    }
  }
})
