/** In which browser a face was enrolled. */
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class EnrolledOn1795550000000 implements MigrationInterface {
  readonly name = 'EnrolledOn1795550000000'

  // Said in SQL: TypeORM adds a column to a SQLite table by copying all of it.
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "templates" ADD COLUMN "enrolledOn" text')
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE "templates" DROP COLUMN "enrolledOn"')
  }
}
