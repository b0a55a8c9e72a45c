/** Runs one layer of tests in a mocha of its own and counts. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { missingModels } from './models.mjs'
import { countRuns, worthAnotherTry } from './outcomes.mjs'
import { run } from './run.mjs'
import { testParts } from './system.mjs'

/** @typedef {import('./layers.mjs').Layer} Layer */
/** @typedef {import('./layers.mjs').Need} Need */
/** @typedef {import('./outcomes.mjs').Counts} Counts */
/** @typedef {import('./outcomes.mjs').Run} Run */
/** @typedef {{ name: string, counts: Counts, seconds: number }} Step */
/** @typedef {{ root: string, node: string, env: Readonly<Record<string, string | undefined>> }} Context */

/** A layer that takes longer than this hangs. */
const patienceMs = 20 * 60 * 1000

/** @param {string} root */
function facesFolder(root) {
  return process.env['MIEN_FACES_DIR'] ?? join(root, '..', 'shared', 'faces')
}

/**
 * @param {Layer} layer
 * @param {string} root
 * @returns {readonly string[]} what it needs and this machine has not
 */
export function absentNeeds({ needs }, root) {
  const has = (/** @type {Need} */ need) => {
    if (need === 'models') return missingModels(root, process.env).length === 0
    if (need === 'faces') return existsSync(facesFolder(root))
    return testParts.find(({ name }) => name === need)?.isThere() ?? false
  }
  return needs.filter((need) => !has(need))
}

/**
 * @param {{ layer: Layer, files: readonly string[], absent: readonly string[] }} what
 * @param {Context} context
 * @returns {Promise<Step>}
 */
export async function runLayer({ layer, files, absent }, context) {
  console.log(`\n=== ${layer.name} (${files.length} files)`)
  const start = performance.now()
  const counts = absent.length > 0 ? skipAll(files, absent) : await runFiles(files, context)
  return { name: layer.name, counts, seconds: (performance.now() - start) / 1000 }
}

/**
 * Nothing was loaded, so each file counts as one.
 * @param {readonly string[]} files
 * @param {readonly string[]} absent
 * @returns {Counts}
 */
function skipAll(files, absent) {
  const names = files.map((file) => `${file} (needs ${absent.join(', ')})`)
  return { passed: 0, failed: 0, skipped: files.length, names, unsteady: [] }
}

/**
 * @param {readonly string[]} files
 * @param {Context} context
 * @returns {Promise<Counts>}
 */
async function runFiles(files, context) {
  const first = await runMocha(files, context)
  const again = worthAnotherTry(first)
  if (again.length === 0) return countRuns([first])
  console.log(
    `\nOnce more, from the beginning: ${again.map((file) => relative(context.root, file)).join(', ')}`,
  )
  return countRuns([first, await runMocha(again, context)])
}

/**
 * @param {readonly string[]} files
 * @param {Context} context
 * @returns {Promise<Run>}
 */
async function runMocha(files, { root, node, env }) {
  const folder = mkdtempSync(join(tmpdir(), 'mien-test-'))
  const outcomes = join(folder, 'outcomes.json')
  const reporter = [
    '--reporter',
    join(root, 'scripts', 'lib', 'reporter.mjs'),
    '--reporter-option',
    `outcomes=${outcomes}`,
  ]
  const args = [join(root, 'node_modules', 'mocha', 'bin', 'mocha.js'), ...reporter, ...files]
  try {
    const code = await run(node, args, {
      cwd: root,
      env: { ...env, NODE_ENV: 'test' },
      timeout: patienceMs,
      killSignal: 'SIGKILL',
    })
    return { code, files: existsSync(outcomes) ? JSON.parse(readFileSync(outcomes, 'utf8')) : undefined }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
