/** Settings of backups; `config.ts` reads them with the rest. */
import { resolve } from 'node:path'
import { z } from 'zod'

const recipient = /^age1[0-9a-z]{10,4000}$/

export const settings = {
  MIEN_BACKUP_DIR: z
    .string()
    .min(1)
    .optional()
    .describe(
      'The folder for backups that are given no name: those of `mien backup`, and those that are made before a migration of PostgreSQL. Default: the working folder, and none before migrations.',
    ),
  MIEN_BACKUP_RECIPIENT: z
    .string()
    .refine((value) => value.split(/[ ,]+/).every((each) => recipient.test(each)), 'is not a list of `age1…`')
    .optional()
    .describe(
      'Who can open backups: public keys `age1…`, with a space between. `mien backup key FILE` makes one; keep its file away from this machine.',
    ),
  MIEN_MIGRATION_BACKUP: z
    .enum(['on', 'off'])
    .default('on')
    .describe(
      'Whether the database is copied before a new version changes its tables. A SQLite file is copied into `before-migration` in the data folder, where the last three copies stay for 14 days at most.',
    ),
}

export interface OperationsConfig {
  readonly backupDir: string | undefined
  readonly backupRecipients: readonly string[]
  readonly migrationBackup: boolean
}

export function toConfig(given: z.infer<z.ZodObject<typeof settings>>): OperationsConfig {
  return {
    backupDir: given.MIEN_BACKUP_DIR === undefined ? undefined : resolve(given.MIEN_BACKUP_DIR),
    backupRecipients: given.MIEN_BACKUP_RECIPIENT?.split(/[ ,]+/) ?? [],
    migrationBackup: given.MIEN_MIGRATION_BACKUP === 'on',
  }
}
