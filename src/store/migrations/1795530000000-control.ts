/** The person's control and the audit trail: its chain, known browsers, their sessions, receipts, the outbox. */
import { Table, type MigrationInterface, type QueryRunner, type TableColumnOptions } from 'typeorm'

type Column = readonly [name: string, type: string, kind?: 'id' | 'optional']

const tables: Readonly<Record<string, readonly Column[]>> = {
  audit_marks: [
    ['name', 'text', 'id'],
    ['seq', 'bigint'],
    ['hash', 'text'],
    ['mac', 'text'],
    ['at', 'bigint'],
  ],
  known_browsers: [
    ['id', 'text', 'id'],
    ['subjectId', 'text'],
    ['browserDigest', 'text'],
    ['family', 'text'],
    ['firstSeenAt', 'bigint'],
    ['lastSeenAt', 'bigint'],
  ],
  browser_sessions: [
    ['id', 'text', 'id'],
    ['uid', 'text'],
    ['subjectId', 'text'],
    ['knownBrowserId', 'text', 'optional'],
    ['family', 'text'],
    ['acr', 'text', 'optional'],
    ['loginAt', 'bigint'],
    ['createdAt', 'bigint'],
    ['lastSeenAt', 'bigint'],
  ],
  browser_notices: [
    ['tokenDigest', 'text', 'id'],
    ['subjectId', 'text'],
    ['knownBrowserId', 'text'],
    ['family', 'text'],
    ['signedInAt', 'bigint'],
    ['expiresAt', 'bigint'],
    ['answer', 'text', 'optional'],
    ['answeredAt', 'bigint', 'optional'],
  ],
  receipts: [
    ['id', 'text', 'id'],
    ['subjectId', 'text'],
    ['kind', 'text'],
    ['detail', 'text'],
    ['at', 'bigint'],
  ],
  event_outbox: [
    ['id', 'text', 'id'],
    ['seq', 'bigint'],
    ['body', 'text'],
    ['tries', 'integer'],
    ['nextAt', 'bigint'],
    ['at', 'bigint'],
  ],
}

const indexes: Readonly<
  Record<string, readonly { readonly columns: readonly string[]; readonly unique?: true }[]>
> = {
  known_browsers: [{ columns: ['subjectId', 'browserDigest'], unique: true }],
  browser_sessions: [{ columns: ['uid'], unique: true }, { columns: ['subjectId'] }],
  browser_notices: [{ columns: ['subjectId'] }],
  receipts: [{ columns: ['subjectId'] }],
  event_outbox: [{ columns: ['nextAt'] }],
}

const ownedBySubject = ['known_browsers', 'browser_sessions', 'browser_notices', 'receipts']

/** Columns that rows of before leave empty: the next start links those rows into the chain, for the key is not known here. */
const added = [
  ['audit_events', 'seq', 'bigint'],
  ['audit_events', 'acr', 'text'],
  ['audit_events', 'outcome', 'text'],
  ['audit_events', 'reason', 'text'],
  ['audit_events', 'salt', 'text'],
  ['audit_events', 'personalDigest', 'text'],
  ['audit_events', 'hash', 'text'],
  ['subjects', 'disabledAt', 'bigint'],
] as const

export class Control1795530000000 implements MigrationInterface {
  readonly name = 'Control1795530000000'

  async up(runner: QueryRunner): Promise<void> {
    for (const [name, columns] of Object.entries(tables)) {
      await runner.createTable(
        new Table({
          name,
          columns: columns.map(columnOf),
          indices: (indexes[name] ?? []).map(({ columns: columnNames, unique }) => ({
            name: `ix_${name}_${columnNames.join('_')}`,
            columnNames: [...columnNames],
            isUnique: unique === true,
          })),
          foreignKeys: ownedBySubject.includes(name) ? [ownerOf(name)] : [],
        }),
      )
    }
    // In plain SQL, which both databases read alike: the builder copies whole tables on SQLite.
    for (const [table, column, type] of added) {
      await runner.query(`ALTER TABLE "${table}" ADD COLUMN "${column}" ${type}`)
    }
    await runner.query('CREATE UNIQUE INDEX "ix_audit_events_seq" ON "audit_events" ("seq")')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX "ix_audit_events_seq"')
    for (const [table, column] of added) await runner.query(`ALTER TABLE "${table}" DROP COLUMN "${column}"`)
    for (const name of Object.keys(tables).reverse()) await runner.dropTable(name)
  }
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

function columnOf([name, type, kind]: Column): TableColumnOptions {
  return { name, type, isPrimary: kind === 'id', isNullable: kind === 'optional' }
}
