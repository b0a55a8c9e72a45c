/** Whether the owner lets codes by mail sign in to the account. */
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class EmailCodes1795560000000 implements MigrationInterface {
  readonly name = 'EmailCodes1795560000000'

  // Said in SQL: TypeORM adds a column to a SQLite table by copying all of it. A moment, so that no default is needed.
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "subjects" ADD COLUMN "emailCodesOffAt" bigint')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "subjects" DROP COLUMN "emailCodesOffAt"')
  }
}
