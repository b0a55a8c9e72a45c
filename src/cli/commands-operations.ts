/** The commands of whoever keeps a house running: backup, restore, migrate, purge. */
import type { Command } from './command.ts'

export const operationsCommands: Readonly<Record<string, Command>> = {
  backup: {
    summary: 'Back up a running provider into one encrypted file, and check such a file',
    usage: [
      'mien backup [FILE] [--recipient AGE1…]… [--passphrase-file FILE] [--json]',
      'mien backup verify FILE (--identity FILE | --passphrase-file FILE) [--json]',
      'mien backup key FILE',
    ].join('\n       '),
    details: [
      'FILE                   a new file; else one named by host and time in MIEN_BACKUP_DIR, or here',
      '--recipient AGE1…      who can open it, as many as you like; else MIEN_BACKUP_RECIPIENT',
      '--passphrase-file FILE its first line opens it',
      'verify                 read it to its end and hold it to what it says of itself',
      'key FILE               make a key; FILE opens backups and belongs on another machine',
      'Rows of one moment, keys and clients, whichever database. The tool `age` opens the file too.',
    ],
    examples: [
      'mien backup key backup-key.txt',
      'mien backup /backup/mien.age --recipient age1…',
      'mien backup verify /backup/mien.age --identity backup-key.txt --json',
    ],
    run: async (args) => (await import('./backup.ts')).backup(args),
  },
  restore: {
    summary: 'Put a backup into an empty provider, on SQLite or PostgreSQL',
    usage:
      'mien restore FILE (--identity FILE | --passphrase-file FILE) [--into FOLDER | URL] [--any-issuer] [--force] [--json]',
    details: [
      '--identity FILE        the secret key (AGE-SECRET-KEY-…)',
      '--into FOLDER | URL    that data folder, or that PostgreSQL; else what the settings say',
      '--any-issuer           also where MIEN_ISSUER is another than the backup’s',
      '--force                set aside what is in the folder, or replace what is in PostgreSQL',
      'Stop the provider first. The file is read to its end before anything is touched.',
    ],
    examples: [
      'mien restore mien.age --identity backup-key.txt --into /srv/mien',
      'mien restore mien.age --identity backup-key.txt --into postgres://mien@db.example.com/mien',
    ],
    run: async (args) => (await import('./restore.ts')).restore(args),
  },
  migrate: {
    summary: 'Bring the tables up to this version, or tell what that would do',
    usage: 'mien migrate [--dry-run] [--json]',
    details: [
      '--dry-run              take the steps, print their SQL, and take them back; others wait meanwhile',
      'Each start does the same by itself, with a copy of before (MIEN_MIGRATION_BACKUP).',
    ],
    examples: ['mien migrate --dry-run', 'mien migrate --json'],
    run: async (args) => (await import('./migrate.ts')).migrate(args),
  },
  purge: {
    summary: 'Throw away what has expired, as a running provider does by itself',
    usage: 'mien purge [--dry-run] [--json]',
    details: ['--dry-run              change nothing; tell how many rows of which table are over'],
    examples: ['mien purge --dry-run', 'mien purge --json'],
    run: async (args) => (await import('./purge.ts')).purge(args),
  },
}
