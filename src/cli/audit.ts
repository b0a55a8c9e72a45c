/** `mien audit`: says whether the audit trail is whole, and lists it. */
import { parseArgs } from 'node:util'
import type { Audit, RecordedEvent } from '../store/audit.ts'
import type { AuditFault } from '../store/audit-verify.ts'
import { withStore } from './house.ts'
import { UsageError, processTerminal, readArguments, type Terminal } from './terminal.ts'

export interface AuditDependencies {
  readonly terminal: Terminal
  /** `isInspection`: nothing is mended on opening, so that what is wrong can be seen. */
  readonly withAudit: <T>(use: (audit: Audit) => Promise<T>, isInspection: boolean) => Promise<T>
}

const ownDependencies: AuditDependencies = {
  terminal: processTerminal,
  withAudit: (use, isInspection) => withStore(({ audit }) => use(audit), { isInspection }),
}

const mostListed = 10_000

/** @returns the exit code: 1 where the trail was tampered with. */
export async function audit(
  args: readonly string[],
  dependencies: AuditDependencies = ownDependencies,
): Promise<number> {
  const [verb = '', ...rest] = args
  if (verb === 'verify') return verify(rest, dependencies)
  if (verb === 'list') return list(rest, dependencies)
  throw new UsageError(`\`mien audit\` wants \`verify\` or \`list\`, not \`${verb}\``)
}

const explanations: Readonly<Record<AuditFault, string>> = {
  missing: 'it is not there',
  altered: 'it was edited, inserted or moved',
  emptied: 'its address and details were taken out, and no erasure of that subject is on record',
  unlinked: 'a row stands beside the chain from there on',
  cut: 'it and all that followed are gone',
  mark_forged: 'what the database says of the beginning or the end was not written here',
  replaced: 'it is another than the one noted in the file beside the database',
  checkpoint_missing: 'the file audit-head.json beside the database is gone',
  checkpoint_forged: 'the file audit-head.json beside the database was not written here',
}

async function verify(args: readonly string[], { terminal, withAudit }: AuditDependencies): Promise<number> {
  const { values } = readArguments(() =>
    parseArgs({ args: [...args], options: { json: { type: 'boolean', default: false } } }),
  )
  const verdict = await withAudit((trail) => trail.verify(), true)
  const { isWhole, events, firstSeq, lastSeq, headHash, fault } = verdict
  if (values.json) {
    terminal.print(JSON.stringify({ ...verdict, fault: fault ?? null }, null, 2))
    return isWhole ? 0 : 1
  }
  if (fault === undefined) {
    const range = events === 0 ? '' : `, ${firstSeq} to ${lastSeq}`
    terminal.print(`The audit trail is whole: ${events} event${events === 1 ? '' : 's'}${range}.`)
    terminal.print(`Head ${lastSeq}:${headHash}`)
    return 0
  }
  terminal.warn(
    `The audit trail was tampered with at event ${fault.seq}: ${explanations[fault.kind]} (${fault.kind}).`,
  )
  return 1
}

async function list(args: readonly string[], { terminal, withAudit }: AuditDependencies): Promise<number> {
  const { values } = readArguments(() =>
    parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        subject: { type: 'string' },
        type: { type: 'string' },
        since: { type: 'string' },
        limit: { type: 'string', default: '100' },
      },
    }),
  )
  const filter = {
    subjectId: values.subject,
    types: values.type === undefined ? undefined : [values.type],
    since: readMoment(values.since),
    limit: readLimit(values.limit),
  }
  const events = await withAudit((trail) => trail.list(filter), true)
  if (values.json) terminal.print(JSON.stringify(events.map(lineOf), null, 2))
  for (const event of values.json ? [] : events) terminal.print(textOf(event))
  return 0
}

function readMoment(given: string | undefined): Date | undefined {
  if (given === undefined) return undefined
  const moment = new Date(given)
  if (Number.isNaN(moment.getTime())) {
    throw new UsageError(`\`--since\` wants a moment such as 2026-11-23T08:00:00Z, not \`${given}\``)
  }
  return moment
}

function readLimit(given: string): number {
  const limit = Number(given)
  if (Number.isInteger(limit) && limit >= 1 && limit <= mostListed) return limit
  throw new UsageError(`\`--limit\` wants a whole number from 1 to ${mostListed}, not \`${given}\``)
}

/** Every name on every line, so that a program need not ask which are there. */
function lineOf(event: RecordedEvent) {
  const { seq, id, at, type, subjectId, clientId, address, acr, outcome, reason, detail } = event
  return {
    seq,
    id,
    at: at.toISOString(),
    type,
    subjectId: subjectId ?? null,
    clientId: clientId ?? null,
    address: address ?? null,
    acr: acr ?? null,
    outcome: outcome ?? null,
    reason: reason ?? null,
    detail: detail ?? {},
  }
}

function textOf({ seq, at, type, detail, ...rest }: RecordedEvent): string {
  const facts = { ...rest, ...detail }
  const words = Object.entries(facts).flatMap(([name, value]) =>
    // In the notation of JSON nothing can end the line or pretend to be another fact.
    name === 'id' || value === undefined ? [] : [`${name}=${JSON.stringify(value)}`],
  )
  return [String(seq).padStart(6), at.toISOString(), type, ...words].join(' ')
}
