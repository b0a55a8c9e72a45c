/** The audit trail as administration reads it. */
import { z } from 'zod'
import { requireAllowed, type Acting } from './admin/acting.ts'
import { writeCsv } from './admin/csv.ts'
import { pageOf, placeOf } from './admin/cursor.ts'
import type { AuditLine, AuditQuery, AuditService, ChainReport } from './admin/house-services.ts'
import type { Audit, RecordedEvent } from './store/audit.ts'

export interface AdminAuditParts {
  readonly acting: Acting
  readonly audit: Pick<Audit, 'list' | 'verify'>
  readonly clock: () => Date
}

const place = z.strictObject({ beforeSeq: z.int().positive() })
const csvPage = 1000

export function createAuditService({ acting, audit, clock }: AdminAuditParts): AuditService {
  let last: ChainReport | undefined
  return {
    list: (actor, { limit, cursor, ...query }) =>
      acting(actor, { act: 'audit.list', target: query.subjectId }, async () => {
        const beforeSeq = placeOf(place, cursor)?.beforeSeq
        const found = await audit.list({ ...filterOf(query), beforeSeq, limit: limit + 1 })
        return pageOf(found, limit, { item: lineOf, place: ({ seq }) => ({ beforeSeq: seq }) })
      }),
    csv: (actor, query) =>
      acting(actor, { act: 'audit.csv', target: query.subjectId }, () =>
        Promise.resolve(writeCsv(pagesOf(audit, filterOf(query)))),
      ),
    verify: (actor) =>
      acting(actor, { act: 'audit.verify' }, async () => {
        const { events, fault } = await audit.verify()
        last = { at: clock(), events, fault }
        return last
      }),
    lastVerified: (actor) => {
      requireAllowed(actor, 'audit.list')
      return Promise.resolve(last)
    },
  }
}

async function* pagesOf(
  audit: Pick<Audit, 'list'>,
  filter: AuditQuery,
): AsyncGenerator<readonly AuditLine[]> {
  let beforeSeq: number | undefined
  do {
    const found = await audit.list({ ...filter, beforeSeq, limit: csvPage })
    if (found.length > 0) yield found.map(lineOf)
    beforeSeq = found.length < csvPage ? undefined : found.at(-1)?.seq
  } while (beforeSeq !== undefined)
}

/** Nothing else of what was asked reaches the store. */
function filterOf({ subjectId, clientId, types, outcome, since, until }: AuditQuery): AuditQuery {
  return { subjectId, clientId, types, outcome, since, until }
}

function lineOf({ id, seq, at, type, detail, ...rest }: RecordedEvent): AuditLine {
  const { subjectId, clientId, address, acr, outcome, reason } = rest
  return { id, seq, at, type, subjectId, clientId, address, acr, outcome, reason, detail: detail ?? {} }
}
