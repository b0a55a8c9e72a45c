/** Finding subjects by the beginning of an address or name, or by a whole id: for the operator, over as many as there are. */
import { In, type EntityManager, type SelectQueryBuilder } from 'typeorm'
import { withoutNul } from './columns.ts'
import type { Database } from './database.ts'
import { subjectRows, type SubjectRow } from './entities.ts'
import { normaliseEmail, subjectOf, type Subject } from './subjects.ts'

export interface SubjectWish {
  /** Everybody where it is empty. */
  readonly query?: string | undefined
  readonly isDisabled?: boolean | undefined
  readonly limit: number
  /** The address key of the last subject of the page before. */
  readonly afterKey?: string | undefined
}

export interface SubjectSearch {
  /** By address; switched-off ones too unless they are not wished for. */
  search(wish: SubjectWish): Promise<Subject[]>
  /** Those of them that there are, in no order. */
  findMany(ids: readonly string[]): Promise<Subject[]>
}

export function createSubjectSearch(database: Database): SubjectSearch {
  return {
    search: async (wish) => {
      const rows = await database.run((manager) => queryOf(manager, wish).getMany())
      return rows.map(subjectOf)
    },
    findMany: async (ids) => {
      if (ids.length === 0) return []
      const rows = await database.run((manager) => manager.findBy(subjectRows, { id: In([...ids]) }))
      return rows.map(subjectOf)
    },
  }
}

function queryOf(
  manager: EntityManager,
  { query = '', isDisabled, limit, afterKey }: SubjectWish,
): SelectQueryBuilder<SubjectRow> {
  const begun = manager
    .createQueryBuilder(subjectRows, 'subject')
    .orderBy('subject.emailKey', 'ASC')
    .limit(limit)
  if (afterKey !== undefined)
    begun.andWhere('subject.emailKey > :afterKey', { afterKey: withoutNul(afterKey) })
  if (isDisabled !== undefined) begun.andWhere(`subject.disabledAt IS ${isDisabled ? 'NOT ' : ''}NULL`)
  const typed = withoutNul(query.trim())
  if (typed === '') return begun
  const isPostgres = manager.dataSource.options.type === 'postgres'
  const begins = isPostgres ? likes : isWithin
  return begun.andWhere(
    `(subject.id = :id OR ${begins('subject.emailKey', 'email')} OR ${begins('lower(subject.name)', 'name')})`,
    { id: typed, ...rangeOf('email', normaliseEmail(typed)), ...rangeOf('name', typed) },
  )
}

/** On PostgreSQL the indexes are made for `LIKE`, whatever the language of the database. */
function likes(column: string, name: string): string {
  return `${column} LIKE lower(:${name}Like) ESCAPE '\\'`
}

/** On SQLite an index serves a range, and bytes are compared as they are. */
function isWithin(column: string, name: string): string {
  return `(${column} >= lower(:${name}) AND ${column} < lower(:${name}) || :last)`
}

function rangeOf(name: string, prefix: string): Readonly<Record<string, string>> {
  const escaped = prefix.replaceAll(/[\\%_]/g, (letter) => `\\${letter}`)
  return { [name]: prefix, [`${name}Like`]: `${escaped}%`, last: '\u{10FFFF}' }
}
