/** What apps are to be told of sign-outs, and whether they were. */
import { Table, type MigrationInterface, type QueryRunner } from 'typeorm'

const table = 'logout_deliveries'

export class LogoutDeliveries1795540000000 implements MigrationInterface {
  readonly name = 'LogoutDeliveries1795540000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: table,
        columns: [
          { name: 'id', type: 'text', isPrimary: true },
          { name: 'clientId', type: 'text' },
          { name: 'subjectId', type: 'text', isNullable: true },
          { name: 'sid', type: 'text', isNullable: true },
          { name: 'createdAt', type: 'bigint' },
          { name: 'tries', type: 'integer' },
          { name: 'nextAt', type: 'bigint', isNullable: true },
          { name: 'outcome', type: 'text' },
          { name: 'fault', type: 'text', isNullable: true },
        ],
        indices: [
          { name: 'ix_logout_deliveries_nextAt', columnNames: ['nextAt'] },
          { name: 'ix_logout_deliveries_createdAt', columnNames: ['createdAt'] },
        ],
      }),
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(table)
  }
}
