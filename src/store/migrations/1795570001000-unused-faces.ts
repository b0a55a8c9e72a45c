/** An index by which faces that nobody uses are found without reading all of them. */
import type { MigrationInterface, QueryRunner } from 'typeorm'

export class UnusedFaces1795570001000 implements MigrationInterface {
  readonly name = 'UnusedFaces1795570001000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(
      'CREATE INDEX "ix_templates_unused" ON "templates" (COALESCE("lastUsedAt", "enrolledAt"))',
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX "ix_templates_unused"')
  }
}
