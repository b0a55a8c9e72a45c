/** Reads a backup from its beginning to its end, and holds it to what it says of itself. */
import { createHash } from 'node:crypto'
import type { Value } from '../store/transfer/export.ts'
import type { TableShape } from '../store/transfer/tables.ts'
import { BackupFault, readArchive, type Entry, type Key } from './archive.ts'
import {
  clientTexts,
  keyTexts,
  manifest,
  names,
  parse,
  parseHeader,
  piece,
  pieceName,
  type ClientTexts,
  type Header,
  type KeyTexts,
  type Manifest,
} from './format.ts'
import { sha256 } from './make.ts'

/** Each is called in the order in which the file has it; what throws ends the reading. */
export interface BackupReader {
  readonly onHeader?: (header: Header) => void | Promise<void>
  readonly onKeys?: (keys: KeyTexts) => void | Promise<void>
  readonly onClients?: (clients: ClientTexts) => void | Promise<void>
  readonly onRows?: (table: TableShape, rows: readonly (readonly Value[])[]) => Promise<void>
}

export interface ReadBackup {
  readonly header: Header
  readonly rows: number
  readonly auditHead: Manifest['auditHead']
}

/**
 * Only what comes back is certain: what the reader was told before may be of a file that is damaged further on.
 * @throws {BackupFault} where the key is another, or the file is damaged, cut short, or of a later version
 */
export async function readBackup(file: string, key: Key, reader: BackupReader = {}): Promise<ReadBackup> {
  const entries = readArchive(file, key)
  const next = async (wanted: string): Promise<Uint8Array> => {
    const entry = await entries.next()
    if (entry.done !== true && entry.value.name === wanted) return entry.value.bytes
    throw new BackupFault('damaged', `${file} is damaged: ${wanted} is not where it should be.`)
  }
  try {
    const header = parseHeader(await next(names.header))
    await reader.onHeader?.(header)
    const keys = await next(names.keys)
    await reader.onKeys?.(parse(keyTexts, keys, 'The keys'))
    const clients = await next(names.clients)
    await reader.onClients?.(parse(clientTexts, clients, 'The clients'))
    const found = await readRows(entries, header, reader)
    const sums = { keys: sha256(keys), clients: sha256(clients) }
    return { header, ...(await judge({ file, entries, found, sums })) }
  } finally {
    await entries.return()
  }
}

type Counted = Manifest['tables'][number]

interface Found {
  readonly tables: readonly Counted[]
  /** The entry after the last row. */
  readonly last: Entry | undefined
}

async function readRows(
  entries: AsyncGenerator<Entry, void>,
  header: Header,
  reader: BackupReader,
): Promise<Found> {
  const take = async (): Promise<Entry | undefined> => {
    const entry = await entries.next()
    return entry.done === true ? undefined : entry.value
  }
  const tables: Counted[] = []
  let entry = await take()
  for (const table of header.tables) {
    const hash = createHash('sha256')
    const count = { rows: 0, pieces: 0 }
    for (; entry?.name === pieceName(table.name, count.pieces); entry = await take()) {
      const rows = parse(piece, entry.bytes, entry.name)
      if (rows.some(({ length }) => length !== table.columns.length)) {
        throw new BackupFault('format', `${entry.name} has rows of another width than ${table.name}.`)
      }
      await reader.onRows?.(table, rows)
      hash.update(entry.bytes)
      count.rows += rows.length
      count.pieces += 1
    }
    tables.push({ name: table.name, ...count, sha256: hash.digest('hex') })
  }
  return { tables, last: entry }
}

interface Ending {
  readonly file: string
  readonly entries: AsyncGenerator<Entry, void>
  readonly found: Found
  readonly sums: { readonly keys: string; readonly clients: string }
}

/** The end of the file is read too: the seal of its last bytes is what shows that nothing was cut. */
async function judge({ file, entries, found, sums }: Ending): Promise<Omit<ReadBackup, 'header'>> {
  const damaged = (what: string): BackupFault => new BackupFault('damaged', `${file} is damaged: ${what}.`)
  if (found.last?.name !== names.manifest) throw damaged('it does not end as a backup does')
  const said = parse(manifest, found.last.bytes, 'The end')
  if ((await entries.next()).done !== true) throw damaged('something follows its end')
  if (said.keysSha256 !== sums.keys) throw damaged('its keys are not those that it was made with')
  if (said.clientsSha256 !== sums.clients) throw damaged('its clients are not those that it was made with')
  for (const [at, table] of found.tables.entries()) {
    if (JSON.stringify(said.tables[at]) !== JSON.stringify(table))
      throw damaged(`rows of ${table.name} are missing or changed`)
  }
  const rows = found.tables.reduce((sum, table) => sum + table.rows, 0)
  return { rows, auditHead: said.auditHead }
}
