/** Parts that come from the operating system: which are there, and how to bring the others where we may. */
import { accessSync, constants, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { basename, delimiter, join } from 'node:path'
import { copyWhole, findHeaders } from './opencv-cache.mjs'
import { capture, run } from './run.mjs'

/**
 * Where programs lie that were taken out of a package without installing it.
 * @param {Readonly<Record<string, string | undefined>>} [environment]
 */
export function takenOutFolder(environment = process.env) {
  return join(environment['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'mien', 'programs')
}

/**
 * @param {string} name
 * @returns {string | undefined} the first executable of that name in PATH, or among those that were taken out
 */
export function findProgram(name) {
  return [...(process.env['PATH'] ?? '').split(delimiter), takenOutFolder()]
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

const anyProgram = (/** @type {string[]} */ ...names) => names.some((name) => findProgram(name) !== undefined)

/**
 * @typedef {{ readonly name: string, readonly why: string, readonly packages: readonly string[], readonly takes?: string, readonly isThere: () => boolean }} Part
 * `takes`: the one program that is wanted of a package which would start a service; it is taken out, and nothing is installed
 */

/** @type {readonly Part[]} */
export const compilerParts = [
  {
    name: 'OpenCV headers',
    why: 'the OpenCV binding',
    packages: ['libopencv-dev'],
    isThere: () => findHeaders() !== undefined,
  },
  {
    name: 'C++ compiler',
    why: 'the OpenCV binding',
    packages: ['g++', 'make'],
    isThere: () => anyProgram('g++', 'c++', 'clang++') && anyProgram('make'),
  },
  {
    name: 'Python 3',
    why: 'the build tool of the OpenCV binding',
    packages: ['python3'],
    isThere: () => anyProgram('python3'),
  },
]

/** @type {readonly Part[]} */
export const testParts = [
  {
    name: 'chromium',
    why: 'browser tests',
    packages: ['chromium'],
    isThere: () => anyProgram('chromium', 'chromium-browser', 'google-chrome'),
  },
  {
    name: 'ffmpeg',
    why: 'the fake camera of browser tests',
    packages: ['ffmpeg'],
    isThere: () => anyProgram('ffmpeg'),
  },
  {
    name: 'fonts',
    why: 'legible pages in browser tests',
    packages: ['fonts-liberation'],
    isThere: () => existsSync('/usr/share/fonts') || process.platform !== 'linux',
  },
]

/** Debian keeps the programs of each version of PostgreSQL in a folder that is not in PATH. */
function hasPostgresql() {
  const debian = '/usr/lib/postgresql'
  const folders = existsSync(debian) ? readdirSync(debian).map((each) => join(debian, each, 'bin')) : []
  return anyProgram('initdb') || folders.some((folder) => existsSync(join(folder, 'initdb')))
}

/** What tests start on free ports; the packages' own services are not used. @type {readonly Part[]} */
export const serverParts = [
  {
    name: 'PostgreSQL',
    why: 'tests of the house on PostgreSQL',
    packages: ['postgresql'],
    isThere: hasPostgresql,
  },
  {
    name: 'Redis',
    why: 'tests of the house on Redis',
    packages: ['redis-server'],
    isThere: () => anyProgram('redis-server', 'valkey-server'),
  },
  {
    name: 'nginx',
    why: 'tests behind a proxy',
    packages: ['nginx-light'],
    isThere: () => anyProgram('nginx') || existsSync('/usr/sbin/nginx'),
  },
  { name: 'Caddy', why: 'tests behind a proxy', packages: ['caddy'], isThere: () => anyProgram('caddy') },
]

/** Where Debian puts the sources of Go libraries. */
const goLibraries = '/usr/share/gocode/src/github.com'

/** Tools that say of a file what the program it is for would say. @type {readonly Part[]} */
export const toolParts = [
  {
    name: 'promtool',
    why: 'the check of metrics and alerts by Prometheus itself',
    packages: ['prometheus'],
    takes: 'usr/bin/promtool',
    isThere: () => anyProgram('promtool'),
  },
  {
    name: 'Go',
    why: 'the templates of the Helm chart',
    packages: ['golang-go', 'golang-github-masterminds-sprig-dev', 'golang-github-ghodss-yaml-dev'],
    isThere: () =>
      anyProgram('go') &&
      ['Masterminds/sprig', 'ghodss/yaml'].every((name) => existsSync(join(goLibraries, name))),
  },
]

/** How to run apt-get without being asked anything, where that is possible. */
async function aptCommand() {
  if (process.platform !== 'linux' || findProgram('apt-get') === undefined) return undefined
  const quiet = ['env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-qq']
  if (process.getuid?.() === 0) return quiet
  return (await capture('sudo', ['-n', 'true'])).code === 0 ? ['sudo', '-n', ...quiet] : undefined
}

/**
 * @param {readonly string[]} command
 * @param {readonly string[]} args
 */
async function apt([program = '', ...first], args) {
  // Standard input stays closed: a question would hang where nobody answers.
  return run(program, [...first, ...args], { stdio: ['ignore', 'ignore', 'inherit'] }).catch(() => 127)
}

/**
 * Installs what is missing where that is permitted; never fails.
 * @param {readonly Part[]} parts
 * @returns {Promise<readonly Part[]>} what is still missing
 */
export async function ensureParts(parts) {
  const missing = parts.filter(({ isThere }) => !isThere())
  if (missing.length === 0) return []
  const command = await aptCommand()
  if (command === undefined) return missing
  console.log(`mien: installing ${missing.map(({ name }) => name).join(', ')} by apt-get …`)
  await apt(command, ['update'])
  for (const { packages, takes } of missing) {
    if (takes === undefined) await apt(command, ['install', '-y', '--no-install-recommends', ...packages])
    else await takeOut(packages, takes)
  }
  return missing.filter(({ isThere }) => !isThere())
}

/**
 * Fetches the packages, checked by apt's signatures, and keeps one file of them; never fails.
 * @param {readonly string[]} packages
 * @param {string} program
 */
async function takeOut(packages, program) {
  const work = mkdtempSync(join(tmpdir(), 'mien-package-'))
  try {
    await run('apt-get', ['-qq', 'download', ...packages], { cwd: work, stdio: 'ignore' })
    for (const file of readdirSync(work).filter((each) => each.endsWith('.deb')))
      await run('dpkg-deb', ['--extract', file, 'content'], { cwd: work, stdio: 'ignore' })
    copyWhole(join(work, 'content', program), join(takenOutFolder(), basename(program)))
  } catch {
    // Without it the tests that want it are skipped by name.
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/** @param {readonly Part[]} missing */
export function describeMissing(missing) {
  return missing
    .map(
      ({ name, why, packages }) =>
        `  ${name}, for ${why} (on Debian and Ubuntu: apt-get install ${packages.join(' ')})`,
    )
    .join('\n')
}
