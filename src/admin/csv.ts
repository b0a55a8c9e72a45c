/** The audit trail as CSV (RFC 4180), written a part at a time, for programs and for spreadsheets that believe what they read. */
import type { AuditLine } from './house-services.ts'

const mostCsvLines = 100_000
const csvColumns = [
  'seq',
  'at',
  'type',
  'outcome',
  'reason',
  'subject',
  'client',
  'address',
  'acr',
  'detail',
] as const

/**
 * A cell that begins like a formula is one to a spreadsheet: an apostrophe keeps it text (OWASP, CSV Injection). The
 * library puts it also before full-width letters that are read the same way, and before a tab or a line end.
 */
const options = { escape_formulas: true, record_delimiter: 'windows' } as const

/** @param pages newest first; asked for one after the other, as fast as somebody reads */
export async function* writeCsv(pages: AsyncIterable<readonly AuditLine[]>): AsyncGenerator<string> {
  const { stringify } = await import('csv-stringify/sync')
  yield stringify([[...csvColumns]], options)
  let left = mostCsvLines
  for await (const lines of pages) {
    yield stringify(lines.slice(0, left).map(rowOf), options)
    left -= lines.length
    if (!(left > 0)) return
  }
}

function rowOf({ seq, at, type, outcome, reason, detail, ...who }: AuditLine): readonly (string | number)[] {
  const { subjectId, clientId, address, acr } = who
  return [
    seq,
    at.toISOString(),
    ...[type, outcome, reason, subjectId, clientId, address, acr].map((each) => each ?? ''),
    JSON.stringify(detail),
  ]
}
