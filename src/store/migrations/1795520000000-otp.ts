/** One-time codes: seeds of authenticator apps, and recovery codes. */
import {
  Table,
  type MigrationInterface,
  type QueryRunner,
  type TableForeignKeyOptions,
  type TableOptions,
} from 'typeorm'

const ownedBySubject = (table: string): TableForeignKeyOptions[] => [
  {
    name: `fk_${table}_subject`,
    columnNames: ['subjectId'],
    referencedTableName: 'subjects',
    referencedColumnNames: ['id'],
    onDelete: 'CASCADE',
  },
]

const tables: readonly TableOptions[] = [
  {
    name: 'totp_seeds',
    columns: [
      { name: 'subjectId', type: 'text', isPrimary: true },
      { name: 'state', type: 'text', isPrimary: true },
      { name: 'id', type: 'text' },
      { name: 'sealedSeed', type: 'text' },
      { name: 'createdAt', type: 'bigint' },
      { name: 'confirmedAt', type: 'bigint', isNullable: true },
      { name: 'lastStep', type: 'bigint' },
      { name: 'lastUsedAt', type: 'bigint', isNullable: true },
    ],
    indices: [{ name: 'ix_totp_seeds_state_createdAt', columnNames: ['state', 'createdAt'] }],
    foreignKeys: ownedBySubject('totp_seeds'),
  },
  {
    name: 'recovery_sets',
    columns: [
      { name: 'subjectId', type: 'text', isPrimary: true },
      { name: 'salt', type: 'text' },
      { name: 'madeAt', type: 'bigint' },
    ],
    foreignKeys: ownedBySubject('recovery_sets'),
  },
  {
    name: 'recovery_codes',
    columns: [
      { name: 'id', type: 'text', isPrimary: true },
      { name: 'subjectId', type: 'text' },
      { name: 'digest', type: 'text' },
      { name: 'usedAt', type: 'bigint', isNullable: true },
    ],
    indices: [
      {
        name: 'ix_recovery_codes_subjectId_digest',
        columnNames: ['subjectId', 'digest'],
        isUnique: true,
      },
    ],
    foreignKeys: ownedBySubject('recovery_codes'),
  },
]

export class Otp1795520000000 implements MigrationInterface {
  readonly name = 'Otp1795520000000'

  async up(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.createTable(new Table(table))
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const { name } of tables) await runner.dropTable(name)
  }
}
