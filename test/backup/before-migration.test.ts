import { assert } from 'chai'
import { readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DataSource } from 'typeorm'
import { backUpBefore, copiesFolder, pruneCopies } from '../../src/backup/before-migration.ts'
import { readBackup } from '../../src/backup/read.ts'
import type { Config } from '../../src/config.ts'
import { openHouseStore } from '../../src/store-parts.ts'
import { dryRun } from '../../src/store/schema/look.ts'
import { locationOf } from '../../src/store/place.ts'
import { openSource } from '../../src/store/transfer/source.ts'
import { hasPostgres } from '../servers/postgres.ts'
import { sharedPostgres } from '../servers/shared-postgres.ts'
import { openBench, problemOf, type Bench } from './bench.ts'
import { clock, configIn, furnish, keysKey, openHouse } from './houses.ts'

describe('Before a new version changes the tables of a house', function () {
  this.timeout(60_000)
  let bench: Bench
  let said: string[]
  before(async () => {
    bench = await openBench()
  })
  beforeEach(() => {
    said = []
  })
  afterEach(() => {
    bench.clear()
  })
  const note = (says: string): void => {
    said.push(says)
  }

  /** As a version had it that did not know codes by mail could be switched off. */
  async function age(config: Config): Promise<void> {
    const source = await openSource(locationOf(config))
    await source.query('ALTER TABLE "subjects" DROP COLUMN "emailCodesOffAt"')
    await source.query(`DELETE FROM "migrations" WHERE "name" LIKE 'EmailCodes%'`)
    await source.destroy()
  }
  const start = async (config: Config): Promise<void> => {
    const beforeMigration = backUpBefore(config, clock, { info: note, warn: note })
    const { store } = await openHouseStore(config, { clock, beforeMigration })
    await store.close()
  }

  it('a SQLite file is copied beside it, whole and for its owner alone; a start without a change copies nothing', async () => {
    const config = configIn(join(bench.folder(), 'data'))
    const subjectId = await furnish(config)
    await start(config)
    assert.isEmpty(said)
    await age(config)
    await start(config)
    const folder = copiesFolder(config.dataDir)
    const [copy = '', ...others] = readdirSync(folder)
    assert.isEmpty(others)
    assert.match(copy, /^mien-\d{13}-\d{8}T\d{6}Z\.sqlite$/)
    assert.equal(statSync(folder).mode & 0o777, 0o700)
    assert.equal(statSync(join(folder, copy)).mode & 0o777, 0o600)
    assert.match(said.join(), /EmailCodes1795560000000: the database of before is .*sqlite/)
    const before = await new DataSource({ type: 'better-sqlite3', database: join(folder, copy) }).initialize()
    const columns = JSON.stringify(await before.query('PRAGMA table_info("subjects")'))
    assert.notInclude(columns, 'emailCodesOffAt', 'it is the database of before')
    assert.include(JSON.stringify(await before.query('SELECT "id" FROM "subjects"')), subjectId)
    await before.destroy()
    const { store } = await openHouse(config)
    assert.isDefined(await store.subjects.findById(subjectId))
    await store.close()
  })

  it('nothing is changed where the copy cannot be written, unless the operator wants none', async () => {
    const config = configIn(join(bench.folder(), 'data'))
    await furnish(config)
    await age(config)
    writeFileSync(copiesFolder(config.dataDir), 'a file where the folder should be')
    assert.equal(await problemOf(start(config)), 'EEXIST')
    const source = await openSource(locationOf(config))
    assert.notInclude(JSON.stringify(await source.query('SELECT * FROM "migrations"')), 'EmailCodes')
    await source.destroy()
    await start({ ...config, migrationBackup: false })
    assert.match(said.join(), /taken without a copy of before \(MIEN_MIGRATION_BACKUP=off\)/)
  })

  it('the copies stay few and young, for they hold what was erased since', async () => {
    const folder = bench.folder()
    const now = new Date()
    for (let day = 0; day < 5; day++) {
      const path = join(folder, `mien-1795560000000-2026010${day + 1}T120000Z.sqlite`)
      writeFileSync(path, '')
      const at = new Date(now.getTime() - day * 86_400_000)
      utimesSync(path, at, at)
    }
    writeFileSync(join(folder, 'mine.sqlite'), '')
    assert.equal(await pruneCopies(folder, now), 2)
    assert.lengthOf(readdirSync(folder), 4)
    assert.equal(await pruneCopies(folder, new Date(now.getTime() + 13 * 86_400_000)), 2)
    assert.equal(await pruneCopies(folder, new Date(now.getTime() + 15 * 86_400_000)), 1)
    assert.deepEqual(readdirSync(folder), ['mine.sqlite'], 'what is not one of them stays')
  })

  it('PostgreSQL is backed up where there is a folder and somebody who can open it, and else says so', async function () {
    if (!hasPostgres()) return this.skip()
    const url = await (await sharedPostgres()).createDatabase()
    const settings = { MIEN_DATABASE_URL: url, MIEN_KEYS_KEY: keysKey }
    const bare = configIn(join(bench.folder(), 'data'), settings)
    await furnish(bare)
    await age(bare)
    await start(bare)
    assert.match(
      said.join(),
      /taken without a backup of before; set MIEN_BACKUP_DIR and MIEN_BACKUP_RECIPIENT/,
    )
    await age(bare)
    const recipient = 'recipients' in bench.lock ? (bench.lock.recipients[0] ?? '') : ''
    const dir = join(bench.folder(), 'backups')
    await start(
      configIn(bare.dataDir, { ...settings, MIEN_BACKUP_DIR: dir, MIEN_BACKUP_RECIPIENT: recipient }),
    )
    const [file = ''] = readdirSync(dir)
    const { header, rows } = await readBackup(join(dir, file), bench.key)
    assert.notInclude(header.schema, 'EmailCodes1795560000000', 'of the tables as they were')
    assert.isAbove(rows, 5)
  })

  it('a dry run tells the SQL, and leaves every byte as it was', async () => {
    const config = configIn(join(bench.folder(), 'data'))
    await furnish(config)
    await age(config)
    const file = join(config.dataDir, 'mien.sqlite')
    const bytes = readFileSync(file)
    const { pending, statements } = await dryRun(locationOf(config))
    assert.deepEqual(pending, ['EmailCodes1795560000000'])
    assert.include(statements, 'ALTER TABLE "subjects" ADD COLUMN "emailCodesOffAt" bigint')
    assert.isTrue(bytes.equals(readFileSync(file)))
    assert.deepEqual((await dryRun(locationOf(config))).pending, ['EmailCodes1795560000000'])
  })
})
