/** The keys of devices that subjects trust. */
import { Table, type MigrationInterface, type QueryRunner } from 'typeorm'

const table = 'device_keys'

export class DeviceKeys1795435200000 implements MigrationInterface {
  readonly name = 'DeviceKeys1795435200000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: table,
        columns: [
          { name: 'id', type: 'text', isPrimary: true },
          { name: 'subjectId', type: 'text' },
          { name: 'publicKey', type: 'text' },
          { name: 'thumbprint', type: 'text' },
          { name: 'name', type: 'text' },
          { name: 'createdAt', type: 'bigint' },
          { name: 'lastUsedAt', type: 'bigint', isNullable: true },
          { name: 'revokedAt', type: 'bigint', isNullable: true },
        ],
        // One browser has one key, and several people may trust it: each for itself.
        indices: [
          {
            name: 'ix_device_keys_subjectId_thumbprint',
            columnNames: ['subjectId', 'thumbprint'],
            isUnique: true,
          },
        ],
        foreignKeys: [
          {
            name: 'fk_device_keys_subject',
            columnNames: ['subjectId'],
            referencedTableName: 'subjects',
            referencedColumnNames: ['id'],
            onDelete: 'CASCADE',
          },
        ],
      }),
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(table)
  }
}
