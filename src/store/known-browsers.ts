/** In which browsers a subject has signed in before. */
import { randomUUID } from 'node:crypto'
import type { Database } from './database.ts'
import { knownBrowserRows, type KnownBrowserRow } from './control-rows.ts'

export interface KnownBrowser {
  readonly id: string
  readonly family: string
  readonly firstSeenAt: Date
  readonly lastSeenAt: Date
}

export interface SeenBrowser {
  readonly subjectId: string
  /** Keyed, and another one for each subject (`interactions/known-browser.ts`). */
  readonly browserDigest: string
  readonly family: string
}

export interface KnownBrowserStore {
  find(subjectId: string, browserDigest: string): Promise<KnownBrowser | undefined>
  /** @returns whether it is new to this subject, and whether it is the first that the subject ever signed in with */
  remember(
    browser: SeenBrowser,
  ): Promise<{ readonly id: string; readonly isNew: boolean; readonly isFirst: boolean }>
  /** Last seen first. */
  list(subjectId: string): Promise<KnownBrowser[]>
  /** From now on it is a stranger again. */
  forget(subjectId: string, id: string): Promise<void>
}

/** Enough for every browser that a person keeps; the least recently seen goes first. */
const mostBrowsers = 50

export function createKnownBrowserStore(database: Database, clock: () => Date): KnownBrowserStore {
  return {
    find: async (subjectId, browserDigest) => {
      const row = await database.run((manager) =>
        manager.findOneBy(knownBrowserRows, { subjectId, browserDigest }),
      )
      return row === null ? undefined : knownBrowserOf(row)
    },
    remember: ({ subjectId, browserDigest, family }) =>
      database.transact(async (manager) => {
        const at = clock().getTime()
        const rows = await manager.find(knownBrowserRows, {
          where: { subjectId },
          order: { lastSeenAt: 'DESC' },
        })
        const known = rows.find((each) => each.browserDigest === browserDigest)
        if (known !== undefined) {
          await manager.update(knownBrowserRows, { id: known.id }, { family, lastSeenAt: at })
          return { id: known.id, isNew: false, isFirst: false }
        }
        const id = randomUUID()
        const row = { id, subjectId, browserDigest, family, firstSeenAt: at, lastSeenAt: at }
        // Two nodes at once: the unique index lets one of them be first.
        await manager.createQueryBuilder().insert().into(knownBrowserRows).values(row).orIgnore().execute()
        for (const { id: old } of rows.slice(mostBrowsers - 1)) {
          await manager.delete(knownBrowserRows, { id: old })
        }
        const kept = await manager.findOneByOrFail(knownBrowserRows, { subjectId, browserDigest })
        return { id: kept.id, isNew: kept.id === id, isFirst: rows.length === 0 }
      }),
    list: async (subjectId) => {
      const rows = await database.run((manager) =>
        manager.find(knownBrowserRows, { where: { subjectId }, order: { lastSeenAt: 'DESC' } }),
      )
      return rows.map(knownBrowserOf)
    },
    forget: async (subjectId, id) => {
      await database.run((manager) => manager.delete(knownBrowserRows, { subjectId, id }))
    },
  }
}

function knownBrowserOf(row: KnownBrowserRow): KnownBrowser {
  return {
    id: row.id,
    family: row.family,
    firstSeenAt: new Date(row.firstSeenAt),
    lastSeenAt: new Date(row.lastSeenAt),
  }
}
