import { assert } from 'chai'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { migrations } from '../../src/store/migrations/all.ts'
import { schemaNumber, type SchemaPlan } from '../../src/store/schema/plan.ts'
import { openStore } from '../../src/store/open-store.ts'
import { codeOf, openTestStore, secrets, type TestStore } from './fixtures.ts'

const otherProcess = fileURLToPath(new URL('other-process.ts', import.meta.url))
const names = migrations.map((Migration) => new Migration().name)
const newest = names.at(-1) ?? ''

describe('The tables of the database', () => {
  let test: TestStore
  beforeEach(async () => {
    test = await openTestStore()
    await test.store.subjects.create({
      email: 'ada@example.com',
      passwordHash: 'argon2',
    })
  })
  afterEach(() => test.close())

  const reopen = async (plans: SchemaPlan[] = []): Promise<void> => {
    const store = await openStore({
      location: test.location,
      secrets,
      clock: test.clock,
      beforeMigration: (plan) => {
        plans.push(plan)
        return Promise.resolve()
      },
    })
    await store.close()
  }

  it('that a newer program has changed are refused and not touched', async () => {
    await test.sql(
      `INSERT INTO "migrations" ("timestamp", "name") VALUES (9000000000000, 'Later9000000000000')`,
    )
    const before = await test.sql('SELECT * FROM "sqlite_master"')
    assert.equal(await codeOf(reopen()), 'schema_refused')
    assert.deepEqual(await test.sql('SELECT * FROM "sqlite_master"'), before)
    assert.lengthOf(await test.sql('SELECT * FROM "subjects"'), 1)
  })

  it('are copied before a step is taken that they lack, and only then', async () => {
    const plans: SchemaPlan[] = []
    await reopen(plans)
    assert.deepEqual(plans, [], 'nothing is to be done')
    await test.sql('ALTER TABLE "subjects" DROP COLUMN "emailCodesOffAt"')
    await test.sql(`DELETE FROM "migrations" WHERE "name" LIKE 'EmailCodes%'`)
    await reopen(plans)
    assert.deepEqual(
      plans.map(({ pending }) => pending),
      [['EmailCodes1795560000000']],
    )
    assert.equal((await test.store.subjects.findByEmail('ada@example.com'))?.email, 'ada@example.com')
  })

  it('are as they were where a step fails, or the copy of before does', async () => {
    // The column is there already: to add it fails, after the step before has been taken.
    await test.sql('ALTER TABLE "templates" DROP COLUMN "enrolledOn"')
    await test.sql(`DELETE FROM "migrations" WHERE "name" LIKE 'E%'`)
    const before = await test.sql('SELECT * FROM "sqlite_master"')
    assert.equal(await codeOf(reopen()), 'schema_refused')
    assert.deepEqual(await test.sql('SELECT * FROM "sqlite_master"'), before)
    await test.sql('ALTER TABLE "subjects" DROP COLUMN "emailCodesOffAt"')
    const full = Object.assign(new Error('the disk is full'), { code: 'ENOSPC' })
    const failing = openStore({
      location: test.location,
      secrets,
      clock: test.clock,
      beforeMigration: () => Promise.reject(full),
    })
    assert.equal(await codeOf(failing), 'ENOSPC')
    assert.notInclude(JSON.stringify(await test.sql('SELECT * FROM "migrations"')), 'EmailCodes')
    await reopen()
  })

  it('are numbered by the newest step', () => {
    assert.equal(schemaNumber(names), Number(newest.slice(-13)))
    assert.equal(schemaNumber([]), 0)
  })
})

describe('Two processes that start at once on a new database', () => {
  it('make its tables once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'mien-two-'))
    const path = join(folder, 'mien.sqlite')
    const start = () =>
      promisify(execFile)(process.execPath, [
        otherProcess,
        JSON.stringify({ kind: 'sqlite', path }),
        'append',
      ])
    const said = await Promise.all([start(), start(), start()])
    assert.deepEqual(
      said.map(({ stdout }) => stdout),
      ['10', '10', '10'],
    )
    rmSync(folder, { recursive: true })
  })
})
