/** What a running house has written down, read as its operator would read it. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { z } from 'zod'
import { askPostgres } from '../servers/ask-postgres.ts'
import { databaseNoteIn } from './engine.ts'
import type { House } from './house.ts'

const script = `
  const { DatabaseSync } = require('node:sqlite')
  const [, path, sql] = process.argv
  console.log(JSON.stringify(new DatabaseSync(path, { readOnly: true }).prepare(sql).all()))`

const rows = z.array(z.record(z.string(), z.unknown()))

/** SQLite in a process of its own: a second library of it in one process would drop the locks of the first. */
export async function readRecords(
  { dataDir }: Pick<House, 'dataDir'>,
  sql: string,
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const note = databaseNoteIn(dataDir)
  if (existsSync(note)) return askPostgres(readFileSync(note, 'utf8'), sql)
  const path = join(dataDir, 'mien.sqlite')
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', script, path, sql])
  return rows.parse(JSON.parse(stdout))
}
