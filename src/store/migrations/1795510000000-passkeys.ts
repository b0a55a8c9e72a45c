/** Passkeys, the handles that they know their subjects by, and the challenges that are spent. */
import { Table, type MigrationInterface, type QueryRunner } from 'typeorm'

const tables = ['passkeys', 'passkey_handles', 'spent_passkey_challenges'] as const

/** Goes with its subject. */
const ownedBy = (table: string) => ({
  name: `fk_${table}_subject`,
  columnNames: ['subjectId'],
  referencedTableName: 'subjects',
  referencedColumnNames: ['id'],
  onDelete: 'CASCADE',
})

export class Passkeys1795510000000 implements MigrationInterface {
  readonly name = 'Passkeys1795510000000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: 'passkeys',
        columns: [
          { name: 'id', type: 'text', isPrimary: true },
          { name: 'subjectId', type: 'text' },
          { name: 'credentialId', type: 'text' },
          { name: 'publicKey', type: 'text' },
          { name: 'counter', type: 'bigint' },
          { name: 'transports', type: 'text' },
          { name: 'backupEligible', type: 'boolean' },
          { name: 'backedUp', type: 'boolean' },
          { name: 'aaguid', type: 'text' },
          { name: 'name', type: 'text' },
          { name: 'createdAt', type: 'bigint' },
          { name: 'lastUsedAt', type: 'bigint', isNullable: true },
        ],
        indices: [
          // A credential has one owner in the whole house (WebAuthn §7.1).
          { name: 'ix_passkeys_credentialId', columnNames: ['credentialId'], isUnique: true },
          { name: 'ix_passkeys_subjectId', columnNames: ['subjectId'] },
        ],
        foreignKeys: [ownedBy('passkeys')],
      }),
    )
    await runner.createTable(
      new Table({
        name: 'passkey_handles',
        columns: [
          { name: 'subjectId', type: 'text', isPrimary: true },
          { name: 'handle', type: 'text' },
        ],
        foreignKeys: [ownedBy('passkey_handles')],
      }),
    )
    await runner.createTable(
      new Table({
        name: 'spent_passkey_challenges',
        columns: [
          { name: 'digest', type: 'text', isPrimary: true },
          { name: 'endsAt', type: 'bigint' },
        ],
        indices: [{ name: 'ix_spent_passkey_challenges_endsAt', columnNames: ['endsAt'] }],
      }),
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of tables) await runner.dropTable(table)
  }
}
