/** Finds the Node 24 that the sources run on: the pinned one that npm brought, or the running one where it is new enough. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** The first release of the 24 line that npm may bring and the first on which the sources are tried. */
export const leastNode = { major: 24, minor: 11 }

/**
 * @typedef {{ platform: string, arch: string, execPath: string, version: string, exists: (path: string) => boolean }} Machine
 */

/** @returns {Machine} */
export function thisMachine() {
  const { platform, arch, execPath, version } = process
  return { platform, arch, execPath, version, exists: existsSync }
}

/** @param {string} version such as `v24.21.0` */
export function isNewEnough(version) {
  const [major = NaN, minor = NaN] = version.replace(/^v/, '').split('.').map(Number)
  return major > leastNode.major || (major === leastNode.major && minor >= leastNode.minor)
}

/**
 * The pinned binary is linked against glibc; on a system without it (Alpine) the file exists and cannot be run.
 * @param {Machine} machine
 */
function canRunPinned(machine) {
  if (machine.platform !== 'linux') return true
  const loaders = ['/lib64/ld-linux-x86-64.so.2', '/lib/ld-linux-aarch64.so.1']
  return loaders.some((loader) => machine.exists(loader))
}

/**
 * @param {string} root the project
 * @param {Machine} machine
 * @returns {string | undefined} the path of the binary
 */
export function findNode(root, machine) {
  const file = machine.platform === 'win32' ? 'node.exe' : 'node'
  const pinned = join(root, 'node_modules', `node-${machine.platform}-${machine.arch}`, 'bin', file)
  if (machine.exists(pinned) && canRunPinned(machine)) return pinned
  return isNewEnough(machine.version) ? machine.execPath : undefined
}

/**
 * @param {string} root
 * @param {Machine} [machine]
 * @returns {string}
 */
export function requireNode(root, machine = thisMachine()) {
  const found = findNode(root, machine)
  if (found !== undefined) return found
  throw new Error(
    `Mien runs on Node ${leastNode.major}.${leastNode.minor} or newer. npm brings it for Linux (glibc), macOS on Intel and Windows;\n` +
      `here (${machine.platform} ${machine.arch}, Node ${machine.version}) it does not. Install Node 24 and run the command again.`,
  )
}

/**
 * What the sources expect of their environment besides the settings.
 * @param {Readonly<Record<string, string | undefined>>} environment
 */
export function nodeEnvironment(environment) {
  return {
    ...environment,
    // `fetch` then honours HTTP_PROXY, HTTPS_PROXY and NO_PROXY; Node reads this before any of our code runs.
    NODE_USE_ENV_PROXY: environment['NODE_USE_ENV_PROXY'] ?? '1',
    // The OpenCV binding would otherwise look for a build of its own, and crash under load while it tracks memory.
    OPENCV4NODEJS_DISABLE_AUTOBUILD: '1',
    OPENCV4NODEJS_DISABLE_EXTERNAL_MEM_TRACKING: '1',
  }
}
