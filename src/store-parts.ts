/** What a house remembers by, opened by its settings: the database, the private documents and the secrets among them, the store. */
import type { Config } from './config.ts'
import { privateFiles, sealedDocuments, type PrivateDocuments } from './provider/private-documents.ts'
import { openSecrets, type Secrets } from './provider/secrets.ts'
import { createVault } from './provider/vault.ts'
import type { Database, DatabaseLocation } from './store/database.ts'
import { openDatabase } from './store/open-database.ts'
import { createStore, type Store, type StoreOptions } from './store/open-store.ts'
import { checkpointFileIn, locationOf } from './store/place.ts'
import type { Presence } from './store/presence.ts'
import type { BeforeMigration } from './store/schema/bring-up.ts'
import { createStoredDocuments } from './store/private-documents.ts'

export interface HouseStore {
  readonly store: Store
  readonly secrets: Secrets
  readonly documents: PrivateDocuments
}

type DocumentSettings = Pick<Config, 'dataDir' | 'keysKey'>

/** Nodes that share a database share them there; otherwise they are files of the one node. */
export function documentsOf({ dataDir, keysKey }: DocumentSettings, database?: Database): PrivateDocuments {
  const place =
    database?.kind === 'postgres' ? createStoredDocuments(database, () => new Date()) : privateFiles(dataDir)
  return sealedDocuments(place, createVault(keysKey))
}

/** @throws {Error} saying in a sentence what is wrong with the database or the secrets */
export async function openHouseStore(
  config: Config,
  options: Pick<StoreOptions, 'clock' | 'isInspection' | 'redisUrl' | 'redisWatcher' | 'watch'> & {
    readonly beforeMigration?: BeforeMigration
    /** A server, as long as the store is open: nobody puts another house in the place of this one meanwhile. */
    readonly isServing?: boolean
  },
): Promise<HouseStore> {
  const { beforeMigration, isServing = false, ...how } = options
  const presence = isServing ? await announceServer(locationOf(config)) : undefined
  const database = await openDatabase(locationOf(config), beforeMigration).catch(async (error: unknown) => {
    await presence?.close()
    throw error
  })
  try {
    const documents = documentsOf(config, database)
    const secrets = await openSecrets({ documents, templateKey: config.templateKey })
    const { templateKey, recordKey, identifierPepper } = secrets
    const store = await createStore(database, {
      ...how,
      secrets: { templateKey, recordKey, identifierPepper },
      checkpointFile: checkpointFileIn(config.dataDir),
      fillsOutbox: config.eventsWebhook !== undefined,
    })
    return { store: presence === undefined ? store : leaving(store, presence), secrets, documents }
  } catch (error) {
    await database.close()
    await presence?.close()
    throw error
  }
}

/** Whoever has a file of SQLite open is seen by that alone. */
async function announceServer(location: DatabaseLocation): Promise<Presence | undefined> {
  if (location.kind === 'sqlite') return undefined
  const { keepPresence } = await import('./store/presence.ts')
  return keepPresence(location)
}

function leaving(store: Store, presence: Presence): Store {
  return {
    ...store,
    close: async () => {
      await store.close()
      await presence.close()
    },
  }
}
