/** Where the compiled OpenCV binding lies, and the copy of it that outlives node_modules. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'

const file = 'opencv4nodejs.node'

const packageFolder = (/** @type {string} */ root) => join(root, 'node_modules', '@u4', 'opencv4nodejs')

/** @param {string} root */
export function bindingPath(root) {
  return join(packageFolder(root), 'build', 'Release', file)
}

/** @param {string} root */
export function packageVersion(root) {
  const manifest = join(packageFolder(root), 'package.json')
  return existsSync(manifest) ? String(JSON.parse(readFileSync(manifest, 'utf8')).version) : undefined
}

/**
 * Reads OpenCV's version from its header: the library that the binding is linked against carries it in its name.
 * @param {readonly string[]} [includeFolders]
 * @returns {{ version: string, include: string } | undefined}
 */
export function findHeaders(
  includeFolders = ['/usr/include/opencv4', '/usr/local/include/opencv4', '/opt/homebrew/include/opencv4'],
) {
  for (const include of includeFolders) {
    const header = join(include, 'opencv2', 'core', 'version.hpp')
    if (!existsSync(header)) continue
    const text = readFileSync(header, 'utf8')
    const part = (/** @type {string} */ name) =>
      new RegExp(`#define CV_VERSION_${name}\\s+(\\d+)`).exec(text)?.[1]
    return { version: ['MAJOR', 'MINOR', 'REVISION'].map(part).join('.'), include }
  }
  return undefined
}

/**
 * The ABI of a Node is fixed by its headers' version: the pinned one is what we ask for.
 * @param {string} node path of the binary
 */
export function abiOf(node) {
  if (node === process.execPath) return process.versions.modules
  const header = join(dirname(node), '..', 'include', 'node', 'node_version.h')
  if (!existsSync(header)) return undefined
  return /#define NODE_MODULE_VERSION (\d+)/.exec(readFileSync(header, 'utf8'))?.[1]
}

/**
 * @param {{ version: string, opencv: string, abi: string }} build
 * @param {Readonly<Record<string, string | undefined>>} [environment]
 */
export function cachedBinding({ version, opencv, abi }, environment = process.env) {
  const cache = environment['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  return join(cache, 'mien', `opencv-${version}-${opencv}-${abi}-${process.arch}`, file)
}

/**
 * Copies beside the target and renames, so that nobody ever loads half a file.
 * @param {string} from
 * @param {string} to
 */
export function copyWhole(from, to) {
  mkdirSync(dirname(to), { recursive: true })
  const part = `${to}.${process.pid}.part`
  copyFileSync(from, part)
  renameSync(part, to)
}

/**
 * Puts the cached binding back after node_modules was made anew.
 * @param {string} root
 * @param {string} node
 * @returns {boolean} whether the binding is there now
 */
export function restoreBinding(root, node) {
  if (existsSync(bindingPath(root))) return true
  const version = packageVersion(root)
  const opencv = findHeaders()?.version
  const abi = abiOf(node)
  if (version === undefined || opencv === undefined || abi === undefined) return false
  const cached = cachedBinding({ version, opencv, abi })
  if (!existsSync(cached)) return false
  copyWhole(cached, bindingPath(root))
  return true
}
