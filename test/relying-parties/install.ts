/** Brings the clients that the tests sign in with: npm's beside this file, Debian's into the system. */
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { installCommand, writeMarker } from '../../scripts/lib/install.mjs'
import { npm } from '../../scripts/lib/run.mjs'
import { ensureParts } from '../../scripts/lib/system.mjs'

const folder = fileURLToPath(new URL('.', import.meta.url))

/** @returns why they cannot be had, or nothing */
export async function installFromNpm(): Promise<string | undefined> {
  const command = installCommand(folder, { development: false })
  if (command === undefined) return undefined
  if ((await npm(folder, command)) !== 0) return 'npm cannot be reached'
  writeMarker(folder)
  return undefined
}

/**
 * @param packages of Debian; `proof` is a file that the last of them brings
 * @returns why they cannot be had, or nothing
 */
export async function installFromDebian(
  packages: readonly string[],
  proof: string,
): Promise<string | undefined> {
  const part = { name: packages.join(' '), why: 'its test', packages, isThere: () => existsSync(proof) }
  const missing = await ensureParts([part])
  return missing.length === 0 ? undefined : `apt-get could not install ${packages.join(' ')}`
}
