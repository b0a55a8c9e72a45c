/** Who administers, and the links by which somebody comes to. */
import { Table, type MigrationInterface, type QueryRunner } from 'typeorm'

export class Administrators1795590000000 implements MigrationInterface {
  readonly name = 'Administrators1795590000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'administrators',
        columns: [
          { name: 'subjectId', type: 'text', isPrimary: true },
          { name: 'role', type: 'text' },
          { name: 'createdAt', type: 'bigint' },
          { name: 'lastActedAt', type: 'bigint', isNullable: true },
        ],
        foreignKeys: [
          {
            columnNames: ['subjectId'],
            referencedTableName: 'subjects',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
          },
        ],
      }),
    )
    await runner.createTable(
      new Table({
        name: 'admin_invitations',
        columns: [
          { name: 'id', type: 'text', isPrimary: true },
          { name: 'tokenDigest', type: 'text', isUnique: true },
          { name: 'role', type: 'text' },
          { name: 'createdAt', type: 'bigint' },
          { name: 'expiresAt', type: 'bigint' },
        ],
      }),
    )
    // For the lists of the console: a page at a time, and what begins with the letters that were typed.
    await runner.query(
      'CREATE INDEX "ix_browser_sessions_lastSeenAt" ON "browser_sessions" ("lastSeenAt", "id")',
    )
    const order = runner.dataSource.options.type === 'postgres' ? ' text_pattern_ops' : ''
    await runner.query(`CREATE INDEX "ix_subjects_lower_name" ON "subjects" ((lower("name"))${order})`)
    if (order !== '')
      await runner.query(`CREATE INDEX "ix_subjects_emailKey_prefix" ON "subjects" ("emailKey"${order})`)
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of [
      'ix_browser_sessions_lastSeenAt',
      'ix_subjects_lower_name',
      'ix_subjects_emailKey_prefix',
    ])
      await runner.query(`DROP INDEX IF EXISTS "${name}"`)
    await runner.dropTable('admin_invitations')
    await runner.dropTable('administrators')
  }
}
