/** The audit trail: filtered, a page at a time, as CSV, and whether its chain holds. */
import { Readable } from 'node:stream'
import type Router from '@koa/router'
import type { Context } from 'koa'
import type { Badge, Choice } from '../http/admin-lines.ts'
import type { Person } from './authority.ts'
import { eventLine, eventNames } from './console-events.ts'
import {
  actIf,
  frameOf,
  onAct,
  onPage,
  pagedOf,
  queryOf,
  wishOf,
  type ConsoleDependencies,
  type Here,
} from './console-kit.ts'
import { ageOf, humanise, several } from './console-words.ts'
import type { AuditQuery, ChainReport } from './house-services.ts'

const base = '/admin/audit'

export function auditSection(router: Router, dependencies: ConsoleDependencies): void {
  const { services, guards } = dependencies
  onPage(router, { path: base, dependencies }, (here) => showAudit(dependencies, here))
  onPage(router, { path: `${base}.csv`, dependencies }, async ({ ctx, actor }) => {
    const { query } = readFilter(ctx)
    const lines = await services.audit.csv(actor, await byIdentifier(dependencies, actor, query))
    const day = guards.clock().toISOString().slice(0, 10)
    ctx.type = 'text/csv; charset=utf-8'
    ctx.attachment(`audit-${day}.csv`)
    ctx.body = Readable.from(lines)
  })
  onAct(router, { path: `${base}/verify`, dependencies }, async ({ actor }) => {
    await services.audit.verify(actor)
    return { to: base, done: 'chain_verified' }
  })
}

/** The trail knows people by identifier; whoever looks knows them by address. */
async function byIdentifier(
  { services }: ConsoleDependencies,
  actor: Person,
  query: AuditQuery,
): Promise<AuditQuery> {
  const { subjectId: typed } = query
  if (typed?.includes('@') !== true) return query
  const { items } = await services.subjects.search(actor, { query: typed, limit: 50 })
  const found = items.find(({ email }) => email.toLowerCase() === typed.toLowerCase())
  // Nobody has that address, and no event that identifier.
  return { ...query, subjectId: found?.id ?? typed }
}

async function showAudit(dependencies: ConsoleDependencies, here: Here): Promise<void> {
  const { services, guards, render } = dependencies
  const { ctx, actor } = here
  const { query, filter, error } = readFilter(ctx)
  const wish = await byIdentifier(dependencies, actor, query)
  const { items, next } = await services.audit.list(actor, { ...wish, ...wishOf(ctx) })
  const chain = await services.audit.lastVerified(actor)
  await render(ctx, 'admin-audit', {
    frame: await frameOf(dependencies, here, 'audit'),
    filter: { ...filter, types: typeChoices(filter.type) },
    isFiltered: Object.values(filter).some((each) => each !== ''),
    error,
    clearUrl: base,
    csvUrl: `${base}.csv${ctx.search}`,
    events: items.map(eventLine),
    ...pagedOf(ctx, next),
    chain: {
      state: chainBadge(chain),
      text: chain === undefined ? 'Nobody has checked it since the start.' : chainText(chain, guards.clock()),
    },
    verify: actIf(actor, 'audit.verify', { action: `${base}/verify`, text: 'Check it now', fields: [] }),
  })
}

export function chainBadge(report: ChainReport | undefined): Badge {
  if (report === undefined) return { text: 'Not checked', tone: 'plain' }
  return report.fault === undefined ? { text: 'Whole', tone: 'good' } : { text: 'Broken', tone: 'bad' }
}

export function chainText({ at, events, fault }: ChainReport, now: Date): string {
  const when = `checked ${ageOf(at, now)} ago`
  if (fault === undefined) return `${several(events, 'event')}, none missing or changed, ${when}.`
  return `${humanise(fault.kind)} at event ${fault.seq}, ${when}. “mien audit verify” tells more.`
}

function typeChoices(chosen: string): Choice[] {
  const known = Object.entries(eventNames).map(([value, text]) => ({ value, text }))
  const isNew = chosen !== '' && !Object.hasOwn(eventNames, chosen)
  const all = [...known, ...(isNew ? [{ value: chosen, text: humanise(chosen) }] : [])]
  return [
    { value: '', text: 'Everything', isChosen: chosen === '' },
    ...all.map((each) => ({ ...each, isChosen: each.value === chosen })),
  ]
}

interface Filter {
  readonly type: string
  readonly subject: string
  readonly client: string
  readonly since: string
  readonly until: string
}

/** Whatever is not a date filters nothing, and is said. */
function readFilter(ctx: Context): {
  readonly query: AuditQuery
  readonly filter: Filter
  readonly error: string | undefined
} {
  const filter: Filter = {
    type: queryOf(ctx, 'type', 80),
    subject: queryOf(ctx, 'subject', 64),
    client: queryOf(ctx, 'client', 128),
    since: queryOf(ctx, 'since', 10),
    until: queryOf(ctx, 'until', 10),
  }
  const since = dayOf(filter.since)
  const until = dayOf(filter.until)
  const areBad = (filter.since !== '' && since === undefined) || (filter.until !== '' && until === undefined)
  return {
    filter,
    query: {
      subjectId: filter.subject === '' ? undefined : filter.subject,
      clientId: filter.client === '' ? undefined : filter.client,
      types: /^[a-z_]+$/.test(filter.type) ? [filter.type] : undefined,
      since,
      // The day itself is included.
      until: until === undefined ? undefined : new Date(until.getTime() + 86_400_000),
    },
    error: areBad ? 'Write dates like 2026-11-23.' : undefined,
  }
}

/** A day of UTC, as the trail and its CSV count. */
function dayOf(given: string): Date | undefined {
  if (!/^\d{4}-\d\d-\d\d$/.test(given)) return undefined
  const day = new Date(`${given}T00:00:00Z`)
  return Number.isNaN(day.getTime()) ? undefined : day
}
