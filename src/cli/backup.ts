/** `mien backup`: one encrypted file of everything that a house is, made while it runs; and a look into such a file. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { isRecipient, makeIdentity, type Key, type Lock } from '../backup/archive.ts'
import { stampOf } from '../backup/before-migration.ts'
import { makeBackup, type BackupReceipt } from '../backup/make.ts'
import { houseOf } from '../backup/own-house.ts'
import { readBackup } from '../backup/read.ts'
import { readConfig, type Config } from '../config.ts'
import { openHouseStore } from '../store-parts.ts'
import { requireDatabase } from './house.ts'
import { UsageError, processTerminal, readArguments, type Terminal } from './terminal.ts'

export async function backup(args: readonly string[], terminal: Terminal = processTerminal): Promise<void> {
  const [what, ...rest] = args
  if (what === 'verify') return verify(rest, terminal)
  if (what === 'key') return makeKey(rest, terminal)
  return make(args, terminal)
}

async function make(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = readArguments(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        recipient: { type: 'string', multiple: true, default: [] },
        'passphrase-file': { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    }),
  )
  if (positionals.length > 1) throw new UsageError('`mien backup` wants one file at most')
  const config = readConfig()
  requireDatabase(config)
  const lock = lockOf(values.recipient, values['passphrase-file'], config)
  const clock = (): Date => new Date()
  const file = resolve(positionals[0] ?? ownName(config, clock()))
  if (existsSync(file)) throw new UsageError(`${file} is there already; a backup never replaces another`)
  const receipt = await makeBackup(houseOf(config, clock), { file, lock })
  const isNoted = receipt.isUpToDate && (await note(config, receipt, clock))
  if (values.json) return terminal.print(JSON.stringify({ ...receipt, isNoted }, null, 2))
  terminal.print(
    `${file}: ${receipt.rows} rows of ${receipt.tables} tables, keys and clients; ${receipt.bytes} bytes.`,
  )
  terminal.print('Try it: `mien backup verify`, and now and then a whole restore (docs/operations.md).')
}

/** The trail says who took everything along, and the doctor when that was last. Tables of an older version are left as they are. */
async function note(
  config: Config,
  { rows, bytes, takenAt }: BackupReceipt,
  clock: () => Date,
): Promise<true> {
  const { store } = await openHouseStore(config, { clock, isInspection: true })
  try {
    await store.audit.append({ type: 'backup_made', detail: { rows, bytes, takenAt } })
    return true
  } finally {
    await store.close()
  }
}

function ownName({ backupDir, issuer }: Config, now: Date): string {
  if (backupDir !== undefined) mkdirSync(backupDir, { recursive: true, mode: 0o700 })
  return join(backupDir ?? '.', `${new URL(issuer).hostname}-${stampOf(now)}.age`)
}

function lockOf(given: readonly string[], passphraseFile: string | undefined, config: Config): Lock {
  if (passphraseFile !== undefined) {
    if (given.length > 0) throw new UsageError('`--recipient` and `--passphrase-file` exclude each other')
    return { passphrase: readPassphrase(passphraseFile) }
  }
  const recipients = given.length > 0 ? given : config.backupRecipients
  if (recipients.length === 0) {
    throw new UsageError(
      'a backup is encrypted: say for whom by `--recipient`, `--passphrase-file` or MIEN_BACKUP_RECIPIENT',
    )
  }
  for (const recipient of recipients) {
    if (!isRecipient(recipient)) throw new UsageError(`${recipient} is no public key of age`)
  }
  return { recipients }
}

/** Fewer characters are guessed, whatever stretches them. */
const leastPassphrase = 16

function readPassphrase(file: string): string {
  const [passphrase = ''] = readFileSync(file, 'utf8').split(/\r?\n/)
  if (passphrase.length >= leastPassphrase) return passphrase
  throw new UsageError(`the first line of ${file} is shorter than ${leastPassphrase} characters`)
}

export const keyOptions = {
  identity: { type: 'string' },
  'passphrase-file': { type: 'string' },
} as const

/** What opens a backup, out of the options of a command. */
export function keyOf(values: {
  readonly identity?: string | undefined
  readonly 'passphrase-file'?: string | undefined
}): Key {
  const { identity, 'passphrase-file': passphraseFile } = values
  if ((identity === undefined) === (passphraseFile === undefined)) {
    throw new UsageError('say what opens the file: `--identity FILE` or `--passphrase-file FILE`')
  }
  if (passphraseFile !== undefined) return { passphrase: readPassphrase(passphraseFile) }
  const lines = readFileSync(identity ?? '', 'utf8').split(/\r?\n/)
  const identities = lines.map((line) => line.trim()).filter((line) => line.startsWith('AGE-SECRET-KEY-'))
  if (identities.length === 0) throw new UsageError(`there is no AGE-SECRET-KEY-… in ${identity}`)
  return { identities }
}

async function verify(args: readonly string[], terminal: Terminal): Promise<void> {
  const { values, positionals } = readArguments(() =>
    parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { ...keyOptions, json: { type: 'boolean', default: false } },
    }),
  )
  const [file, ...others] = positionals
  if (file === undefined || others.length > 0) throw new UsageError('`mien backup verify` wants one file')
  const { header, rows, auditHead } = await readBackup(file, keyOf(values))
  const { issuer, takenAt, program, engine, schema, tables } = header
  if (values.json) {
    const facts = { file, isWhole: true, issuer, takenAt, program, engine, schema: schema.at(-1) ?? null }
    return terminal.print(JSON.stringify({ ...facts, tables: tables.length, rows, auditHead }, null, 2))
  }
  terminal.print(`${file} is whole: ${rows} rows of ${tables.length} tables, keys and clients.`)
  terminal.print(
    `Of ${issuer}, taken ${takenAt} by Mien ${program} from ${engine === 'sqlite' ? 'SQLite' : 'PostgreSQL'}.`,
  )
}

/** As `age-keygen` does. */
async function makeKey(args: readonly string[], terminal: Terminal): Promise<void> {
  const [file, ...others] = args
  if (file === undefined || others.length > 0 || file.startsWith('-')) {
    throw new UsageError('`mien backup key` wants the file to write the secret key to')
  }
  const { identity, recipient } = await makeIdentity()
  writeFileSync(file, `# public key: ${recipient}\n${identity}\n`, { mode: 0o600, flag: 'wx' })
  terminal.print(`MIEN_BACKUP_RECIPIENT=${recipient}`)
  terminal.print(`The secret key is in ${file}: keep it away from the machine that makes the backups.`)
}
