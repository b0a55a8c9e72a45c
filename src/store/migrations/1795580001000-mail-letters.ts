/** Mails that wait to be sent, so that a process that dies loses none. */
import { Table, type MigrationInterface, type QueryRunner } from 'typeorm'

const table = 'mail_letters'

export class MailLetters1795580001000 implements MigrationInterface {
  readonly name = 'MailLetters1795580001000'

  async up(runner: QueryRunner): Promise<void> {
    await runner.createTable(
      new Table({
        name: table,
        columns: [
          { name: 'id', type: 'text', isPrimary: true },
          { name: 'kind', type: 'text' },
          { name: 'sealedLetter', type: 'text', isNullable: true },
          { name: 'tries', type: 'integer' },
          { name: 'createdAt', type: 'bigint' },
          { name: 'nextAt', type: 'bigint', isNullable: true },
          { name: 'outcome', type: 'text' },
          { name: 'fault', type: 'text', isNullable: true },
        ],
        indices: [{ name: 'ix_mail_letters_nextAt', columnNames: ['nextAt'] }],
      }),
    )
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable(table)
  }
}
