#!/usr/bin/env node
/** `npm run sbom -- [FILE]`: the bill of materials of a release (CycloneDX 1.5): every library that the server runs on, from the lock file, and every network, with their digests. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { capture } from './lib/run.mjs'
import { root } from './lib/root.mjs'

const read = (/** @type {string} */ path) => JSON.parse(readFileSync(join(root, path), 'utf8'))

/** @param {{ name: string, file: string, sha256: string, licence: string }} model */
function componentOf({ name, file, sha256, licence }) {
  return {
    'bom-ref': `network:${file}`,
    type: 'machine-learning-model',
    name,
    version: sha256.slice(0, 12),
    hashes: [{ alg: 'SHA-256', content: sha256 }],
    licenses: [{ license: { name: licence } }],
    properties: [{ name: 'mien:file', value: file }],
  }
}

/** @typedef {{ 'bom-ref': string, properties?: readonly { name: string, value: string }[] }} Component */
/** @typedef {{ ref: string, dependsOn: readonly string[] }} Dependency */

const refOf = (/** @type {Component} */ component) => component['bom-ref']

/** @param {Component} component */
function isTool({ properties = [] }) {
  return properties.some(({ name, value }) => name === 'cdx:npm:package:development' && value === 'true')
}

async function makeBill() {
  const { name, version } = read('package.json')
  const args = ['sbom', '--sbom-format=cyclonedx', '--package-lock-only']
  const { code, output } = await capture('npm', args, { cwd: root, shell: process.platform === 'win32' })
  if (code !== 0) throw new Error(`npm sbom ended with ${code}:\n${output}`)
  const bill = JSON.parse(output)
  // npm names the folder.
  Object.assign(bill.metadata.component, { name, version, type: 'application' })
  // `--omit=dev` of npm also leaves out what a tool needs beside the server.
  const tools = new Set(bill.components.filter(isTool).map(refOf))
  bill.components = bill.components.filter((/** @type {Component} */ each) => !tools.has(refOf(each)))
  bill.dependencies = bill.dependencies
    .filter((/** @type {Dependency} */ { ref }) => !tools.has(ref))
    .map((/** @type {Dependency} */ { ref, dependsOn }) => ({
      ref,
      dependsOn: dependsOn.filter((each) => !tools.has(each)),
    }))
  bill.components.push(...read('models/manifest.json').models.map(componentOf))
  return bill
}

const [, , file = join(root, 'sbom.cdx.json')] = process.argv
try {
  const bill = await makeBill()
  writeFileSync(file, `${JSON.stringify(bill, undefined, 2)}\n`)
  console.log(`${file}: ${bill.components.length} components`)
} catch (error) {
  console.error(`mien: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
