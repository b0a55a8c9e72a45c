/** Opens the database of a house on the engine that it is on. */
import type { Database, DatabaseLocation } from './database.ts'
import type { BeforeMigration } from './schema/bring-up.ts'
import { openSqlite } from './sqlite.ts'

/**
 * Brings the tables up to date.
 * @param before is called before tables that hold something are changed
 * @throws {DatabaseFault} saying in a sentence why it cannot be opened, without the password
 * @throws {SchemaFault} where a newer program has changed the tables
 */
export async function openDatabase(location: DatabaseLocation, before?: BeforeMigration): Promise<Database> {
  if (location.kind === 'sqlite') return openSqlite(location.path, before)
  // Loaded where it serves: elsewhere its client would only take memory.
  const { openPostgres } = await import('./postgres.ts')
  return openPostgres(location, before)
}
