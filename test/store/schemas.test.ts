import { assert } from 'chai'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DataSource } from 'typeorm'
import { z } from 'zod'
import type { DatabaseLocation } from '../../src/store/database.ts'
import { entities } from '../../src/store/entities.ts'
import { migrations } from '../../src/store/migrations/all.ts'
import { openStore } from '../../src/store/open-store.ts'
import { migratedDatabase, sharedPostgres } from '../servers/shared-postgres.ts'
import { describeOnPostgres } from './engines.ts'
import { openTestStore, secrets } from './fixtures.ts'
import { readFurniture, type Facts } from './schemas/furniture.ts'
import { describePostgres, describeSqlite, loadPostgres, loadSqlite } from './schemas/snapshots.ts'

const kept = join(import.meta.dirname, 'schemas')
const versions = readdirSync(kept, { withFileTypes: true })
  .filter((each) => each.isDirectory())
  .map(({ name }) => name)

const facts = z.object({
  subjectId: z.string(),
  mailToken: z.string(),
  noticeToken: z.string(),
  invitation: z.string(),
})
const factsFile = z.object({ sqlite: facts, postgres: facts })

const changed =
  'a step was changed after it was kept: add one of its own (before the release: npm run keep-schema -- --again)'

const textOf = (version: string, file: string): string => readFileSync(join(kept, version, file), 'utf8')
const factsOf = (version: string) => factsFile.parse(JSON.parse(textOf(version, 'facts.json')))

async function openAndRead(location: DatabaseLocation, found: Facts): Promise<void> {
  const clock = (): Date => new Date('2026-01-01T12:09:00Z')
  const store = await openStore({ location, secrets, clock, fillsOutbox: true })
  try {
    await readFurniture(store, found)
  } finally {
    await store.close()
  }
}

describe('The schema of each release', function () {
  this.timeout(30_000)
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'mien-schemas-'))
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  it('is kept, from the first one on', () => {
    assert.include(versions, '0.1.0')
  })

  for (const version of versions) {
    it(`${version} becomes today’s on SQLite: the same tables, indexes and constraints, and all that was in them is read`, async () => {
      const path = join(folder, 'mien.sqlite')
      await loadSqlite(path, textOf(version, 'sqlite.sql'))
      await openAndRead({ kind: 'sqlite', path }, factsOf(version).sqlite)
      const fresh = await openTestStore()
      assert.deepEqual(await describeSqlite(path), await describeSqlite(fresh.path), changed)
      await fresh.close()
    })

    it(`${version} has something in every table that it knows`, () => {
      for (const file of ['sqlite.sql', 'postgres.sql']) {
        const text = textOf(version, file)
        const tables = [...text.matchAll(/^CREATE TABLE (?:public\.)?"?(\w+)"?/gm)].map(
          ([, name]) => name ?? '',
        )
        // Written by nodes that share a database, sealed with a key of their own: test/backup reads it.
        for (const table of tables.filter((name) => name !== 'private_documents')) {
          assert.match(text, new RegExp(`^INSERT INTO (public\\.)?"?${table}"? `, 'm'), `${file}: ${table}`)
        }
      }
    })

    it(`${version} took steps that are all still there, under their names`, () => {
      const taken = [...textOf(version, 'sqlite.sql').matchAll(/^INSERT INTO "migrations" .*'(\w+)'\);$/gm)]
      const names: readonly string[] = migrations.map((Migration) => new Migration().name)
      assert.isNotEmpty(taken)
      for (const [, name = ''] of taken) assert.include(names, name)
    })
  }
})

describeOnPostgres('The schema of each release, on PostgreSQL,', function () {
  for (const version of versions) {
    it(`${version} becomes today’s: the same tables, indexes and constraints, and all that was in them is read`, async function () {
      this.timeout(30_000)
      const url = await (await sharedPostgres()).createDatabase()
      await loadPostgres(url, textOf(version, 'postgres.sql'))
      await openAndRead({ kind: 'postgres', url }, factsOf(version).postgres)
      assert.deepEqual(await describePostgres(url), await describePostgres(await migratedDatabase()), changed)
    })
  }
})

describe('The rows that the program knows', () => {
  it('are those that the steps have made: a change of one needs a step of its own', async () => {
    const test = await openTestStore()
    const source = new DataSource({ type: 'better-sqlite3', database: test.path, entities: [...entities] })
    await source.initialize()
    const runner = source.createQueryRunner()
    for (const { tableName, columns } of source.entityMetadatas) {
      const table = await runner.getTable(tableName)
      const made = table?.columns.map(({ name, type, isNullable, isPrimary }) => ({
        name,
        type,
        isNullable,
        isPrimary,
      }))
      const known = columns.map(({ databaseName: name, type, isNullable, isPrimary }) => ({
        name,
        type: String(type),
        isNullable,
        isPrimary,
      }))
      assert.sameDeepMembers(made ?? [], known, tableName)
    }
    await runner.release()
    await source.destroy()
    await test.close()
  })
})
