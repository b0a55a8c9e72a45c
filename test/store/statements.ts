/** Which statements are really sent to SQLite by this process, and how SQLite would carry them out. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import Sqlite from 'better-sqlite3'
import { z } from 'zod'

export interface Recording {
  readonly statements: ReadonlySet<string>
  stop(): void
}

/** Listens in on the library that the store has; what is heard is handed on as it is. */
export function recordStatements(): Recording {
  const statements = new Set<string>()
  const { prepare } = Sqlite.prototype
  Sqlite.prototype.prepare = function (source) {
    statements.add(source)
    return prepare.call(this, source)
  }
  return {
    statements,
    stop: () => {
      Sqlite.prototype.prepare = prepare
    },
  }
}

const explaining = `
  const { DatabaseSync } = require('node:sqlite')
  const { readFileSync } = require('node:fs')
  const [, path, statements] = process.argv
  const database = new DatabaseSync(path, { readOnly: true })
  const plans = JSON.parse(readFileSync(statements, 'utf8')).map((statement) =>
    database.prepare('EXPLAIN QUERY PLAN ' + statement).all().map(({ detail }) => detail))
  console.log(JSON.stringify(plans))`
const plansShape = z.array(z.array(z.string()))

/** In a process of its own: a second library of SQLite in one process would drop the locks of the first. */
async function plansOf(path: string, statements: readonly string[]): Promise<readonly (readonly string[])[]> {
  const folder = await mkdtemp(join(tmpdir(), 'mien-plans-'))
  const file = join(folder, 'statements.json')
  await writeFile(file, JSON.stringify(statements))
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', explaining, path, file])
  await rm(folder, { recursive: true })
  return plansShape.parse(JSON.parse(stdout))
}

/** Those that would read a table, or an index, from end to end, with the words of the plan. */
export async function readFromEndToEnd(
  path: string,
  statements: ReadonlySet<string>,
): Promise<readonly { readonly statement: string; readonly table: string }[]> {
  const sent = [...statements].filter((each) => /^\s*(SELECT|UPDATE|DELETE|INSERT|WITH)\b/i.test(each))
  const plans = await plansOf(path, sent)
  return plans.flatMap((plan, at) =>
    plan
      .filter((step) => /^SCAN (?!CONSTANT ROW)/.test(step))
      .map((step) => ({ statement: sent[at] ?? '', table: step.split(' ')[1] ?? '' })),
  )
}
