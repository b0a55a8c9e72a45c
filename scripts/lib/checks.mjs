/** The checks that are no tests: format, lint, types, walls, generated documents, and that every test file has its layer. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { layerFaults, listTestFiles } from './layers.mjs'
import { capture } from './run.mjs'

/** @typedef {import('./test-layer.mjs').Context} Context */
/** @typedef {import('./test-layer.mjs').Step} Step */
/** @typedef {{ code: number, output: string }} Said */
/** @typedef {{ name: string, run: (context: Context) => Promise<Said> }} Check */

/**
 * @param {string} script from the project's root
 * @param {readonly string[]} args
 * @returns {Check['run']}
 */
function program(script, args) {
  return ({ root, node, env }) => capture(node, [script, ...args], { cwd: root, env: { ...env } })
}

const tsc = 'node_modules/typescript/bin/tsc'

/** @type {readonly Check[]} */
export const checks = [
  {
    name: 'format',
    run: program('node_modules/prettier/bin/prettier.cjs', ['--check', '--log-level=warn', '.']),
  },
  { name: 'lint', run: program('node_modules/eslint/bin/eslint.js', ['--max-warnings=0', '.']) },
  { name: 'types', run: program(tsc, ['--noEmit', '-p', '.']) },
  { name: 'types: pages', run: typesOfPages },
  { name: 'types: scripts', run: program(tsc, ['--noEmit', '-p', 'scripts']) },
  { name: 'walls', run: walls },
  { name: 'documents', run: program('src/cli/mien.ts', ['docs', '--check']) },
  { name: 'test layers', run: testLayers },
]

/** @type {Check['run']} */
async function typesOfPages(context) {
  const folder = join(context.root, 'views', 'assets')
  if (!readdirSync(folder, { recursive: true }).some((name) => String(name).endsWith('.js')))
    return { code: 0, output: '' }
  return program(tsc, ['--noEmit', '-p', 'views/assets'])(context)
}

/** @type {Check['run']} */
async function walls(context) {
  const folders = ['src', 'examples'].filter((folder) => existsSync(join(context.root, folder)))
  return program('node_modules/dependency-cruiser/bin/dependency-cruise.mjs', [
    '--config',
    '.dependency-cruiser.js',
    ...folders,
  ])(context)
}

/** @type {Check['run']} */
async function testLayers({ root }) {
  const faults = layerFaults(listTestFiles(root))
  return { code: faults.length === 0 ? 0 : 1, output: faults.join('\n') }
}

/**
 * What it says is shown when it is over: another one runs beside it.
 * @param {Check} check
 * @param {Context} context
 * @returns {Promise<Step>}
 */
async function runCheck(check, context) {
  const start = performance.now()
  const { code, output } = await check.run(context)
  console.log(`\n=== ${check.name}\n${output.trimEnd()}`)
  const counts = {
    passed: code === 0 ? 1 : 0,
    failed: code === 0 ? 0 : 1,
    skipped: 0,
    names: [],
    unsteady: [],
  }
  return { name: check.name, counts, seconds: (performance.now() - start) / 1000 }
}

/** Each keeps one processor busy, and the machines that this is for have two. */
const lanes = 2

/**
 * Two at a time.
 * @param {Context} context
 * @returns {Promise<readonly Step[]>} in the order of `checks`
 */
export async function runChecks(context) {
  /** @type {Step[]} */
  const steps = []
  const waiting = checks.map((check, at) => ({ check, at }))
  const lane = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      steps[next.at] = await runCheck(next.check, context)
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return steps
}
