/** One statement on a connection of its own, as an intruder or an operator would send it. */
import pg from 'pg'

/** @param statement in words that SQLite knows too: `?` for parameters, names without quotation marks */
export async function askPostgres(
  url: string,
  statement: string,
  parameters: readonly unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  client.setTypeParser(pg.types.builtins.INT8, Number)
  await client.connect()
  try {
    // An intruder does not mind foreign keys.
    await client.query("SET session_replication_role = 'replica'")
    return (await client.query<Record<string, unknown>>(inPostgresWords(statement), [...parameters])).rows
  } finally {
    await client.end()
  }
}

/** PostgreSQL numbers its parameters, and writes names small that are not quoted. */
function inPostgresWords(statement: string): string {
  let parameters = 0
  return statement
    .replaceAll(/(?<!["'\w])[a-z]+(?:[A-Z][a-z]*)+(?!["'\w])/g, (name) => `"${name}"`)
    .replaceAll('?', () => `$${(parameters += 1)}`)
}
