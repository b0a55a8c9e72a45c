/** Compiles the OpenCV binding against the system's OpenCV, limited to the modules we use, without downloading anything. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism, tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { findHeaders } from './opencv-cache.mjs'
import { capture } from './run.mjs'

/** The binding decodes pictures in its part `io`, which wants the three that follow `imgproc`. */
const neededModules = ['core', 'imgproc', 'imgcodecs', 'videoio', 'highgui']

/** Of the benchmark alone: an OpenCV without them serves too. */
const optionalModules = ['dnn']

/** Folders of the binding's sources by the module that they are for; `.` is its top folder. */
const sourceFolders = { core: ['.', 'core'], imgproc: ['imgproc'], highgui: ['io', 'highgui'], dnn: ['dnn'] }

/** @typedef {{ version: string, includes: readonly string[], libraryFolders: readonly string[] }} OpenCv */

/**
 * What the binding is built with, of what is there.
 * @param {Pick<OpenCv, 'includes'>} opencv
 */
export function chooseModules({ includes }) {
  const isThere = (/** @type {string} */ name) =>
    includes.some((folder) => existsSync(join(folder, 'opencv2', `${name}.hpp`)))
  return [...neededModules, ...optionalModules.filter(isThere)]
}

/**
 * pkg-config knows where Homebrew and self-built installations are; Debian's lie where compilers look anyway.
 * @returns {Promise<OpenCv | undefined>}
 */
export async function findOpenCv() {
  const ask = async (/** @type {string[]} */ ...args) => {
    const { code, output } = await capture('pkg-config', [...args, 'opencv4'])
    return code === 0 ? output.trim() : ''
  }
  const words = (/** @type {string} */ text) => text.split(/\s+/).filter(Boolean)
  const includes = words(await ask('--cflags-only-I')).map((flag) => flag.replace(/^-I/, ''))
  const found = includes.length > 0 ? findHeaders(includes) : findHeaders()
  if (found === undefined) return undefined
  return {
    version: found.version,
    includes: [found.include],
    libraryFolders: words(await ask('--libs-only-L')),
  }
}

/**
 * The binding's list of sources, cut to our modules.
 * @param {string} gyp text of its binding.gyp
 * @param {readonly string[]} modules
 */
export function chooseSources(gyp, modules) {
  const folders = Object.entries(sourceFolders).flatMap(([name, each]) =>
    modules.includes(name) ? each : [],
  )
  const all = [...gyp.matchAll(/"(cc\/[\w/]+\.cc)"/g)].map(([, path = '']) => path)
  return all.filter((path) =>
    folders.includes(path.split('/').length === 2 ? '.' : (path.split('/')[1] ?? '')),
  )
}

/**
 * @param {OpenCv} opencv
 * @param {{ modules: readonly string[], sources: readonly string[], nan: string }} parts
 */
export function buildDescription(opencv, { modules, sources, nan }) {
  return {
    targets: [
      {
        target_name: 'opencv4nodejs',
        defines: modules.map((name) => `OPENCV4NODEJS_FOUND_LIBRARY_${name.toUpperCase()}`),
        // The shim comes first: it stands in for the header that names every module of the system's OpenCV.
        include_dirs: ['shim', ...opencv.includes, 'cc', 'cc/core', 'cc/native-node-utils', nan],
        libraries: [...opencv.libraryFolders, ...modules.map((name) => `-lopencv_${name}`)],
        sources,
        // The language standard stays the one that Node's headers ask for; OpenCV throws, and is full of warnings.
        'cflags!': ['-fno-exceptions'],
        'cflags_cc!': ['-fno-exceptions', '-fno-rtti'],
        cflags_cc: ['-w'],
        xcode_settings: { GCC_ENABLE_CPP_EXCEPTIONS: 'YES', GCC_ENABLE_CPP_RTTI: 'YES' },
      },
    ],
  }
}

/**
 * @param {{ root: string, node: string, opencv: OpenCv }} machine
 * @param {(built: string) => Promise<void>} use takes the finished file before the work folder goes
 */
export async function buildBinding({ root, node, opencv }, use) {
  const require = createRequire(join(root, 'node_modules', '@u4', 'opencv4nodejs', 'package.json'))
  const packageFolder = join(root, 'node_modules', '@u4', 'opencv4nodejs')
  const work = mkdtempSync(join(tmpdir(), 'mien-opencv-'))
  try {
    cpSync(join(packageFolder, 'cc'), join(work, 'cc'), { recursive: true })
    mkdirSync(join(work, 'shim', 'opencv2'), { recursive: true })
    const modules = chooseModules(opencv)
    const shim = modules.map((name) => `#define HAVE_OPENCV_${name.toUpperCase()}\n`).join('')
    writeFileSync(join(work, 'shim', 'opencv2', 'opencv_modules.hpp'), shim)
    const sources = chooseSources(readFileSync(join(packageFolder, 'binding.gyp'), 'utf8'), modules)
    const description = buildDescription(opencv, {
      modules,
      sources,
      nan: dirname(require.resolve('nan/package.json')),
    })
    writeFileSync(join(work, 'binding.gyp'), JSON.stringify(description, null, 2))
    await compile(work, node, require.resolve('node-gyp/bin/node-gyp.js'))
    await use(join(work, 'build', 'Release', 'opencv4nodejs.node'))
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

/**
 * @param {string} work
 * @param {string} node
 * @param {string} gyp
 */
async function compile(work, node, gyp) {
  const headers = join(dirname(node), '..')
  if (!existsSync(join(headers, 'include', 'node', 'node.h'))) {
    throw new Error(`The C++ headers of Node are not beside ${node}, and none are downloaded.`)
  }
  const args = [gyp, 'rebuild', `--jobs=${availableParallelism()}`]
  const path = `${dirname(node)}${delimiter}${process.env['PATH'] ?? ''}`
  // Given as npm would give it: npm's own setting, where there is one, wins over the option of the same name.
  const env = { ...process.env, PATH: path, npm_config_nodedir: headers }
  const { code, output } = await capture(node, args, { cwd: work, env })
  if (code !== 0)
    throw new Error(`The OpenCV binding did not compile:\n${output.split('\n').slice(-40).join('\n')}`)
}

/**
 * Loads the file in a process of its own and computes something with it.
 * @param {string} node
 * @param {string} file
 * @param {Readonly<Record<string, string | undefined>>} env
 */
export async function checkBinding(node, file, env) {
  const script = `
    const cv = require(${JSON.stringify(file)})
    const mat = new cv.Mat(4, 4, cv.CV_8UC3, [1, 2, 3]).resize(2, 2)
    if (mat.rows !== 2 || mat.at(0, 0).z !== 3 || typeof cv.imdecode !== 'function') process.exit(3)`
  const { code, output } = await capture(node, ['-e', script], { env: { ...process.env, ...env } })
  return code === 0 ? undefined : output || `exit code ${code}`
}
