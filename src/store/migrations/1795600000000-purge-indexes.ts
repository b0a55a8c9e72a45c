/** Indexes by which the purge finds what is over (`purge-rules.ts`) without reading a whole table. */
import type { MigrationInterface, QueryRunner } from 'typeorm'

const indexes = [
  ['attempt_tallies', 'lastFailureAt'],
  ['browser_notices', 'expiresAt'],
  ['known_browsers', 'lastSeenAt'],
  ['device_keys', 'revokedAt'],
  ['event_outbox', 'at'],
  ['admin_invitations', 'expiresAt'],
  ['logout_deliveries', 'nextAt', 'createdAt'],
  ['mail_letters', 'nextAt', 'createdAt'],
] as const

export class PurgeIndexes1795600000000 implements MigrationInterface {
  readonly name = 'PurgeIndexes1795600000000'

  async up(runner: QueryRunner): Promise<void> {
    for (const [table, ...columns] of indexes) {
      const list = columns.map((column) => `"${column}"`).join(', ')
      await runner.query(`CREATE INDEX "ix_${table}_${columns.join('_')}" ON "${table}" (${list})`)
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table, ...columns] of indexes) {
      await runner.query(`DROP INDEX "ix_${table}_${columns.join('_')}"`)
    }
  }
}
