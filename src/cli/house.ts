/** The database of the house, opened for one command beside the running server. */
import { existsSync } from 'node:fs'
import { backUpBefore } from '../backup/before-migration.ts'
import { readConfig, type Config } from '../config.ts'
import type { PrivateDocuments } from '../provider/private-documents.ts'
import { openDatabase } from '../store/open-database.ts'
import type { Store, StoreOptions } from '../store/open-store.ts'
import { locationOf } from '../store/place.ts'
import { documentsOf, openHouseStore } from '../store-parts.ts'
import { processTerminal } from './terminal.ts'

/** Nothing is wrong but the place: told in one sentence, without a stack. */
export class HouseFault extends Error {
  readonly code = 'house_not_found'
}

const clock = (): Date => new Date()
const notices = { info: processTerminal.warn, warn: processTerminal.warn }

/** @throws {HouseFault} where there is no database, so that a wrong folder does not get one */
export async function withStore<T>(
  use: (store: Store, config: Config) => Promise<T>,
  options: Pick<StoreOptions, 'isInspection'> = {},
): Promise<T> {
  const config = readConfig()
  requireDatabase(config)
  // What passes is no matter of an inspection, and Redis need not run for one.
  const redisUrl = options.isInspection === true ? undefined : config.redisUrl
  const { store } = await openHouseStore(config, {
    clock,
    redisUrl,
    beforeMigration: backUpBefore(config, clock, notices),
    ...options,
  })
  try {
    return await use(store, config)
  } finally {
    await store.close()
  }
}

/** The secrets and keys alone. */
export async function withDocuments<T>(
  use: (documents: PrivateDocuments, config: Config) => Promise<T>,
): Promise<T> {
  const config = readConfig()
  if (config.databaseUrl === undefined) return use(documentsOf(config), config)
  const database = await openDatabase(locationOf(config))
  try {
    return await use(documentsOf(config, database), config)
  } finally {
    await database.close()
  }
}

/** A database server says for itself what is not there. */
export function requireDatabase(config: Config): void {
  const location = locationOf(config)
  if (location.kind === 'sqlite' && !existsSync(location.path)) {
    throw new HouseFault(`there is no database at ${location.path}; name its folder in MIEN_DATA_DIR`)
  }
}
