/** What is kept: that the file is whole, how old its keys are, and when it was last backed up. Changes nothing. */
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { houseOf } from '../../backup/own-house.ts'
import { quickCheck } from '../../store/quick-check.ts'
import { locationOf } from '../../store/place.ts'
import { withSnapshot } from '../../store/transfer/export.ts'
import { openSource } from '../../store/transfer/source.ts'
import { fail, leftOut, ok, reasonOf, warn, type Finding, type Patient } from './findings.ts'

const dayMs = 86_400_000
/** A week without a backup is a week that can be lost. */
const mostBackupDays = 7
/** A SQLite file of some gigabytes takes longer, and is left out. */
const mostCheckMs = 20_000

function isThere({ config }: Patient): boolean {
  const location = locationOf(config)
  return location.kind === 'postgres' || existsSync(location.path)
}

/** `PRAGMA quick_check`; PostgreSQL looks after itself. */
export async function checkIntegrity(patient: Patient): Promise<readonly Finding[]> {
  const location = locationOf(patient.config)
  if (location.kind === 'postgres' || !isThere(patient)) return []
  const state = await quickCheck(location.path, mostCheckMs)
  if (state === 'whole') return [ok('integrity', 'Every page of the database is in order.')]
  if (state === 'too large') {
    return [
      leftOut('integrity', `The database was not read to its end within ${mostCheckMs / 1000} seconds.`),
    ]
  }
  const advice = 'Stop the provider, copy the folder, and restore a backup (docs/operations.md).'
  return [fail('integrity', `The database is damaged: ${state}.`, advice)]
}

const keyFile = z.object({
  keys: z.array(
    z.object({ signs_from: z.iso.datetime().optional(), published_until: z.string().optional() }),
  ),
})

export async function checkKeys(patient: Patient): Promise<readonly Finding[]> {
  const { config, now } = patient
  if (!isThere(patient)) return []
  let text: string | undefined
  try {
    const { readKeys } = houseOf(config, now)
    text = (await withSnapshot(locationOf(config), readKeys))['signing-keys']
  } catch (error) {
    const advice = 'Look at MIEN_KEYS_KEY, or restore the keys from a backup.'
    return [fail('keys', `The keys cannot be read: ${reasonOf(error)}.`, advice)]
  }
  if (text === undefined)
    return [leftOut('keys', 'There are no signing keys yet; the first start makes them.')]
  const starts = keyFile.parse(JSON.parse(text)).keys.flatMap(({ signs_from: from }) => from ?? [])
  const newest = Math.max(...starts.map((start) => Date.parse(start)))
  if (!Number.isFinite(newest)) return [ok('keys', 'The signing keys are from before their age was kept.')]
  const days = Math.max(0, Math.floor((now().getTime() - newest) / dayMs))
  const says = `The newest signing keys are ${days} days old.`
  const mostDays = config.keyRotationDays === 0 ? 365 : config.keyRotationDays + 2
  if (days <= mostDays) return [ok('keys', says)]
  return [warn('keys', says, 'A running provider changes them by itself; else run `mien keys rotate`.')]
}

const lastBackup = z.array(z.object({ at: z.coerce.number().nullable() }))

/** `mien backup` leaves an event in the audit trail; other ways to back up do not, and are not seen here. */
export async function checkBackup(patient: Patient): Promise<readonly Finding[]> {
  const { config, now } = patient
  if (!isThere(patient)) return []
  const source = await openSource(locationOf(config))
  let rows: unknown
  try {
    rows = await source.query(`SELECT MAX("at") AS "at" FROM "audit_events" WHERE "type" = 'backup_made'`)
  } finally {
    await source.destroy()
  }
  const [row] = lastBackup.parse(rows)
  if (row?.at === undefined || row.at === null) {
    const isTrial = new URL(config.issuer).hostname === 'localhost'
    const says = 'No backup has been made by `mien backup`.'
    if (isTrial) return [leftOut('backup', says)]
    return [warn('backup', says, 'Make one each night, and carry it elsewhere (docs/operations.md).')]
  }
  const days = Math.floor((now().getTime() - row.at) / dayMs)
  const says = `The last backup is ${days} days old.`
  if (days <= mostBackupDays) return [ok('backup', says)]
  return [warn('backup', says, 'See why no newer one is made.')]
}
