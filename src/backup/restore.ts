/** Puts a backup into an empty house: read through first, then written beside, then moved into its place. */
import { randomUUID } from 'node:crypto'
import { closeSync, existsSync, openSync } from 'node:fs'
import { chmod, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import type { AuditVerdict } from '../store/audit-verify.ts'
import { importRows, requireKnown } from '../store/transfer/import.ts'
import type { DatabaseLocation } from '../store/database.ts'
import { BackupFault, type Key } from './archive.ts'
import { checkOf, type ClientTexts, type Header, type KeyTexts } from './format.ts'
import { readBackup, type ReadBackup } from './read.ts'

/** What a restored house remembers of it. */
export interface Restoration {
  readonly takenAt: string
  readonly fromEngine: string
  readonly fromVersion: string
}

export interface RestoreTarget {
  /** Its database, as if the data folder were `dataDir`. */
  readonly locationIn: (dataDir: string) => DatabaseLocation
  /** Does the work while no server uses that database. @throws {TransferFault} where one does */
  readonly alone: <T>(work: () => Promise<T>) => Promise<T>
  readonly dataDir: string
  readonly clientsFile: string
  readonly issuer: string
  /** The key that wraps the faces’ keys, out of the settings or the texts of the keys. */
  readonly templateKeyOf: (keys: KeyTexts) => Uint8Array
  /** Puts the keys where a house with this data folder has them. */
  readonly writeKeys: (keys: KeyTexts, dataDir: string) => Promise<void>
  /** Appends what happened to the audit trail of the house with this data folder, notes its head, and verifies it. */
  readonly settleAudit: (restoration: Restoration, dataDir: string) => Promise<AuditVerdict>
}

export interface RestoreWish {
  readonly file: string
  readonly key: Key
  /** The issuer may be another than the backup’s. */
  readonly isAnyIssuer: boolean
  /** What is there is set aside (SQLite), or replaced (PostgreSQL). */
  readonly isForced: boolean
  readonly now: Date
}

export interface RestoreReceipt extends ReadBackup {
  readonly verdict: AuditVerdict
  /** Where what was there has gone; undefined where there was nothing. */
  readonly setAside: string | undefined
  /** Files with secrets that the list of clients names where a backup puts nothing, and where their texts were put. */
  readonly elsewhere: readonly { readonly named: string; readonly putAt: string }[]
}

/**
 * The way from one engine to the other, too.
 * @throws {BackupFault | TransferFault} saying what does not fit; then nothing has changed
 */
export async function restoreBackup(wish: RestoreWish, target: RestoreTarget): Promise<RestoreReceipt> {
  const header = await examine(wish, target)
  const found = housePaths(target).filter((path) => existsSync(path))
  if (found.length > 0 && !wish.isForced) {
    throw new BackupFault(
      'mismatch',
      `There is a house already: ${found.join(', ')}. Restore into an empty folder, or add --force to set it aside.`,
    )
  }
  return target.alone(() => replace(wish, target, { header, found }))
}

interface Examined {
  readonly header: Header
  /** What is in the place of the house already. */
  readonly found: readonly string[]
}

async function replace(
  wish: RestoreWish,
  target: RestoreTarget,
  { header, found }: Examined,
): Promise<RestoreReceipt> {
  await mkdir(target.dataDir, { recursive: true, mode: 0o700 })
  const staging = join(target.dataDir, `.restoring-${randomUUID()}`)
  await mkdir(staging, { mode: 0o700 })
  try {
    const { read, clients } = await writeBeside(wish, target, { staging, header })
    const verdict = await target.settleAudit(restorationOf(read.header), staging)
    const setAside = found.length === 0 ? undefined : await putAside(found, target, wish.now)
    const elsewhere = await writeClients(clients, target)
    await moveIn(staging, target.dataDir)
    return { ...read, verdict, setAside, elsewhere }
  } finally {
    await rm(staging, { recursive: true, force: true })
  }
}

/** From its first byte to its last, before anything is touched. */
async function examine({ file, key, isAnyIssuer }: RestoreWish, target: RestoreTarget): Promise<Header> {
  let check = ''
  const { header } = await readBackup(file, key, {
    onHeader: ({ issuer, templateKeyCheck, schema }) => {
      requireKnown(schema)
      check = templateKeyCheck
      if (issuer === target.issuer || isAnyIssuer) return
      throw new BackupFault(
        'mismatch',
        `The backup is of ${issuer}, and MIEN_ISSUER is ${target.issuer}. Passkeys and tokens hold for one address alone; add --any-issuer if the house has moved.`,
      )
    },
    onKeys: (keys) => {
      if (checkOf(target.templateKeyOf(keys)) === check) return
      throw new BackupFault(
        'mismatch',
        'The faces in the backup are sealed under another MIEN_TEMPLATE_KEY than the one that is set here; set that key, or none where none was set.',
      )
    },
  })
  return header
}

async function writeBeside(
  { file, key, isForced }: RestoreWish,
  target: RestoreTarget,
  { staging, header }: { readonly staging: string; readonly header: Header },
): Promise<{ readonly read: ReadBackup; readonly clients: ClientTexts }> {
  const location = target.locationIn(staging)
  // SQLite gives its journal the mode of the file, so the file is made first.
  if (location.kind === 'sqlite') closeSync(openSync(location.path, 'wx', 0o600))
  let keys: KeyTexts | undefined
  let clients: ClientTexts | undefined
  let read: ReadBackup | undefined
  await importRows(location, { schema: header.schema, replaces: isForced }, async (sink) => {
    read = await readBackup(file, key, {
      onHeader: (again) => {
        if (JSON.stringify(again) !== JSON.stringify(header)) throw changedMeanwhile(file)
      },
      onKeys: (given) => {
        keys = given
      },
      onClients: (given) => {
        clients = given
      },
      onRows: (table, rows) => sink.insert(table, rows),
    })
  })
  if (keys === undefined || clients === undefined || read === undefined) {
    throw changedMeanwhile(file)
  }
  await target.writeKeys(keys, staging)
  return { read, clients }
}

function changedMeanwhile(file: string): BackupFault {
  return new BackupFault('damaged', `${file} changed while it was read.`)
}

function restorationOf({ takenAt, engine, program }: Header): Restoration {
  return { takenAt, fromEngine: engine, fromVersion: program }
}

const houseFiles = ['mien.sqlite', 'mien.sqlite-wal', 'mien.sqlite-shm', 'keys', 'audit-head.json'] as const

function housePaths({ dataDir, clientsFile }: RestoreTarget): string[] {
  return [...houseFiles.map((name) => join(dataDir, name)), clientsFile]
}

async function putAside(found: readonly string[], { dataDir }: RestoreTarget, now: Date): Promise<string> {
  const folder = join(dataDir, `replaced-${now.toISOString().replaceAll(/[:.]/g, '')}`)
  await mkdir(folder, { mode: 0o700 })
  // A journal goes when its database is closed, as by whoever looked whether somebody uses it.
  for (const path of found.filter((each) => existsSync(each)))
    await rename(path, join(folder, basename(path)))
  return folder
}

/** The database last: where it is, all is. */
async function moveIn(staging: string, dataDir: string): Promise<void> {
  for (const name of houseFiles.toReversed()) {
    if (existsSync(join(staging, name))) await rename(join(staging, name), join(dataDir, name))
  }
}

/** A backup names no place to write to but plain names in the folder of the list: what was elsewhere is put there, and told. */
async function writeClients(
  { list, secretFiles }: ClientTexts,
  target: RestoreTarget,
): Promise<RestoreReceipt['elsewhere']> {
  const { clientsFile } = target
  const folder = dirname(clientsFile)
  const taken = housePaths(target)
  if (list === null) return []
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writePrivate(clientsFile, list)
  const elsewhere: { named: string; putAt: string }[] = []
  for (const [at, { path, text }] of secretFiles.entries()) {
    const wanted = resolve(folder, path)
    const isTaken = taken.some((each) => `${wanted}${sep}`.startsWith(`${each}${sep}`))
    const isInside = wanted.startsWith(`${resolve(folder)}${sep}`) && !isTaken && !isLookedFor(path)
    const putAt = isInside ? wanted : join(folder, 'restored-client-secrets', `${at}-${basename(path)}`)
    if (!isInside) elsewhere.push({ named: path, putAt })
    if (existsSync(putAt)) continue
    await mkdir(dirname(putAt), { recursive: true, mode: 0o700 })
    await writePrivate(putAt, text)
  }
  return elsewhere
}

/** By programs, without anybody naming it: `.env`, `.git/hooks`, `node_modules`. */
function isLookedFor(path: string): boolean {
  return path.split(/[\\/]/).some((step) => /^(\.(?!\.?$)|node_modules$)/i.test(step))
}

async function writePrivate(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o600, flag: 'w' })
  await chmod(path, 0o600)
}
