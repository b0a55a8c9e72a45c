/** The last known head of the chain, in a file beside the database: a database that was put back to an earlier state no longer fits it. */
import { randomUUID } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { MoreThanOrEqual, type EntityManager } from 'typeorm'
import { hashOf, isGenuineMark, macOf, restorationType } from './audit-chain.ts'
import { auditMarkRows, type AuditMarkRow } from './control-rows.ts'
import type { Database } from './database.ts'
import { auditRows } from './entities.ts'

export type Checkpoint = Pick<AuditMarkRow, 'seq' | 'hash' | 'at'>

export interface Checkpoints {
  /** `none` where there is no file to have, as for a database in memory or a node that is new. */
  read(): Promise<Checkpoint | 'missing' | 'forged' | 'none'>
  /** @returns false where the chain no longer holds what the file holds: then the file is left as it is */
  note(database: Database): Promise<boolean>
}

export interface CheckpointOptions {
  readonly path: string | undefined
  readonly key: Uint8Array
  /** Several nodes write to the chain: a new one has no file yet, and nothing is lost by it. */
  readonly isShared?: boolean
}

export function createCheckpoints({ path, key, isShared = false }: CheckpointOptions): Checkpoints {
  let noted: string | undefined
  const read = async (): ReturnType<Checkpoints['read']> => {
    if (path === undefined) return 'none'
    const text = await readFile(path, 'utf8').catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
      throw error
    })
    if (text === undefined) return isShared ? 'none' : 'missing'
    const mark = parseMark(text)
    return mark !== undefined && isGenuineMark(key, mark) ? mark : 'forged'
  }
  return {
    read,
    note: async (database) => {
      if (path === undefined) return true
      const head = await database.run((manager) => manager.findOneBy(auditMarkRows, { name: 'head' }))
      if (head === null) return false
      if (head.hash === noted) return true
      const before = await read()
      if (before === 'forged') return false
      if (typeof before === 'object' && !(await holds(database, key, before))) return false
      const mark = { name: 'checkpoint', seq: head.seq, hash: head.hash, at: head.at }
      await writeWhole(path, `${JSON.stringify({ ...mark, mac: macOf(key, mark) })}\n`)
      noted = head.hash
      return true
    },
  }
}

async function holds(database: Database, key: Uint8Array, { seq, hash, at }: Checkpoint): Promise<boolean> {
  return database.run(async (manager) => {
    const base = await manager.findOneBy(auditMarkRows, { name: 'base' })
    if (base !== null && seq <= base.seq) return true
    const row = await manager.findOneBy(auditRows, { seq })
    return row?.hash === hash || (await isRestoredSince(manager, key, at))
  })
}

/** Whether the house was put back from a backup since: an event of ours says so, and nobody else can write one. */
async function isRestoredSince(manager: EntityManager, key: Uint8Array, at: number): Promise<boolean> {
  const [row] = await manager.find(auditRows, {
    where: { type: restorationType, at: MoreThanOrEqual(at) },
    order: { seq: 'DESC' },
    take: 1,
  })
  if (row?.seq === undefined || row.seq === null) return false
  const previous = await manager.findOneBy(auditRows, { seq: row.seq - 1 })
  const base = await manager.findOneBy(auditMarkRows, { name: 'base', seq: row.seq - 1 })
  const hash = previous?.hash ?? base?.hash
  return typeof hash === 'string' && row.hash === hashOf(key, row, hash)
}

/** In one piece or not at all: a crash must not leave half a file. */
async function writeWhole(path: string, text: string): Promise<void> {
  // A node whose database is elsewhere may begin with nothing.
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomUUID()}`
  await writeFile(draft, text, { mode: 0o600, flag: 'wx' })
  await rename(draft, path)
}

function parseMark(text: string): AuditMarkRow | undefined {
  try {
    const given: unknown = JSON.parse(text)
    if (typeof given !== 'object' || given === null) return undefined
    const { name, seq, hash, mac, at }: Partial<Record<string, unknown>> = { ...given }
    if (name !== 'checkpoint' || typeof seq !== 'number' || typeof at !== 'number') return undefined
    if (typeof hash !== 'string' || typeof mac !== 'string') return undefined
    return { name, seq, hash, mac, at }
  } catch {
    return undefined
  }
}
