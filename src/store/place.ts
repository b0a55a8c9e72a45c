/** Where a house keeps what it remembers, by its settings. */
import { join } from 'node:path'
import type { DatabaseLocation } from './database.ts'

export interface PlaceSettings {
  readonly dataDir: string
  /** Undefined: the SQLite file in the data folder. */
  readonly databaseUrl: string | undefined
  readonly databasePool: number
}

export function locationOf({ dataDir, databaseUrl, databasePool }: PlaceSettings): DatabaseLocation {
  return databaseUrl === undefined
    ? { kind: 'sqlite', path: join(dataDir, 'mien.sqlite') }
    : { kind: 'postgres', url: databaseUrl, poolSize: databasePool }
}

/** Of each node its own, on its own disk: whoever puts the database back to an earlier state does not reach it. */
export function checkpointFileIn(dataDir: string): string {
  return join(dataDir, 'audit-head.json')
}
