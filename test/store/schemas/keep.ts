/** `npm run keep-schema`, once at each release: keeps the schema of this version, with something in every table, so that later versions are tried on it. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DatabaseLocation } from '../../../src/store/database.ts'
import { openStore } from '../../../src/store/open-store.ts'
import { version } from '../../../src/version.ts'
import { startPostgres } from '../../servers/postgres.ts'
import { secrets } from '../fixtures.ts'
import { furnishStore, type Facts } from './furniture.ts'
import { dumpPostgres, dumpSqlite } from './snapshots.ts'

const at = new Date('2026-01-01T12:00:00Z')

async function furnish(location: DatabaseLocation): Promise<Facts> {
  const store = await openStore({ location, secrets, clock: () => at, fillsOutbox: true })
  try {
    return await furnishStore(store, at)
  } finally {
    await store.close()
  }
}

const folder = join(import.meta.dirname, version)
if (existsSync(folder) && !process.argv.includes('--again')) {
  throw new Error(`${folder} is there: a released schema is never made again`)
}
mkdirSync(folder, { recursive: true })
const work = mkdtempSync(join(tmpdir(), 'mien-schema-'))
const server = await startPostgres()
// The server is started so that it holds no process open.
const alive = setInterval(() => undefined, 1000)
try {
  const path = join(work, 'mien.sqlite')
  const sqlite = await furnish({ kind: 'sqlite', path })
  writeFileSync(join(folder, 'sqlite.sql'), await dumpSqlite(path))
  const url = await server.createDatabase()
  const postgres = await furnish({ kind: 'postgres', url })
  writeFileSync(join(folder, 'postgres.sql'), await dumpPostgres(url))
  writeFileSync(join(folder, 'facts.json'), `${JSON.stringify({ sqlite, postgres }, undefined, 2)}\n`)
} finally {
  await server.stop()
  rmSync(work, { recursive: true })
  clearInterval(alive)
}
