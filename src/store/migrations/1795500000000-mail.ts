/** What is confirmed by mail: codes and links under way, changes of address, and a name to be called by. */
import { Table, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm'

type Column = readonly [name: string, type: string, kind?: 'id' | 'optional']

const proofs: readonly Column[] = [
  ['id', 'text', 'id'],
  ['purpose', 'text'],
  ['binding', 'text'],
  ['subjectId', 'text', 'optional'],
  ['emailDigest', 'text'],
  ['codeDigest', 'text'],
  ['tokenDigest', 'text'],
  ['triesLeft', 'integer'],
  ['codeEndsAt', 'bigint'],
  ['tokenEndsAt', 'bigint'],
]

const changes: readonly Column[] = [
  ['subjectId', 'text', 'id'],
  ['email', 'text'],
  ['askedAt', 'bigint'],
  ['oldConfirmedAt', 'bigint', 'optional'],
  ['newConfirmedAt', 'bigint', 'optional'],
]

export class Mail1795500000000 implements MigrationInterface {
  readonly name = 'Mail1795500000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'mail_proofs',
        columns: proofs.map(columnOf),
        indices: [
          indexOf('mail_proofs', ['purpose', 'binding'], true),
          indexOf('mail_proofs', ['tokenDigest'], true),
          indexOf('mail_proofs', ['subjectId']),
          indexOf('mail_proofs', ['tokenEndsAt']),
        ],
        foreignKeys: [ownerOf('mail_proofs')],
      }),
    )
    await runner.createTable(
      new Table({
        name: 'email_changes',
        columns: changes.map(columnOf),
        indices: [indexOf('email_changes', ['askedAt'])],
        foreignKeys: [ownerOf('email_changes')],
      }),
    )
    // In plain SQL, which both databases read alike: the builder copies whole tables on SQLite.
    await runner.query('ALTER TABLE "subjects" ADD COLUMN "name" text')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "subjects" DROP COLUMN "name"')
    await runner.dropTable('email_changes')
    await runner.dropTable('mail_proofs')
  }
}

function columnOf([name, type, kind]: Column): TableColumnOptions {
  return { name, type, isPrimary: kind === 'id', isNullable: kind === 'optional' }
}

function indexOf(table: string, columnNames: string[], isUnique = false) {
  return { name: `ix_${table}_${columnNames.join('_')}`, columnNames, isUnique }
}

function ownerOf(table: string) {
  return {
    name: `fk_${table}_subject`,
    columnNames: ['subjectId'],
    referencedTableName: 'subjects',
    referencedColumnNames: ['id'],
    onDelete: 'CASCADE',
  }
}
