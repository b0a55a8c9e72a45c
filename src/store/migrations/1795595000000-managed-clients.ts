/** Clients and APIs that administrators made, and by which client a record of the provider library belongs to. */
import { Table, type MigrationInterface, type QueryRunner } from 'typeorm'

const table = 'managed_entries'
const index = 'ix_oidc_records_clientDigest'

export class ManagedClients1795595000000 implements MigrationInterface {
  readonly name = 'ManagedClients1795595000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: table,
        columns: [
          { name: 'kind', type: 'text', isPrimary: true },
          { name: 'id', type: 'text', isPrimary: true },
          { name: 'entry', type: 'text' },
          { name: 'version', type: 'integer' },
          { name: 'createdAt', type: 'bigint' },
          { name: 'createdBy', type: 'text' },
          { name: 'changedAt', type: 'bigint' },
          { name: 'changedBy', type: 'text' },
        ],
      }),
    )
    // Said in SQL: TypeORM adds a column to a SQLite table by copying all of it.
    await runner.query('ALTER TABLE "oidc_records" ADD COLUMN "clientDigest" text')
    await runner.query(`CREATE INDEX "${index}" ON "oidc_records" ("clientDigest", "model")`)
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX "${index}"`)
    await runner.query('ALTER TABLE "oidc_records" DROP COLUMN "clientDigest"')
    await runner.dropTable(table)
  }
}
