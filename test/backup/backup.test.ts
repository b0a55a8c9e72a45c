import { assert } from 'chai'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { readArchive, writeArchive, type Entry } from '../../src/backup/archive.ts'
import { makeBackup } from '../../src/backup/make.ts'
import { houseOf } from '../../src/backup/own-house.ts'
import { readBackup } from '../../src/backup/read.ts'
import { openBench, problemOf, type Bench } from './bench.ts'
import { clock, configIn, furnish, openHouse } from './houses.ts'

describe('A backup', function () {
  this.timeout(60_000)
  let bench: Bench
  before(async () => {
    bench = await openBench()
  })
  afterEach(() => {
    bench.clear()
  })
  const inside = (name: string): string => join(bench.folder(), name)

  it('is one file for its owner alone, in which nothing can be read', async () => {
    const { file } = await bench.kept()
    assert.equal(statSync(file).mode & 0o777, 0o600)
    const bytes = readFileSync(file)
    assert.equal(bytes.subarray(0, 21).toString(), 'age-encryption.org/v1')
    for (const word of ['ada@example.com', 'subjects', 'mien-backup', 'templateKey', 'Shop']) {
      assert.equal(bytes.indexOf(word), -1, word)
    }
    assert.deepEqual(
      readdirSync(bench.folder()).filter((name) => name.startsWith('house')),
      ['house.age'],
    )
  })

  it('leaves nothing behind where it cannot be finished', async () => {
    const config = configIn(inside('old'))
    await furnish(config)
    const house = {
      ...houseOf(config, clock),
      readClients: () => Promise.reject(new Error('no longer there')),
    }
    const file = inside('house.age')
    const error = await makeBackup(house, { file, lock: bench.lock }).then(
      () => 'made',
      (thrown: unknown) => String(thrown),
    )
    assert.match(error, /no longer there/)
    assert.deepEqual(readdirSync(bench.folder()), ['old'])
  })

  it('is of one moment: what is written meanwhile is in the next', async () => {
    const config = configIn(inside('old'))
    await furnish(config)
    const { store } = await openHouse(config)
    const house = {
      ...houseOf(config, clock),
      readClients: async () => {
        await store.subjects.create({ email: 'late@example.com', passwordHash: 'argon2' })
        return { list: null, secretFiles: [] }
      },
    }
    const file = inside('house.age')
    await makeBackup(house, { file, lock: bench.lock })
    await store.close()
    let people = 0
    await readBackup(file, bench.key, {
      onRows: ({ name }, rows) => {
        if (name === 'subjects') people += rows.length
        return Promise.resolve()
      },
    })
    assert.equal(people, 1)
  })

  it('is opened by a passphrase where it was made for one', async () => {
    const config = configIn(inside('old'))
    await furnish(config)
    const file = inside('house.age')
    const passphrase = 'correct horse battery staple'
    await makeBackup(houseOf(config, clock), { file, lock: { passphrase } })
    assert.isAbove((await readBackup(file, { passphrase })).rows, 5)
    assert.equal(await problemOf(readBackup(file, bench.key)), 'key')
  })

  it('of fifty megabytes takes no more memory than one of ten', async () => {
    const piece = Buffer.alloc(500_000, 'x')
    const keepAndRead = async (pieces: number): Promise<number> => {
      const file = inside(`${pieces}.age`)
      const entries = async function* (): AsyncGenerator<Entry> {
        for (let at = 0; at < pieces; at++) {
          yield await Promise.resolve({ name: `tables/many/${at}.json`, bytes: piece })
        }
      }
      let most = 0
      const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20)
      await writeArchive(file, bench.lock, entries())
      for await (const { bytes } of readArchive(file, bench.key)) assert.equal(bytes.length, piece.length)
      clearInterval(watch)
      return most
    }
    const some = await keepAndRead(20)
    assert.isBelow((await keepAndRead(100)) - some, 30 * 2 ** 20)
  })
})
