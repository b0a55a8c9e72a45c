/** Subjects who gave apps access, a page at a time: for the operator, over as many as there are. */
import type { EntityManager, SelectQueryBuilder } from 'typeorm'
import type { OidcRecordDependencies } from './oidc-records.ts'
import { oidcRecordRows, type OidcRecordRow } from './oidc-rows.ts'
import { digest } from './sealing.ts'

export interface GrantorWish {
  readonly limit: number
  /** Where the page begins, that subject included. */
  readonly fromId?: string | undefined
  /** Or that subject left out. */
  readonly afterId?: string | undefined
  /** These alone; everybody where it is left out. */
  readonly subjectIds?: readonly string[] | undefined
  /** Who gave this app access. */
  readonly clientId?: string | undefined
  /** Access of these is none that somebody gave. */
  readonly exceptClients: readonly string[]
}

/** What is given for a session, and what is remembered for good. */
const models = ['Grant', 'RememberedConsent']

/** @returns ids, in their order */
export async function listGrantors(
  { database, clock, recordKey }: OidcRecordDependencies,
  wish: GrantorWish,
): Promise<readonly string[]> {
  if (wish.subjectIds?.length === 0) return []
  const digestOf = (clientId: string): string => digest(recordKey, 'client', clientId)
  const rows = await database.run((manager) =>
    queryOf(manager, wish)
      .andWhere('(record.expiresAt IS NULL OR record.expiresAt > :now)', { now: clock().getTime() })
      .andWhere(
        wish.clientId === undefined
          ? '(record.clientDigest IS NULL OR record.clientDigest NOT IN (:...ours))'
          : 'record.clientDigest = :theirs',
        {
          ours: ['', ...wish.exceptClients.map(digestOf)],
          theirs: wish.clientId === undefined ? '' : digestOf(wish.clientId),
        },
      )
      .getRawMany<{ readonly id: string }>(),
  )
  return rows.map(({ id }) => id)
}

function queryOf(
  manager: EntityManager,
  { fromId = '', afterId = '', subjectIds, clientId, limit }: GrantorWish,
): SelectQueryBuilder<OidcRecordRow> {
  const isPostgres = manager.dataSource.options.type === 'postgres'
  // SQLite knows nothing of how many there are: the sign keeps it from sorting every grant where an index has the order.
  const model = isPostgres || clientId !== undefined ? 'record.model' : '+record.model'
  const query = manager
    .createQueryBuilder(oidcRecordRows, 'record')
    .select('record.subjectId', 'id')
    .distinct(true)
    .where(`${model} IN (:...models)`, { models })
    .andWhere('record.subjectId >= :fromId AND record.subjectId > :afterId', { fromId, afterId })
    .orderBy('record.subjectId', 'ASC')
    .limit(limit)
  return subjectIds === undefined
    ? query
    : query.andWhere('record.subjectId IN (:...subjectIds)', { subjectIds })
}
