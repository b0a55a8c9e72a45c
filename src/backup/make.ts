/** Makes a backup of a running house: one moment of its rows, its keys, its clients, in one encrypted file. */
import { createHash, type Hash } from 'node:crypto'
import { withSnapshot, type Snapshot, type Value } from '../store/transfer/export.ts'
import type { DatabaseLocation } from '../store/database.ts'
import type { TableShape } from '../store/transfer/tables.ts'
import { writeArchive, type Entry, type Lock } from './archive.ts'
import {
  bytesOf,
  checkOf,
  formatVersion,
  names,
  pieceName,
  type ClientTexts,
  type Header,
  type KeyTexts,
  type Manifest,
} from './format.ts'

export interface HouseToKeep {
  readonly location: DatabaseLocation
  readonly issuer: string
  /** The version of this program. */
  readonly program: string
  readonly clock: () => Date
  /** Some keep their keys in the database: they are read at the same moment as the rows. */
  readonly readKeys: (snapshot: Snapshot) => Promise<KeyTexts>
  readonly readClients: () => Promise<ClientTexts>
  /** The one in use, wherever it is kept. */
  readonly templateKeyOf: (keys: KeyTexts) => Uint8Array
}

export interface BackupReceipt {
  readonly file: string
  readonly bytes: number
  readonly takenAt: string
  readonly schema: string
  readonly rows: number
  readonly tables: number
  readonly isUpToDate: boolean
}

/** Beside keys, which stand in the backup themselves: what holds for the running processes alone. */
const leftOut: ReadonlySet<string> = new Set(['private_documents', 'job_leases'])

/** @throws where the house cannot be read or the file cannot be written: then there is no file */
export async function makeBackup(
  house: HouseToKeep,
  to: { readonly file: string; readonly lock: Lock },
): Promise<BackupReceipt> {
  return withSnapshot(house.location, async (snapshot) => {
    const takenAt = house.clock().toISOString()
    const tables = snapshot.tables.filter(({ name }) => !leftOut.has(name))
    const tally = { rows: 0 }
    const entries = entriesOf(house, { snapshot, tables, takenAt, tally })
    const bytes = await writeArchive(to.file, to.lock, entries)
    return {
      file: to.file,
      bytes,
      takenAt,
      schema: snapshot.plan.applied.at(-1) ?? '',
      rows: tally.rows,
      tables: tables.length,
      isUpToDate: snapshot.plan.pending.length === 0,
    }
  })
}

interface Making {
  readonly snapshot: Snapshot
  readonly tables: readonly TableShape[]
  readonly takenAt: string
  readonly tally: { rows: number }
}

async function* entriesOf(house: HouseToKeep, making: Making): AsyncGenerator<Entry> {
  const { snapshot, tables, tally } = making
  const keyTexts = await house.readKeys(snapshot)
  yield { name: names.header, bytes: bytesOf(headerOf(house, making, keyTexts)) }
  const keys = bytesOf(keyTexts)
  yield { name: names.keys, bytes: keys }
  const clients = bytesOf(await house.readClients())
  yield { name: names.clients, bytes: clients }
  const counted: Manifest['tables'] = []
  let auditHead: Manifest['auditHead'] = null
  for (const table of tables) {
    const count = { rows: 0, pieces: 0, hash: createHash('sha256') }
    for await (const rows of snapshot.rowsOf(table)) {
      if (table.name === 'audit_marks') auditHead = headAmong(table, rows)
      yield countPiece(table, rows, count)
    }
    tally.rows += count.rows
    counted.push({
      name: table.name,
      rows: count.rows,
      pieces: count.pieces,
      sha256: count.hash.digest('hex'),
    })
  }
  const manifest: Manifest = {
    tables: counted,
    keysSha256: sha256(keys),
    clientsSha256: sha256(clients),
    auditHead,
  }
  yield { name: names.manifest, bytes: bytesOf(manifest) }
}

function headerOf(house: HouseToKeep, { snapshot, tables, takenAt }: Making, keys: KeyTexts): Header {
  return {
    format: 'mien-backup',
    version: formatVersion,
    program: house.program,
    issuer: house.issuer,
    takenAt,
    engine: house.location.kind,
    schema: [...snapshot.plan.applied],
    tables: tables.map(({ name, columns, key }) => ({ name, columns: [...columns], key: [...key] })),
    templateKeyCheck: checkOf(house.templateKeyOf(keys)),
  }
}

type Rows = readonly (readonly Value[])[]

function countPiece(
  table: TableShape,
  rows: Rows,
  count: { rows: number; pieces: number; hash: Hash },
): Entry {
  const bytes = bytesOf(rows)
  const name = pieceName(table.name, count.pieces)
  count.hash.update(bytes)
  count.rows += rows.length
  count.pieces += 1
  return { name, bytes }
}

function headAmong({ columns }: TableShape, rows: Rows): Manifest['auditHead'] {
  const at = (column: string): number => columns.findIndex(({ name }) => name === column)
  const head = rows.find((row) => row[at('name')] === 'head')
  const [seq, hash] = [head?.[at('seq')], head?.[at('hash')]]
  return typeof seq === 'number' && typeof hash === 'string' ? { seq, hash } : null
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
