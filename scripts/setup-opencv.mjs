/** `npm run setup:opencv`: builds the OpenCV binding for Node 24, or takes it from the cache. */
import { existsSync } from 'node:fs'
import { nodeEnvironment, requireNode } from './lib/node24.mjs'
import {
  abiOf,
  bindingPath,
  cachedBinding,
  copyWhole,
  packageVersion,
  restoreBinding,
} from './lib/opencv-cache.mjs'
import { buildBinding, checkBinding, findOpenCv } from './lib/opencv-build.mjs'
import { root } from './lib/root.mjs'
import { compilerParts, describeMissing, ensureParts } from './lib/system.mjs'

async function setup() {
  const node = requireNode(root)
  const version = packageVersion(root)
  if (version === undefined)
    throw new Error('The package @u4/opencv4nodejs is not installed: run `npm ci` first.')
  const env = nodeEnvironment(process.env)
  const target = bindingPath(root)
  if (restoreBinding(root, node) && (await checkBinding(node, target, env)) === undefined) {
    console.log('opencv: the binding is built and loads')
    return
  }
  const missing = await ensureParts(compilerParts)
  const opencv = await findOpenCv()
  if (missing.length > 0 || opencv === undefined) {
    throw new Error(
      `The OpenCV binding needs what is not here:\n${describeMissing(missing.length > 0 ? missing : compilerParts)}`,
    )
  }
  console.log(`opencv: compiling the binding against OpenCV ${opencv.version} (one to eight minutes, once) …`)
  await buildBinding({ root, node, opencv }, async (built) => {
    const fault = await checkBinding(node, built, env)
    if (fault !== undefined) throw new Error(`The OpenCV binding was built but does not work: ${fault}`)
    copyWhole(built, target)
    const abi = abiOf(node)
    if (abi !== undefined) keep(target, cachedBinding({ version, opencv: opencv.version, abi }))
  })
  console.log('opencv: the binding is built and loads')
}

/**
 * @param {string} from
 * @param {string} cached
 */
function keep(from, cached) {
  if (existsSync(cached)) return
  try {
    copyWhole(from, cached)
  } catch (error) {
    console.log(
      `opencv: no copy is kept for other clones (${error instanceof Error ? error.message : String(error)})`,
    )
  }
}

try {
  await setup()
} catch (error) {
  console.error(`opencv: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 1
}
