/** Which runs of failures an attempt belongs to beside its factor's: that of a known browser, and that of a network. */
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class SharedTallies1795490000000 implements MigrationInterface {
  readonly name = 'SharedTallies1795490000000'

  // Said in SQL: TypeORM adds a column to a SQLite table by copying all of it.
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "attempts" ADD COLUMN "browserDigest" text')
    await runner.query('ALTER TABLE "attempts" ADD COLUMN "network" text')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "attempts" DROP COLUMN "network"')
    await runner.query('ALTER TABLE "attempts" DROP COLUMN "browserDigest"')
  }
}
