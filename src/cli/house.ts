/** The database of the house, opened for one command beside the running server. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readConfig, type Config } from '../config.ts'
import { openSecrets } from '../provider/secrets.ts'
import { createVault } from '../provider/sealed-file.ts'
import { openStore, type Store, type StoreOptions } from '../store/open-store.ts'

/** Nothing is wrong but the place: told in one sentence, without a stack. */
export class HouseFault extends Error {
  readonly code = 'house_not_found'
}

/** @throws {HouseFault} where there is no database, so that a wrong folder does not get one */
export async function withStore<T>(
  use: (store: Store, config: Config) => Promise<T>,
  options: Pick<StoreOptions, 'isInspection'> = {},
): Promise<T> {
  const config = readConfig()
  const path = join(config.dataDir, 'mien.sqlite')
  if (!existsSync(path)) {
    throw new HouseFault(`there is no database at ${path}; name its folder in MIEN_DATA_DIR`)
  }
  const secrets = await openSecrets({
    dataDir: config.dataDir,
    templateKey: config.templateKey,
    vault: createVault(config.keysKey),
  })
  // What passes is no matter of an inspection, and Redis need not run for one.
  const redisUrl = options.isInspection === true ? undefined : config.redisUrl
  const store = await openStore({ path, secrets, clock: () => new Date(), redisUrl, ...options })
  try {
    return await use(store, config)
  } finally {
    await store.close()
  }
}
