/** On which engine a test’s house is: SQLite, or PostgreSQL where `TEST_ENGINE=postgres` says so, for any of these tests. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { giveBack, migratedDatabase } from '../servers/shared-postgres.ts'

export interface HouseEngine {
  readonly settings: Readonly<Record<string, string>>
  end(): Promise<void>
}

export function databaseNoteIn(dataDir: string): string {
  return join(dataDir, 'test-database')
}

/** A house that goes on where an earlier one stopped finds its database by its folder. */
export async function openEngine(dataDir: string, engine = process.env['TEST_ENGINE']): Promise<HouseEngine> {
  const note = databaseNoteIn(dataDir)
  if (engine !== 'postgres' && !existsSync(note)) return { settings: {}, end: () => Promise.resolve() }
  const url = existsSync(note) ? readFileSync(note, 'utf8') : await migratedDatabase()
  writeFileSync(note, url)
  return {
    settings: { MIEN_DATABASE_URL: url, MIEN_KEYS_KEY: Buffer.alloc(32, 7).toString('base64url') },
    end: () => giveBack(url),
  }
}
