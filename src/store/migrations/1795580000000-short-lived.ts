/** What nodes share for a short while: values with a version, and lists of pieces. */
import { Table, type MigrationInterface, type QueryRunner } from 'typeorm'

const tables = ['short_lived', 'short_lived_pieces'] as const

export class ShortLived1795580000000 implements MigrationInterface {
  readonly name = 'ShortLived1795580000000'

  async up(runner: QueryRunner): Promise<void> {
    const key = [
      { name: 'kind', type: 'text', isPrimary: true },
      { name: 'idDigest', type: 'text', isPrimary: true },
    ]
    const own = {
      short_lived: [
        { name: 'version', type: 'text' },
        { name: 'sealedValue', type: 'text' },
      ],
      short_lived_pieces: [
        { name: 'position', type: 'integer', isPrimary: true },
        { name: 'sealedPiece', type: 'text' },
      ],
    }
    for (const name of tables) {
      await runner.createTable(
        new Table({
          name,
          columns: [...key, ...own[name], { name: 'expiresAt', type: 'bigint' }],
          indices: [{ name: `ix_${name}_expiresAt`, columnNames: ['expiresAt'] }],
        }),
      )
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of tables) await runner.dropTable(name)
  }
}
