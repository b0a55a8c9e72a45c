/** Keeps node_modules in step with package-lock.json, and does nothing where it already is. */
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { npm } from './run.mjs'

/** @typedef {{ version?: string, dev?: boolean, optional?: boolean, devOptional?: boolean, peer?: boolean, link?: boolean }} Package */

const markerFile = (/** @type {string} */ root) => join(root, 'node_modules', '.mien-installed')

/** @param {string} root */
export function lockHash(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')
}

/** @param {string} root */
export function hasDevelopmentParts(root) {
  return ['mocha', 'typescript', 'eslint'].every((name) =>
    existsSync(join(root, 'node_modules', name, 'package.json')),
  )
}

/**
 * @param {string} path
 * @returns {Record<string, Package>}
 */
function packagesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).packages ?? {}
}

/**
 * Whether what npm says it installed is what the lock asks for; for folders that somebody installed by hand.
 * @param {string} root
 */
function fitsLock(root) {
  const installedFile = join(root, 'node_modules', '.package-lock.json')
  if (!existsSync(installedFile)) return false
  const installed = packagesOf(installedFile)
  const wanted = Object.entries(packagesOf(join(root, 'package-lock.json')))
  return wanted.every(([path, { version, dev, optional, devOptional, peer }]) => {
    const found = installed[path]
    if (path === '' || found?.version === version) return true
    // What this machine does not need may be absent, but not be there in another version.
    return found === undefined && Boolean(dev ?? optional ?? devOptional ?? peer)
  })
}

/**
 * @param {string} root
 * @returns {'fitting' | 'missing' | 'changed'}
 */
export function installState(root) {
  if (!existsSync(join(root, 'node_modules'))) return 'missing'
  const marker = markerFile(root)
  if (existsSync(marker))
    return readFileSync(marker, 'utf8').trim() === lockHash(root) ? 'fitting' : 'changed'
  if (!fitsLock(root)) return 'changed'
  try {
    writeMarker(root)
  } catch {
    // A service may not write to its own program; it looks again at the next start.
  }
  return 'fitting'
}

/** @param {string} root */
export function writeMarker(root) {
  writeFileSync(markerFile(root), `${lockHash(root)}\n`)
}

/**
 * `npm ci` starts from an empty folder, so development parts that are there must be asked for again.
 * @param {string} root
 * @param {{ development: boolean }} wanted
 * @returns {readonly string[] | undefined} npm's arguments, or nothing to do
 */
export function installCommand(root, { development }) {
  const state = installState(root)
  const had = hasDevelopmentParts(root)
  if (state === 'fitting' && (had || !development)) return undefined
  return development || had ? ['ci'] : ['ci', '--omit=dev']
}

/**
 * @param {string} root
 * @param {{ development: boolean }} wanted
 * @returns {Promise<boolean>} whether anything was installed
 */
export async function ensureInstalled(root, wanted) {
  const command = installCommand(root, wanted)
  if (command === undefined) return false
  console.log('mien: installing what it is built from (a minute or two, once) …')
  if ((await npm(root, command)) !== 0) {
    throw new Error(
      'npm could not install the dependencies; its message is above.\nWithout a network, run it once where there is one, or set the registry and proxy that npm should use.',
    )
  }
  writeMarker(root)
  return true
}
