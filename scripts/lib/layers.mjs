/** The layers of tests, from milliseconds to minutes: every `*.test.ts` belongs to exactly one. */
import { readdirSync } from 'node:fs'
import { join, relative, sep } from 'node:path'

/** @typedef {'models' | 'faces' | 'chromium' | 'ffmpeg'} Need */
/**
 * @typedef {{ readonly name: string, readonly folders: readonly string[], readonly needs: readonly Need[], readonly hasServers?: boolean, readonly hasTools?: boolean, readonly isOnRequest?: boolean }} Layer
 * `hasServers`: some of its tests start servers of this machine's packages, and skip themselves where it has none;
 * `hasTools`: the same of tools that check a file;
 * `isOnRequest`: runs only where it is named
 */

/**
 * In the order in which they run. A folder named `test` alone means the files that lie in it directly.
 * What a layer needs as a whole stands here; a single test that needs more skips itself by name.
 * @type {readonly Layer[]}
 */
export const layers = [
  {
    name: 'pure',
    folders: ['test', 'test/policy', 'test/http', 'test/mail', 'test/cli', 'test/setup', 'test/deploy'],
    needs: [],
  },
  {
    name: 'store',
    folders: ['test/store', 'test/provider', 'test/servers', 'test/backup'],
    needs: [],
    hasServers: true,
  },
  {
    name: 'flows',
    folders: [
      'test/interactions',
      'test/account',
      'test/admin',
      'test/telemetry',
      'test/helm',
      'test/flows',
      'test/examples',
    ],
    needs: [],
    hasServers: true,
    hasTools: true,
  },
  { name: 'security', folders: ['test/security'], needs: [] },
  { name: 'conformance', folders: ['test/conformance'], needs: ['models'] },
  { name: 'face', folders: ['test/face'], needs: ['models'] },
  { name: 'load', folders: ['test/load'], needs: ['models', 'ffmpeg'] },
  {
    name: 'nodes',
    folders: ['test/nodes'],
    needs: ['models', 'faces', 'ffmpeg'],
    hasServers: true,
  },
  { name: 'pages', folders: ['test/pages', 'test/views'], needs: [] },
  { name: 'browser', folders: ['test/browser'], needs: ['models', 'chromium', 'ffmpeg'] },
  {
    name: 'relying-parties',
    folders: ['test/relying-parties'],
    needs: ['models', 'chromium', 'ffmpeg'],
  },
  {
    name: 'attacks',
    folders: ['test/attacks'],
    needs: ['models', 'chromium', 'ffmpeg'],
    // Ten minutes of one browser after the other, with a deadline for a person to sign in.
    isOnRequest: true,
  },
]

/**
 * @param {string} root
 * @returns {readonly string[]} paths from the root, with `/`, sorted
 */
export function listTestFiles(root) {
  return (
    readdirSync(join(root, 'test'), { recursive: true, withFileTypes: true })
      .filter((each) => each.isFile() && each.name.endsWith('.test.ts'))
      .map((each) => relative(root, join(each.parentPath, each.name)).split(sep).join('/'))
      // Packages that a test has installed bring tests of their own.
      .filter((path) => !path.includes('/node_modules/'))
      .sort()
  )
}

/**
 * @param {string} file
 * @param {string} folder
 */
function liesIn(file, folder) {
  if (!file.startsWith(`${folder}/`)) return false
  return folder !== 'test' || !file.slice('test/'.length).includes('/')
}

/**
 * @param {Layer} layer
 * @param {readonly string[]} files
 */
export function filesOf(layer, files) {
  return files.filter((file) => layer.folders.some((folder) => liesIn(file, folder)))
}

/**
 * @param {readonly string[]} files
 * @returns {readonly string[]} one sentence for each file that is in no layer or in several
 */
export function layerFaults(files) {
  return files.flatMap((file) => {
    const owners = layers.filter((layer) => filesOf(layer, [file]).length > 0).map(({ name }) => name)
    if (owners.length === 1) return []
    return [
      owners.length === 0
        ? `${file} is in no layer of scripts/lib/layers.mjs`
        : `${file} is in ${owners.join(' and ')}`,
    ]
  })
}
