/** Documents that would be private files where there is one node: in the database, for all nodes. */
import type { Database } from './database.ts'
import { privateDocumentRows } from './scale-rows.ts'

export interface StoredDocuments {
  /** How a message calls it. */
  describe(name: string): string
  read(name: string): Promise<string | undefined>
  /** One node at a time; whoever reads meanwhile reads what was. The work does nothing that takes long. */
  change<T>(
    name: string,
    work: (found: string | undefined) => Promise<{ readonly value: T; readonly text?: string }>,
  ): Promise<T>
}

/** A row that is being made; nobody reads it. */
const unwritten = ''

export function createStoredDocuments(database: Database, clock: () => Date): StoredDocuments {
  return {
    describe: (name) => `the private document “${name}” in the database`,
    read: async (name) => {
      const row = await database.run((manager) => manager.findOneBy(privateDocumentRows, { name }))
      return row === null || row.body === unwritten ? undefined : row.body
    },
    change: (name, work) =>
      database.transact(async (manager) => {
        const changedAt = clock().getTime()
        const row = { name, body: unwritten, changedAt }
        await manager.createQueryBuilder().insert().into(privateDocumentRows).values(row).orIgnore().execute()
        // A write before the read: whoever else changes it waits until this transaction ends.
        await manager.update(privateDocumentRows, { name }, { changedAt })
        const { body } = await manager.findOneByOrFail(privateDocumentRows, { name })
        const { value, text } = await work(body === unwritten ? undefined : body)
        if (text !== undefined) await manager.update(privateDocumentRows, { name }, { body: text })
        else if (body === unwritten) await manager.delete(privateDocumentRows, { name })
        return value
      }),
  }
}
