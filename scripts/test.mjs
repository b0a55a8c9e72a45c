/** `npm test`: brings what the checks need, runs them and every layer of tests, and ends with one line of counts. */
import { runChecks } from './lib/checks.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { filesOf, layers, listTestFiles } from './lib/layers.mjs'
import { nodeEnvironment, requireNode } from './lib/node24.mjs'
import { root } from './lib/root.mjs'
import { describeMissing, ensureParts, serverParts, testParts, toolParts } from './lib/system.mjs'
import { absentNeeds, runLayer } from './lib/test-layer.mjs'
import { run } from './lib/run.mjs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

/** @typedef {import('./lib/test-layer.mjs').Step} Step */

function readOptions() {
  const { values } = parseArgs({ options: { only: { type: 'string' }, layer: { type: 'string' } } })
  if (values.only !== undefined && values.only !== 'checks') throw new Error('--only takes `checks`.')
  if (values.layer !== undefined && !layers.some(({ name }) => name === values.layer)) {
    throw new Error(`--layer takes one of ${layers.map(({ name }) => name).join(', ')}.`)
  }
  return {
    checks: values.layer === undefined,
    chosen: values.only === 'checks' ? [] : layers.filter(({ name }) => name === (values.layer ?? name)),
    named: values.layer,
  }
}

/** @param {readonly import('./lib/layers.mjs').Layer[]} chosen */
async function prepare(chosen) {
  await ensureInstalled(root, { development: true })
  const node = requireNode(root)
  const parts = [
    ...(chosen.some(({ needs }) => needs.length > 0) ? testParts : []),
    ...(chosen.some(({ hasServers }) => hasServers === true) ? serverParts : []),
    ...(chosen.some(({ hasTools }) => hasTools === true) ? toolParts : []),
  ]
  if (parts.length > 0) {
    const missing = await ensureParts(parts)
    if (missing.length > 0)
      console.log(`mien: without these, tests are skipped:\n${describeMissing(missing)}`)
  }
  if (chosen.some(({ name }) => name === 'face')) {
    const code = await run(process.execPath, ['scripts/setup-opencv.mjs'], { cwd: root })
    if (code !== 0) console.log('mien: tests of the OpenCV adapter are skipped')
  }
  return node
}

/** @param {Step} step */
function report({ name, counts, seconds }) {
  const verdict = counts.failed > 0 ? 'FAILED' : counts.passed > 0 ? 'ok' : 'skipped'
  const numbers = `${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`
  console.log(`${name.padEnd(16)} ${verdict.padEnd(8)} ${seconds.toFixed(1).padStart(6)} s  ${numbers}`)
}

/**
 * A layer that only runs when it is named is skipped by name and counted.
 * @param {string} name @param {number} files
 * @returns {Step}
 */
function setAside(name, files) {
  const names = [`${name}: on request, by npm test -- --layer=${name}`]
  return { name, counts: { passed: 0, failed: 0, skipped: files, names, unsteady: [] }, seconds: 0 }
}

/** @param {string} heading @param {readonly string[]} names */
function list(heading, names) {
  if (names.length > 0) console.log(`\n${heading}:\n${names.map((name) => `  ${name}`).join('\n')}`)
}

/** @param {readonly Step[]} steps */
function summarise(steps) {
  console.log('\n=== Summary')
  steps.forEach(report)
  list(
    'Skipped',
    steps.flatMap(({ counts }) => counts.names),
  )
  list(
    'Passed at the second try only, and want a look',
    steps.flatMap(({ counts }) => counts.unsteady),
  )
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ key) =>
    steps.reduce((total, { counts }) => total + counts[key], 0)
  console.log(`${sum('passed')} passed, ${sum('failed')} failed, ${sum('skipped')} skipped`)
  return sum('failed') === 0 ? 0 : 1
}

async function test() {
  const options = readOptions()
  const node = await prepare(options.chosen)
  // Hundreds of processes load the same sources: they are compiled once, as `npm start` has it.
  const compiled = join(root, 'node_modules', '.cache', 'mien-test')
  const context = { root, node, env: nodeEnvironment({ NODE_COMPILE_CACHE: compiled, ...process.env }) }
  /** @type {Step[]} */
  const steps = options.checks ? [...(await runChecks(context))] : []
  const files = listTestFiles(root)
  for (const layer of options.chosen) {
    const own = filesOf(layer, files)
    if (own.length > 0 && layer.isOnRequest === true && options.named === undefined)
      steps.push(setAside(layer.name, own.length))
    else if (own.length > 0)
      steps.push(await runLayer({ layer, files: own, absent: absentNeeds(layer, root) }, context))
  }
  return summarise(steps)
}

try {
  process.exitCode = await test()
} catch (error) {
  console.error(`mien: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
