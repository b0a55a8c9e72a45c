/** What several nodes agree by: leases of jobs, and private documents. */
import { Table, type MigrationInterface, type QueryRunner } from 'typeorm'

export class Scale1795570000000 implements MigrationInterface {
  readonly name = 'Scale1795570000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'job_leases',
        columns: [
          { name: 'name', type: 'text', isPrimary: true },
          { name: 'holder', type: 'text' },
          { name: 'endsAt', type: 'bigint' },
        ],
      }),
    )
    await runner.createTable(
      new Table({
        name: 'private_documents',
        columns: [
          { name: 'name', type: 'text', isPrimary: true },
          { name: 'body', type: 'text' },
          { name: 'changedAt', type: 'bigint' },
        ],
      }),
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('private_documents')
    await runner.dropTable('job_leases')
  }
}
