/** A database whose work somebody watches: how long it waited for its turn, how long it took, whether it failed. */
import type { Database } from './database.ts'

/** Does the work, and is told when its turn has come. */
export type DatabaseWatch = <T>(
  kind: 'run' | 'transact',
  work: (begun: () => void) => Promise<T>,
) => Promise<T>

export function watchedDatabase(database: Database, watch: DatabaseWatch): Database {
  return {
    ...database,
    run: (work) =>
      watch('run', (begun) =>
        database.run((manager) => {
          begun()
          return work(manager)
        }),
      ),
    transact: (work) =>
      watch('transact', (begun) =>
        database.transact((manager) => {
          begun()
          return work(manager)
        }),
      ),
  }
}
