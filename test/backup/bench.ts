/** A folder for one test, a key, and a house that was kept. */
import { join } from 'node:path'
import { BackupFault, makeIdentity, type Key, type Lock } from '../../src/backup/archive.ts'
import { makeBackup } from '../../src/backup/make.ts'
import { houseOf } from '../../src/backup/own-house.ts'
import type { Config } from '../../src/config.ts'
import { clock, configIn, furnish, makeFolder, type Folder } from './houses.ts'

export interface Kept {
  readonly file: string
  readonly config: Config
  readonly subjectId: string
}

export interface Bench {
  readonly key: Key
  readonly lock: Lock
  /** Made when it is first asked for. */
  folder(): string
  keep(config: Config): Promise<string>
  kept(): Promise<Kept>
  clear(): void
}

export async function openBench(): Promise<Bench> {
  const { identity, recipient } = await makeIdentity()
  const lock = { recipients: [recipient] }
  let open: Folder | undefined
  const folder = (): string => (open ??= makeFolder()).path
  const keep = async (config: Config): Promise<string> => {
    const file = join(folder(), 'house.age')
    await makeBackup(houseOf(config, clock), { file, lock })
    return file
  }
  return {
    key: { identities: [identity] },
    lock,
    folder,
    keep,
    kept: async () => {
      const config = configIn(join(folder(), 'old'))
      const subjectId = await furnish(config)
      return { file: await keep(config), config, subjectId }
    },
    clear: () => {
      open?.remove()
      open = undefined
    },
  }
}

/** What the fault is called that it ends with; undefined where it does not fail. */
export async function problemOf(promise: Promise<unknown>): Promise<string | undefined> {
  try {
    await promise
    return undefined
  } catch (error) {
    if (error instanceof BackupFault) return error.problem
    if (error instanceof Error && 'code' in error) return String(error.code)
    throw error
  }
}
