/** The rows, as plain interfaces, and how TypeORM maps them to tables. */
import { EntitySchema, EntitySchemaOptions, type EntitySchemaColumnOptions } from 'typeorm'

/** Instants are whole milliseconds since 1970: the same column on SQLite and PostgreSQL, whose driver gives bigints as text. */
const instant = {
  type: 'bigint',
  transformer: {
    to: (value: unknown): unknown => value,
    from: (value: unknown): unknown => (typeof value === 'string' ? Number(value) : value),
  },
} as const satisfies EntitySchemaColumnOptions
const text = { type: 'text' } as const satisfies EntitySchemaColumnOptions
const id = { ...text, primary: true } as const satisfies EntitySchemaColumnOptions
const optional = <T extends EntitySchemaColumnOptions>(column: T) => ({ ...column, nullable: true })

/** One row type, one table, and a column for each of its properties. */
function rowsOf<Row extends object>(
  name: string,
  tableName: string,
  columns: Readonly<Record<keyof Row, EntitySchemaColumnOptions>>,
): EntitySchema<Row> {
  return new EntitySchema<Row>(Object.assign(new EntitySchemaOptions<Row>(), { name, tableName, columns }))
}

export interface SubjectRow {
  id: string
  email: string
  /** NFKC, trimmed, lower case; unique. */
  emailKey: string
  emailVerified: boolean
  passwordHash: string
  createdAt: number
  updatedAt: number
}
export const subjectRows = rowsOf<SubjectRow>('subject', 'subjects', {
  id,
  email: text,
  emailKey: text,
  emailVerified: { type: 'boolean' },
  passwordHash: text,
  createdAt: instant,
  updatedAt: instant,
})

/** The data key of one subject, wrapped by the key-encryption key; without it the subject's templates are noise. */
export interface TemplateKeyRow {
  subjectId: string
  keyId: string
  wrappedKey: string
}
export const templateKeyRows = rowsOf<TemplateKeyRow>('template_key', 'template_keys', {
  subjectId: id,
  keyId: text,
  wrappedKey: text,
})

export interface TemplateRow {
  id: string
  subjectId: string
  keyId: string
  model: string
  pose: string
  sealedVector: string
  enrolledAt: number
  lastUsedAt: number | null
}
export const templateRows = rowsOf<TemplateRow>('template', 'templates', {
  id,
  subjectId: text,
  keyId: text,
  model: text,
  pose: text,
  sealedVector: text,
  enrolledAt: instant,
  lastUsedAt: optional(instant),
})

export interface AttemptRow {
  id: string
  identifierDigest: string
  subjectId: string | null
  factor: string
  outcome: string
  score: number | null
  clientId: string
  address: string
  at: number
}
export const attemptRows = rowsOf<AttemptRow>('attempt', 'attempts', {
  id,
  identifierDigest: text,
  subjectId: optional(text),
  factor: text,
  outcome: text,
  score: optional({ type: 'double precision' as const }),
  clientId: text,
  address: text,
  at: instant,
})

/** The run of failures of one identifier and factor; one row, so that the database itself lines up attempts side by side. */
export interface TallyRow {
  identifierDigest: string
  factor: string
  consecutiveFailures: number
  lastFailureAt: number | null
}
export const tallyRows = rowsOf<TallyRow>('tally', 'attempt_tallies', {
  identifierDigest: id,
  factor: id,
  consecutiveFailures: { type: 'integer' },
  lastFailureAt: optional(instant),
})

export interface ConsentRow {
  id: string
  subjectId: string
  version: string
  textDigest: string
  givenAt: number
  withdrawnAt: number | null
}
export const consentRows = rowsOf<ConsentRow>('consent', 'consents', {
  id,
  subjectId: text,
  version: text,
  textDigest: text,
  givenAt: instant,
  withdrawnAt: optional(instant),
})

export interface AuditRow {
  id: string
  type: string
  subjectId: string | null
  clientId: string | null
  address: string | null
  detail: string
  at: number
}
export const auditRows = rowsOf<AuditRow>('audit_event', 'audit_events', {
  id,
  type: text,
  subjectId: optional(text),
  clientId: optional(text),
  address: optional(text),
  detail: text,
  at: instant,
})

/** A public key that the subject trusts to stand for a device. Revoked rows stay: they tell when trust ended. */
export interface DeviceKeyRow {
  id: string
  subjectId: string
  publicKey: string
  thumbprint: string
  name: string
  createdAt: number
  lastUsedAt: number | null
  revokedAt: number | null
}
export const deviceKeyRows = rowsOf<DeviceKeyRow>('device_key', 'device_keys', {
  id,
  subjectId: text,
  publicKey: text,
  thumbprint: text,
  name: text,
  createdAt: instant,
  lastUsedAt: optional(instant),
  revokedAt: optional(instant),
})

/** What the provider library keeps: found by digests, read only with the record key. */
export interface OidcRecordRow {
  model: string
  idDigest: string
  sealedPayload: string
  subjectId: string | null
  grantDigest: string | null
  userCodeDigest: string | null
  uidDigest: string | null
  expiresAt: number | null
  consumedAt: number | null
}
export const oidcRecordRows = rowsOf<OidcRecordRow>('oidc_record', 'oidc_records', {
  model: id,
  idDigest: id,
  sealedPayload: text,
  subjectId: optional(text),
  grantDigest: optional(text),
  userCodeDigest: optional(text),
  uidDigest: optional(text),
  expiresAt: optional(instant),
  consumedAt: optional(instant),
})

export const entities = [
  subjectRows,
  templateKeyRows,
  templateRows,
  attemptRows,
  tallyRows,
  consentRows,
  auditRows,
  deviceKeyRows,
  oidcRecordRows,
] as const
