/** The first tables, in terms that SQLite and PostgreSQL share. */
import {
  Table,
  TableForeignKey,
  TableIndex,
  type MigrationInterface,
  type QueryRunner,
  type TableColumnOptions,
} from 'typeorm'

type Column = readonly [name: string, type: string, kind?: 'id' | 'optional']

const tables: Readonly<Record<string, readonly Column[]>> = {
  subjects: [
    ['id', 'text', 'id'],
    ['email', 'text'],
    ['emailKey', 'text'],
    ['emailVerified', 'boolean'],
    ['passwordHash', 'text'],
    ['createdAt', 'bigint'],
    ['updatedAt', 'bigint'],
  ],
  template_keys: [
    ['subjectId', 'text', 'id'],
    ['keyId', 'text'],
    ['wrappedKey', 'text'],
  ],
  templates: [
    ['id', 'text', 'id'],
    ['subjectId', 'text'],
    ['keyId', 'text'],
    ['model', 'text'],
    ['pose', 'text'],
    ['sealedVector', 'text'],
    ['enrolledAt', 'bigint'],
    ['lastUsedAt', 'bigint', 'optional'],
  ],
  attempts: [
    ['id', 'text', 'id'],
    ['identifierDigest', 'text'],
    ['subjectId', 'text', 'optional'],
    ['factor', 'text'],
    ['outcome', 'text'],
    ['score', 'double precision', 'optional'],
    ['clientId', 'text'],
    ['address', 'text'],
    ['at', 'bigint'],
  ],
  attempt_tallies: [
    ['identifierDigest', 'text', 'id'],
    ['factor', 'text', 'id'],
    ['consecutiveFailures', 'integer'],
    ['lastFailureAt', 'bigint', 'optional'],
  ],
  consents: [
    ['id', 'text', 'id'],
    ['subjectId', 'text'],
    ['version', 'text'],
    ['textDigest', 'text'],
    ['givenAt', 'bigint'],
    ['withdrawnAt', 'bigint', 'optional'],
  ],
  audit_events: [
    ['id', 'text', 'id'],
    ['type', 'text'],
    ['subjectId', 'text', 'optional'],
    ['clientId', 'text', 'optional'],
    ['address', 'text', 'optional'],
    ['detail', 'text'],
    ['at', 'bigint'],
  ],
  oidc_records: [
    ['model', 'text', 'id'],
    ['idDigest', 'text', 'id'],
    ['sealedPayload', 'text'],
    ['subjectId', 'text', 'optional'],
    ['grantDigest', 'text', 'optional'],
    ['userCodeDigest', 'text', 'optional'],
    ['uidDigest', 'text', 'optional'],
    ['expiresAt', 'bigint', 'optional'],
    ['consumedAt', 'bigint', 'optional'],
  ],
}

const indexes: readonly (readonly [table: string, columns: readonly string[], kind?: 'unique'])[] = [
  ['subjects', ['emailKey'], 'unique'],
  ['templates', ['subjectId']],
  ['attempts', ['subjectId', 'at']],
  ['attempts', ['at']],
  ['consents', ['subjectId']],
  ['audit_events', ['subjectId', 'at']],
  ['audit_events', ['at']],
  ['oidc_records', ['grantDigest']],
  ['oidc_records', ['userCodeDigest']],
  ['oidc_records', ['uidDigest']],
  ['oidc_records', ['subjectId']],
  ['oidc_records', ['expiresAt']],
]

/** Whatever describes a subject goes with it. Attempts and audit events stay: they name nobody once the subject is gone. */
const ownedBySubject = ['template_keys', 'templates', 'consents']

export class InitialTables1795392000000 implements MigrationInterface {
  readonly name = 'InitialTables1795392000000'

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, columns] of Object.entries(tables)) {
      await runner.createTable(new Table({ name, columns: columns.map(columnOf) }))
    }
    for (const [table, columnNames, kind] of indexes) {
      const name = `ix_${table}_${columnNames.join('_')}`
      const isUnique = kind === 'unique'
      await runner.createIndex(table, new TableIndex({ name, columnNames: [...columnNames], isUnique }))
    }
    for (const table of ownedBySubject) {
      await runner.createForeignKey(
        table,
        new TableForeignKey({
          name: `fk_${table}_subject`,
          columnNames: ['subjectId'],
          referencedTableName: 'subjects',
          referencedColumnNames: ['id'],
          onDelete: 'CASCADE',
        }),
      )
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(tables).reverse()) await runner.dropTable(name)
  }
}

function columnOf([name, type, kind]: Column): TableColumnOptions {
  return { name, type, isPrimary: kind === 'id', isNullable: kind === 'optional' }
}
