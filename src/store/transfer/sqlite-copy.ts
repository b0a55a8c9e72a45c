/** A whole copy of a SQLite file, made while others read and write it, and readable by its owner alone. */
import { randomUUID } from 'node:crypto'
import { closeSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { openSource } from './source.ts'

/** Under `to` there is the whole copy or none. @throws where there is no room, among others */
export async function copySqlite(path: string, to: string): Promise<void> {
  mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
  const draft = `${to}.${randomUUID()}.part`
  // SQLite takes an empty file, and leaves it its mode.
  closeSync(openSync(draft, 'wx', 0o600))
  try {
    const source = await openSource({ kind: 'sqlite', path })
    try {
      await source.query('VACUUM INTO ?', [draft])
    } finally {
      await source.destroy()
    }
    renameSync(draft, to)
  } finally {
    rmSync(draft, { force: true })
  }
}
