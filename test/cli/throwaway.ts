/** A house in a folder of its own, and the real `mien` run in it as an operator would. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { readConfig } from '../../src/config.ts'
import { openHouseStore } from '../../src/store-parts.ts'
import type { Store } from '../../src/store/open-store.ts'

const several = fileURLToPath(new URL('several.ts', import.meta.url))

export interface Said {
  readonly code: number
  readonly out: string
  readonly err: string
}

export type Step = { readonly run: readonly string[] } | { readonly file: string; readonly content: string }

export interface Throwaway {
  readonly folder: string
  /** One after the other, in the folder of the house; between them files may be written there. */
  run(steps: readonly Step[]): readonly Said[]
  /** What the command itself would not do, such as making accounts. */
  withStore<T>(use: (store: Store) => Promise<T>): Promise<T>
  close(): void
}

export async function openThrowaway(settings: Readonly<Record<string, string>> = {}): Promise<Throwaway> {
  const folder = mkdtempSync(join(tmpdir(), 'mien-cli-'))
  const withStore = async <T>(use: (store: Store) => Promise<T>): Promise<T> => {
    const { store } = await openHouseStore(readConfig({ MIEN_DATA_DIR: folder, ...settings }), {
      clock: () => new Date(),
    })
    try {
      return await use(store)
    } finally {
      await store.close()
    }
  }
  await withStore(() => Promise.resolve())
  return {
    folder,
    withStore,
    run: (steps) => {
      const { status, stdout, stderr } = spawnSync(process.execPath, [several], {
        encoding: 'utf8',
        cwd: folder,
        input: JSON.stringify(steps),
        env: { PATH: process.env['PATH'], HOME: folder, MIEN_DATA_DIR: folder, ...settings },
      })
      if (status !== 0) throw new Error(stderr)
      return JSON.parse(stdout) as readonly Said[]
    },
    close: () => {
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
