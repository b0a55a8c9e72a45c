/** Whether a SQLite file is whole, looked at by a process of its own, so that it can be ended where it takes too long. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { DataSource } from 'typeorm'

/** @returns `whole`, `too large` where it takes longer than it may, or what is wrong */
export async function quickCheck(path: string, mostMs: number): Promise<string> {
  const args = [import.meta.filename, path]
  try {
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: mostMs })
    return stdout.trim() === 'ok' ? 'whole' : stdout.trim()
  } catch (error) {
    const isLate = error instanceof Error && 'killed' in error && error.killed === true
    if (isLate) return 'too large'
    throw error
  }
}

/** The first few faults are enough to know. */
async function check(path: string): Promise<void> {
  const source = await new DataSource({
    type: 'better-sqlite3',
    database: path,
    readonly: true,
    fileMustExist: true,
  }).initialize()
  const rows: unknown = await source.query('PRAGMA quick_check(3)')
  const words = Array.isArray(rows) ? rows.map((row: object) => Object.values(row).join(' ')) : []
  process.stdout.write(words.join('; '))
  await source.destroy()
}

if (import.meta.main) await check(process.argv[2] ?? '')
