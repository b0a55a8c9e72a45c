/** The database: which engine it is on, whether it answers, and whether its tables are those of this version. Changes nothing. */
import { existsSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { DatabaseFault } from '../../store/database-fault.ts'
import { inspectDatabase } from '../../store/inspect.ts'
import { locationOf } from '../../store/place.ts'
import { fail, leftOut, ok, reasonOf, warn, type Finding, type Patient } from './findings.ts'

export async function checkDatabase({ config }: Patient): Promise<readonly Finding[]> {
  const location = locationOf(config)
  if (location.kind === 'sqlite') {
    if (!existsSync(location.path))
      return [leftOut('database', 'There is none yet; the first start makes it.')]
    if (!(await isSqlite(location.path))) {
      const advice = 'Put a backup in its place (docs/operations.md).'
      return [fail('database', `${location.path} is not a database.`, advice)]
    }
  }
  try {
    const { engine, plan } = await inspectDatabase(location)
    const where = location.kind === 'sqlite' ? location.path : `${engine} answers`
    return [
      ok('database', location.kind === 'sqlite' ? `${where} is a database (${engine}).` : `${where}.`),
      tablesOf(plan),
    ]
  } catch (error) {
    if (error instanceof DatabaseFault)
      return [fail('database', error.message, 'Nobody can sign in until it answers.')]
    const says = `It cannot be read: ${reasonOf(error)}.`
    return [fail('database', says, 'Put a backup in its place (docs/operations.md).')]
  }
}

function tablesOf({
  applied,
  pending,
  unknown,
}: Awaited<ReturnType<typeof inspectDatabase>>['plan']): Finding {
  if (unknown.length > 0) {
    const says = `A newer version of Mien has changed its tables (${unknown.join(', ')}).`
    return fail('tables', says, 'Start that version or a later one, or restore a backup of before.')
  }
  if (pending.length === 0) return ok('tables', 'They are those of this version.')
  if (applied.length === 0) return leftOut('tables', 'There are none yet; the first start makes them.')
  const says = `${pending.length} ${pending.length === 1 ? 'step is' : 'steps are'} to be taken to bring them up to date.`
  return warn('tables', says, 'The next start takes them; `mien migrate` does it now (docs/operations.md).')
}

const sqliteMagic = 'SQLite format 3\0'

async function isSqlite(path: string): Promise<boolean> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sqliteMagic.length), 0, sqliteMagic.length, 0)
    return bytesRead === sqliteMagic.length && buffer.toString('latin1') === sqliteMagic
  } finally {
    await file.close()
  }
}
