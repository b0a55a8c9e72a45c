/** What the networks said of a face attempt, and what about it was odd. */
import { type MigrationInterface, type QueryRunner } from 'typeorm'

export class AttemptEvidence1795478400000 implements MigrationInterface {
  readonly name = 'AttemptEvidence1795478400000'

  // Said in SQL: TypeORM adds a column to a SQLite table by copying all of it.
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "attempts" ADD COLUMN "padScore" double precision')
    await runner.query('ALTER TABLE "attempts" ADD COLUMN "signals" text')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "attempts" DROP COLUMN "signals"')
    await runner.query('ALTER TABLE "attempts" DROP COLUMN "padScore"')
  }
}
