/** What is done before the tables of a house are changed: a copy that the house of before can be put back from. */
import { readdir, rm, stat } from 'node:fs/promises'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.ts'
import type { BeforeMigration } from '../store/schema/bring-up.ts'
import { schemaNumber } from '../store/schema/plan.ts'
import { locationOf } from '../store/place.ts'
import { copySqlite } from '../store/transfer/sqlite-copy.ts'

export interface MigrationNotices {
  readonly info: (says: string) => void
  readonly warn: (says: string) => void
}

/** Copies hold what has been erased since: few are kept, and none for long. */
const mostCopies = 3
const mostDays = 14
const dayMs = 86_400_000

/** Where the copies of a SQLite file are. */
export function copiesFolder(dataDir: string): string {
  return join(dataDir, 'before-migration')
}

/** @returns what `openDatabase` calls; where it fails, nothing is migrated */
export function backUpBefore(config: Config, clock: () => Date, tell: MigrationNotices): BeforeMigration {
  return async ({ applied, pending }) => {
    const steps = pending.join(', ')
    if (!config.migrationBackup)
      return tell.warn(`${steps}: taken without a copy of before (MIEN_MIGRATION_BACKUP=off)`)
    const name = `mien-${schemaNumber(applied)}-${stampOf(clock())}`
    const location = locationOf(config)
    if (location.kind === 'sqlite') {
      const copy = join(copiesFolder(config.dataDir), `${name}.sqlite`)
      await copySqlite(location.path, copy)
      await pruneCopies(copiesFolder(config.dataDir), clock())
      return tell.info(`${steps}: the database of before is ${copy}`)
    }
    const { backupDir, backupRecipients: recipients } = config
    if (backupDir === undefined || recipients.length === 0) {
      return tell.warn(
        `${steps}: taken without a backup of before; set MIEN_BACKUP_DIR and MIEN_BACKUP_RECIPIENT to have one`,
      )
    }
    mkdirSync(backupDir, { recursive: true, mode: 0o700 })
    const file = join(backupDir, `${name}.before-migration.age`)
    // Loaded when there is something to do, which is once a release.
    const [{ makeBackup }, { houseOf }] = await Promise.all([import('./make.ts'), import('./own-house.ts')])
    await makeBackup(houseOf(config, clock), { file, lock: { recipients } })
    await pruneCopies(backupDir, clock())
    return tell.info(`${steps}: the backup of before is ${file}`)
  }
}

export function stampOf(at: Date): string {
  return at.toISOString().replaceAll(/[-:]|\.\d+/g, '')
}

const copyName = /^mien-\d+-\d{8}T\d{6}Z\.(sqlite|before-migration\.age)$/

/** The newest few stay, and of those none that is old. @returns how many went */
export async function pruneCopies(folder: string, now: Date): Promise<number> {
  if (!existsSync(folder)) return 0
  const copies = []
  for (const name of (await readdir(folder)).filter((each) => copyName.test(each))) {
    const path = join(folder, name)
    copies.push({ path, madeAt: (await stat(path)).mtimeMs })
  }
  const over = copies
    .toSorted((one, other) => other.madeAt - one.madeAt)
    .filter(({ madeAt }, at) => at >= mostCopies || !(now.getTime() - madeAt < mostDays * dayMs))
  for (const { path } of over) await rm(path, { force: true })
  return over.length
}
