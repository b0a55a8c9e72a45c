/** What a backup holds and in which order: a header, keys, clients, rows, and at the end what makes it whole. */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { BackupFault } from './archive.ts'

/** Raised where an older program could not read what is written now. */
export const formatVersion = 1

export const names = {
  header: 'mien-backup.json',
  keys: 'keys.json',
  clients: 'clients.json',
  manifest: 'manifest.json',
} as const

const name = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/)
const table = z.strictObject({
  name,
  columns: z.array(z.strictObject({ name, kind: z.enum(['text', 'integer', 'real', 'boolean']) })).min(1),
  key: z.array(name).min(1),
})

export const header = z.strictObject({
  format: z.literal('mien-backup'),
  version: z.literal(formatVersion),
  program: z.string().max(64),
  issuer: z.string().max(2048),
  takenAt: z.iso.datetime(),
  engine: z.enum(['sqlite', 'postgres']),
  /** The steps that had been taken, oldest first. */
  schema: z.array(name).max(10_000),
  tables: z.array(table).max(1000),
  /** Tells whether the key that wraps the faces’ keys is the same: the operator may keep it elsewhere. */
  templateKeyCheck: z.string().max(64),
})
export type Header = z.infer<typeof header>

/** The private documents by name, unsealed: the secrets, the signing keys, and whatever else the house keeps so. */
export const keyTexts = z.record(z.string().regex(/^[a-z0-9-]{1,64}$/), z.string())
export type KeyTexts = z.infer<typeof keyTexts>

const fileText = z.strictObject({ path: z.string().max(4096), text: z.string() })
export const clientTexts = z.strictObject({
  /** Null where there is no such file. */
  list: z.string().nullable(),
  /** The files with secrets that the list names, by the path that it names them by. */
  secretFiles: z.array(fileText).max(10_000),
})
export type ClientTexts = z.infer<typeof clientTexts>

export const manifest = z.strictObject({
  tables: z.array(
    z.strictObject({
      name,
      rows: z.number().int().nonnegative(),
      pieces: z.number().int().nonnegative(),
      /** Of the pieces, one after the other. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/),
    }),
  ),
  keysSha256: z.string(),
  clientsSha256: z.string(),
  /** Where the audit trail ends; null where none has begun. */
  auditHead: z.strictObject({ seq: z.number().int(), hash: z.string() }).nullable(),
})
export type Manifest = z.infer<typeof manifest>

const value = z.union([z.string(), z.number(), z.boolean(), z.null()])
export const piece = z.array(z.array(value))

export function pieceName(of: string, number: number): string {
  return `tables/${of}/${String(number).padStart(8, '0')}.json`
}

export function bytesOf(given: unknown): Uint8Array {
  return Buffer.from(`${JSON.stringify(given)}\n`)
}

/** @throws {BackupFault} where it is not what it should be */
export function parse<T>(shape: z.ZodType<T>, bytes: Uint8Array, what: string): T {
  const parsed = shape.safeParse(jsonOf(bytes))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new BackupFault(
    'format',
    `${what} of the backup cannot be read: ${issue?.path.join('.')} ${issue?.message}.`,
  )
}

/** A file of a later version says so in words of its own. @throws {BackupFault} */
export function parseHeader(bytes: Uint8Array): Header {
  const said = z
    .looseObject({ format: z.literal('mien-backup'), version: z.number(), program: z.string() })
    .safeParse(jsonOf(bytes))
  if (!said.success) throw new BackupFault('format', 'The file opens, and is no backup of Mien.')
  const { version, program } = said.data
  if (version > formatVersion) {
    throw new BackupFault(
      'format',
      `The backup has format ${version}, of Mien ${program}; this version reads up to ${formatVersion}. Use that version.`,
    )
  }
  return parse(header, bytes, 'The beginning')
}

function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'))
  } catch {
    return undefined
  }
}

/** Of a key of 256 random bits: nobody finds the key by it. */
export function checkOf(templateKey: Uint8Array): string {
  return createHash('sha256').update('mien template key').update(templateKey).digest('base64url')
}
